//! Whether a message says what was thought before it: under a key of its own, within `<think>` before its text, or under a
//! key of the row beside the messages.

use serde_json::Value;

use super::{Speaker, Turn, Turns};

/// Keys of messages that hold it, the one that is written first: `DeepSeek`'s and Qwen's, `OpenRouter`'s, and that of
/// gpt-oss's chat template.
pub const REASONING: [&str; 3] = ["reasoning_content", "reasoning", "thinking"];

impl Turn<'_> {
    /// What its keys say was thought before it, raw; `None` where they say nothing.
    pub fn reasoning(&self) -> Option<&str> {
        REASONING.iter().find_map(|key| self.other(key).filter(|raw| !is_blank(raw)))
    }

    /// Whether it says what was thought before it.
    pub fn has_reasoning(&self) -> bool {
        self.reasoning().is_some() || thinks(&self.content)
    }
}

impl Turns<'_> {
    /// For each message, whether it is an answer that nothing is said to have been thought before.
    pub fn unreasoned(&self) -> Vec<bool> {
        let answer = |turn: &Turn| turn.role == Speaker::Assistant;
        let beside = self.reasoning.as_deref().is_some_and(|raw| !is_blank(raw));
        let told = self.turns.iter().rposition(answer).filter(|_| beside);
        let lacks = |(at, turn)| answer(turn) && !turn.has_reasoning() && Some(at) != told;
        self.turns.iter().enumerate().map(lacks).collect()
    }
}

fn is_blank(raw: &str) -> bool {
    match raw.starts_with('"') {
        true => serde_json::from_str::<String>(raw).is_ok_and(|text| text.trim().is_empty()),
        false => matches!(raw, "null" | "[]" | "{}"),
    }
}

/// Whether the text of a raw content, or the first of its texts, begins with what was thought.
fn thinks(content: &str) -> bool {
    let begins = |text: &str| text.trim_start().starts_with("<think>");
    match serde_json::from_str(content) {
        Ok(Value::String(text)) => begins(&text),
        Ok(Value::Array(parts)) => parts.iter().find_map(|part| part["text"].as_str()).is_some_and(begins),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Record, turns};

    #[test]
    fn answers_that_nothing_was_thought_before() {
        let chat = |answer: &str, beside: &str| {
            format!(
                "{{\"messages\":[{{\"role\":\"user\",\"content\":\"<think>Q\"}},{{\"role\":\"assistant\",\"content\":\"A\"}},\
                 {{\"role\":\"assistant\",{answer}}}]{beside}}}"
            )
        };
        for (answer, beside, lacks) in [
            (r#""content":"B""#, "", true),
            (r#""content":"B","reasoning_content":null"#, "", true),
            (r#""content":"B","reasoning_content":" \n","reasoning":[]"#, "", true),
            (r#""content":"B","reasoning_content":"","thinking":"R""#, "", false),
            (r#""content":" <think>R</think>B""#, "", false),
            (r#""content":[{"type":"image_url"},{"type":"text","text":"\u003cthink>R"}]"#, "", false),
            (r#""content":"B""#, r#","reasoning":"R""#, false),
            (r#""content":"B""#, r#","reasoning":" ""#, true),
        ] {
            let row = Record::parse(&chat(answer, beside)).unwrap();
            let found = turns(row.row()).unwrap().unwrap();
            assert_eq!(found.unreasoned(), [false, true, lacks], "{answer}{beside}");
        }
        for (reasoning, lacks) in [("null", true), ("\"\"", true), ("\"R\"", false)] {
            let row = format!("{{\"question\":\"Q\",\"reasoning\":{reasoning},\"answer\":\"A\"}}");
            let row = Record::parse(&row).unwrap();
            assert_eq!(turns(row.row()).unwrap().unwrap().unreasoned(), [false, lacks], "{reasoning}");
        }
    }
}
