use super::*;

fn row(text: &str) -> Record {
    Record::parse(text).unwrap()
}

fn item(texts: &[&str]) -> Record {
    Record::from_pairs([("reasoning", json!(texts).to_string())])
}

const CHAT: &str = r#"{ "id":7, "messages":[{"role":"system","content":"S"},{"role":"user","content":"Q1"}, { "role":"assistant","content":"A\u0031", "weight":1 },{"role":"user","content":"Q2"},{"role":"assistant","content":null,"tool_calls":[{"id":"c"}]}],"n":1.50}"#;

#[test]
fn reasoning_joins_each_answer_and_nothing_else_changes() {
    let chat = row(CHAT);
    let conversation = Conversation::of("t", &chat).unwrap();
    let with = conversation.with(&chat, &item(&["one \"x\"", "two"])).unwrap();
    let wanted = CHAT
        .replace("\"weight\":1 }", "\"weight\":1 ,\"reasoning_content\":\"one \\\"x\\\"\"}")
        .replace("\"c\"}]}", "\"c\"}],\"reasoning_content\":\"two\"}");
    assert_eq!(with.text(), wanted);
    assert_eq!(Conversation::of("t", &with).err().unwrap().kind, Kind::KeyExists);
    let gpt =
        row(r#"{"system":"S","conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]}"#);
    let with = Conversation::of("t", &gpt).unwrap().with(&gpt, &item(&["one"])).unwrap();
    let wanted = gpt.text().replace("\"A\"", "\"A\",\"reasoning_content\":\"one\"");
    assert_eq!(with.text(), wanted);
    let pair = row(r#"{"question":"Q","answer":"A"}"#);
    let with = Conversation::of("t", &pair).unwrap().with(&pair, &item(&["one"])).unwrap();
    assert_eq!(with.text(), r#"{"question":"Q","answer":"A","reasoning":"one"}"#);
}

#[test]
fn blank_reasoning_is_filled_where_it_stands() {
    for (blank, told) in [
        (
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant", "reasoning_content" : null, "content":"A"}],"n":1.0}"#,
            "null",
        ),
        (
            r#"{"conversations":[{"from":"human","value":"Q"},{"from":"gpt","thinking":"","value":"A"}]}"#,
            "\"\"",
        ),
        (r#"{"question":"Q", "reasoning": null ,"answer":"A"}"#, "null"),
    ] {
        let row = row(blank);
        let with = Conversation::of("t", &row).unwrap().with(&row, &item(&["one"])).unwrap();
        assert_eq!(with.text(), blank.replace(told, "\"one\""));
    }
    // What the row says beside its messages is of the last answer.
    let chat = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":"R"},{"role":"assistant","content":"B"}],"reasoning":"R"}"#;
    let chat = row(chat);
    let with = Conversation::of("t", &chat).unwrap().with(&chat, &item(&["one"])).unwrap();
    assert_eq!(with.text(), chat.text().replace("\"A\"", "\"A\",\"reasoning_content\":\"one\""));
    assert_eq!(Conversation::of("t", &with).err().unwrap().kind, Kind::KeyExists);
}

#[test]
fn what_cannot_be_asked_about() {
    for (text, kind) in [
        ("{\"text\":\"x\"}", Kind::Missing),
        ("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", Kind::Missing),
        ("{\"question\":\"Q\",\"answer\":\"A\",\"reasoning\":\"R\"}", Kind::KeyExists),
        ("{\"messages\":[{\"role\":\"assistant\",\"content\":\"<think>R</think>A\"}]}", Kind::KeyExists),
        ("{\"prompt\":\"Q\",\"chosen\":\"A\",\"rejected\":\"B\"}", Kind::Missing),
    ] {
        assert_eq!(Conversation::of("t", &row(text)).err().unwrap().kind, kind, "{text}");
    }
}

#[test]
fn a_reply_is_checked() {
    let chat = row(
        r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"It is 4."},{"role":"user","content":"R"},{"role":"assistant","content":"5"}]}"#,
    );
    let conversation = Conversation::of("t", &chat).unwrap();
    let read = |said: Value| conversation.read(&said).map_err(|fault| fault.message);
    let back = |roles: [&str; 4], first: &str, last: &str| {
        let said = ["Q", first, "R", last];
        let messages: Vec<Value> =
            roles.iter().zip(said).map(|(role, said)| json!({"role": role, "content": said})).collect();
        json!({ "messages": messages })
    };
    let roles = ["user", "assistant", "user", "assistant"];
    assert_eq!(read(json!({"reasoning": ["a", "b"]})).unwrap(), item(&["a", "b"]));
    assert_eq!(read(back(roles, "<think>a</think>\nIt is 4.", "b\n\n5")).unwrap(), item(&["a", "b"]));
    for (said, words) in [
        (json!({"reasoning": ["a"]}), "expected 2 texts"),
        (json!({"reasoning": ["a", 5]}), "list of texts"),
        (json!({"reasoning": ["a", " "]}), "before message 4 is empty"),
        (json!({"reasoning": ["It is 4.", "b"]}), "before message 2 only repeats the answer"),
        (json!({"thoughts": "a"}), "expected {\"reasoning\""),
        (back(roles, "a It is 5.", "b 5"), "message 2 must end with its answer"),
        (back(roles, "It is 4.", "5"), "before message 2 is empty"),
        (back(["user", "assistant", "assistant", "user"], "It is 4.", "5"), "message 3 must be the user's"),
        (json!({"conversations": [{"from": "human", "value": "Q"}]}), "expected the 4 messages"),
    ] {
        let message = read(said).unwrap_err();
        assert!(message.contains(words), "{message}");
    }
}
