//! The array of messages that several shapes write.

use sdk_record::Turn;

/// Appends `[{"role":…,"content":…},…]`; of a message's other keys those that `holds` accepts, by raw key and value.
pub(crate) fn append(line: &mut String, turns: &[Turn], holds: impl Fn(&str, &str) -> bool) {
    line.push('[');
    for (index, turn) in turns.iter().enumerate() {
        line.push_str(if index == 0 { "{\"role\":" } else { ",{\"role\":" });
        line.push_str(turn.token());
        line.push_str(",\"content\":");
        line.push_str(&turn.content);
        for (key, value) in turn.extra.iter().filter(|(key, value)| holds(key, value)) {
            line.extend([",", key, ":", value]);
        }
        line.push('}');
    }
    line.push(']');
}
