//! The array of messages that several shapes write.

use sdk_record::{Speaker, Turn};

/// Appends `[{"role":…,"content":…},…]`; of a message's other keys those that `holds` accepts, by raw key and value.
pub(crate) fn append(line: &mut String, turns: &[Turn], holds: impl Fn(&str, &str) -> bool) {
    line.push('[');
    for (index, turn) in turns.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        match turn.role {
            Speaker::System => line.push_str(r#"{"role":"system","content":"#),
            Speaker::User => line.push_str(r#"{"role":"user","content":"#),
            Speaker::Assistant => line.push_str(r#"{"role":"assistant","content":"#),
            Speaker::Tool | Speaker::Other => {
                line.extend([r#"{"role":"#, turn.token(), r#","content":"#]);
            }
        }
        line.push_str(&turn.content);
        for (key, value) in turn.extra.iter().filter(|(key, value)| holds(key, value)) {
            line.extend([",", key, ":", value]);
        }
        line.push('}');
    }
    line.push(']');
}
