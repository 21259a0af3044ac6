//! Other people's shapes, written and read: their keys as their makers' documents have them, and what they cannot hold.

use sdk_record::Kind;

use super::{line, refused, row};
use crate::{Example, Template, find};

const TALK: &str = r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":"R"}]}"#;
const TOOLED: &str = r#"{"messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"sum","arguments":"{\"a\":[2,2]}"}}]},{"role":"tool","tool_call_id":"x","content":"4"},{"role":"assistant","content":"Four."}],"tools":[{"type":"function","function":{"name":"sum","description":"adds","parameters":{"type":"object"}}}]}"#;
const WEIGHED: &str =
    r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","weight":0}]}"#;
const NAMED: &str =
    r#"{"messages":[{"role":"user","content":"Q","name":"Ann"},{"role":"assistant","content":"A"}]}"#;
const REFUSES: &str =
    r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":null,"refusal":"No."}]}"#;
const PICTURED: &str = r#"{"messages":[{"role":"user","content":"<image>What?"},{"role":"assistant","content":"A"}],"images":["a.png"]}"#;
const PREFER: &str = r#"{"prompt":"Q","chosen":"yes","rejected":"no","score":1}"#;

#[test]
#[expect(clippy::too_many_lines)] // a table
fn each_shape_as_its_maker_has_it() {
    let table = [
        (
            "sharegpt",
            TALK,
            r#"{"conversations":[{"from":"system","value":"S"},{"from":"human","value":"Q"},{"from":"gpt","value":"<think>\nR\n</think>\n\nA"}]}"#,
        ),
        (
            "sharegpt",
            TOOLED,
            r#"{"conversations":[{"from":"human","value":"2+2?"},{"from":"function_call","value":"{\"name\":\"sum\",\"arguments\":{\"a\":[2,2]}}"},{"from":"observation","value":"4"},{"from":"gpt","value":"Four."}],"tools":"[{\"name\":\"sum\",\"description\":\"adds\",\"parameters\":{\"type\":\"object\"}}]"}"#,
        ),
        (
            "harmony",
            TALK,
            r#"{"messages":[{"role":"developer","content":[{"type":"developer_content","instructions":"S"}]},{"role":"user","content":"Q"},{"role":"assistant","content":"R","channel":"analysis"},{"role":"assistant","content":"A","channel":"final"}]}"#,
        ),
        (
            "harmony",
            TOOLED,
            r#"{"messages":[{"role":"developer","content":[{"type":"developer_content","tools":{"functions":{"name":"functions","tools":[{"name":"sum","description":"adds","parameters":{"type":"object"}}]}}}]},{"role":"user","content":"2+2?"},{"role":"assistant","content":"{\"a\":[2,2]}","channel":"commentary","recipient":"functions.sum","content_type":"<|constrain|>json"},{"role":"tool","name":"functions.sum","content":"4","channel":"commentary","recipient":"assistant"},{"role":"assistant","content":"Four.","channel":"final"}]}"#,
        ),
        (
            "gemini",
            TALK,
            r#"{"systemInstruction":{"role":"system","parts":[{"text":"S"}]},"contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"text":"R","thought":true},{"text":"A"}]}]}"#,
        ),
        (
            "gemini",
            TOOLED,
            r#"{"contents":[{"role":"user","parts":[{"text":"2+2?"}]},{"role":"model","parts":[{"functionCall":{"name":"sum","args":{"a":[2,2]}}}]},{"role":"user","parts":[{"functionResponse":{"name":"sum","response":{"output":"4"}}}]},{"role":"model","parts":[{"text":"Four."}]}],"tools":[{"functionDeclarations":[{"name":"sum","description":"adds","parameters":{"type":"OBJECT"}}]}]}"#,
        ),
        ("prompt-completion", r#"{"question":"Q","answer":"A"}"#, r#"{"prompt":"Q","completion":"A"}"#),
        (
            "prompt-completion",
            TALK,
            r#"{"prompt":[{"role":"system","content":"S"},{"role":"user","content":"Q"}],"completion":[{"role":"assistant","content":"A","reasoning_content":"R"}]}"#,
        ),
        ("conversation", TOOLED, ""),
        ("dpo", PREFER, r#"{"prompt":"Q","chosen":"yes","rejected":"no"}"#),
        ("orpo", PREFER, r#"{"prompt":"Q","chosen":"yes","rejected":"no"}"#),
        (
            "dpo",
            r#"{"instruction":"Q","input":"I","chosen":{"role":"assistant","content":"yes"},"rejected":"no"}"#,
            r#"{"prompt":[{"role":"user","content":"Q\n\nI"}],"chosen":[{"role":"assistant","content":"yes"}],"rejected":[{"role":"assistant","content":"no"}]}"#,
        ),
        (
            "dpo",
            r#"{"conversations":[{"from":"human","value":"Q"}],"chosen":{"from":"gpt","value":"yes"},"rejected":{"from":"gpt","value":"no"}}"#,
            r#"{"prompt":[{"role":"user","content":"Q"}],"chosen":[{"role":"assistant","content":"yes"}],"rejected":[{"role":"assistant","content":"no"}]}"#,
        ),
        (
            "reward",
            PREFER,
            r#"{"chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"yes"}],"rejected":[{"role":"user","content":"Q"},{"role":"assistant","content":"no"}]}"#,
        ),
        ("reward", r#"{"chosen":"Q yes","rejected":"Q no"}"#, r#"{"chosen":"Q yes","rejected":"Q no"}"#),
        (
            "kto",
            r#"{"question":"Q","answer":"A","label":false}"#,
            r#"{"prompt":"Q","completion":"A","label":false}"#,
        ),
        ("embedding", PREFER, r#"{"anchor":"Q","positive":"yes","negative":"no"}"#),
        (
            "embedding",
            r#"{"question":"Q","answer":"A","negative":"N"}"#,
            r#"{"anchor":"Q","positive":"A","negative":"N"}"#,
        ),
        (
            "embedding",
            r#"{"question":"Q","answer":"A","negative_2":"M","negative_1":"N"}"#,
            r#"{"anchor":"Q","positive":"A","negative_1":"N","negative_2":"M"}"#,
        ),
        (
            "embedding",
            r#"{"anchor":"Q","positive":"A","negative":["N","M"]}"#,
            r#"{"anchor":"Q","positive":"A","negative_1":"N","negative_2":"M"}"#,
        ),
        (
            "alpaca",
            r#"{"instruction":"<image>What?","output":"A","images":["a.png"],"videos":[],"audios":null}"#,
            r#"{"instruction":"<image>What?","input":"","output":"A","images":["a.png"]}"#,
        ),
        (
            "sharegpt",
            PICTURED,
            r#"{"conversations":[{"from":"human","value":"<image>What?"},{"from":"gpt","value":"A"}],"images":["a.png"]}"#,
        ),
        ("conversation", PICTURED, ""),
        (
            "chatml",
            r#"{"question":"Q","answer":"A","images":"a.png","image":{"path":"b.png"}}"#,
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"images":["a.png",{"path":"b.png"}]}"#,
        ),
        (
            "alpaca",
            r#"{"question":"Q","answer":"A","image":"a.png","images":[ "a.png" ],"videos":"","audios":"s.wav"}"#,
            r#"{"instruction":"Q","input":"","output":"A","images":[ "a.png" ],"audios":["s.wav"]}"#,
        ),
        (
            "openai",
            r#"{"question":"Q","answer":"A","image":"data:image/png;base64,AA=="}"#,
            r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Q"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]},{"role":"assistant","content":"A"}]}"#,
        ),
        (
            "openai",
            r#"{"messages":[{"role":"user","content":"<image>One, <image> two"},{"role":"assistant","content":"A"}],"images":["https://a/1","http://a/2"]}"#,
            r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a/1"}},{"type":"text","text":"One, "},{"type":"image_url","image_url":{"url":"http://a/2"}},{"type":"text","text":" two"}]},{"role":"assistant","content":"A"}]}"#,
        ),
        (
            "gemini",
            r#"{"question":"Q","answer":"A","images":"gs://b/a.png"}"#,
            r#"{"contents":[{"role":"user","parts":[{"text":"Q"},{"fileData":{"mimeType":"image/png","fileUri":"gs://b/a.png"}}]},{"role":"model","parts":[{"text":"A"}]}]}"#,
        ),
        (
            "chatml",
            r#"{"contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"text":"A"}]}],"system":"S","reasoning":"R","images":["a.png"]}"#,
            r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":"R"}],"images":["a.png"]}"#,
        ),
        (
            "chatml",
            r#"{"anchor":"Q","positive":"A","system":"S","reasoning":"R","image":"a.png"}"#,
            r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":"R"}],"images":["a.png"]}"#,
        ),
        (
            "dpo",
            r#"{"instruction":"Q","input":"I","chosen":"yes","rejected":"no","history":[["q","a"]],"system":"S"}"#,
            r#"{"prompt":[{"role":"system","content":"S"},{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"user","content":"Q\n\nI"}],"chosen":[{"role":"assistant","content":"yes"}],"rejected":[{"role":"assistant","content":"no"}]}"#,
        ),
        (
            "chatml",
            r#"{"instruction":"Q","input":"I","output":"A","system":"S","history":[["q","a"]]}"#,
            r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"user","content":"Q\n\nI"},{"role":"assistant","content":"A"}]}"#,
        ),
        (
            "chatml",
            r#"{"question":"Q","answer":"A","reasoning":["first", 2],"history":"of Rome"}"#,
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":"[\"first\",2]"}]}"#,
        ),
        (
            "harmony",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"reasoning":"R"}"#,
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"R","channel":"analysis"},{"role":"assistant","content":"A","channel":"final"}]}"#,
        ),
        (
            "alpaca",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":{"a":1}}]}"#,
            r#"{"instruction":"Q","input":"","output":"<think>\n{\"a\":1}\n</think>\n\nA"}"#,
        ),
        ("openai", REFUSES, REFUSES),
        ("text", TALK, r#"{"text":"System: S\n\nUser: Q\n\nAssistant: <think>\nR\n</think>\n\nA"}"#),
        ("text", r#"{"id":1,"text":"all \u00e9"}"#, r#"{"text":"all \u00e9"}"#),
        (
            "alpaca",
            r#"{"question":"Q","reasoning":"R","answer":"A"}"#,
            r#"{"instruction":"Q","input":"","output":"<think>\nR\n</think>\n\nA"}"#,
        ),
        (
            "chatml",
            r#"{"question":"Q","reasoning":"R","answer":"A"}"#,
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":"R"}]}"#,
        ),
        (
            "openai",
            TALK,
            r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":"<think>\nR\n</think>\n\nA"}]}"#,
        ),
        (
            "xlam",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":1.50}}}]}],"tools":"[{\"name\":\"f\"}]"}"#,
            r#"{"query":"Q","tools":"[{\"name\":\"f\"}]","answers":"[{\"name\":\"f\",\"arguments\":{\"a\":1.50}}]"}"#,
        ),
        (
            "openai",
            r#"{"id":0,"query":"Q","tools":"[{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"a\":{\"type\":\"int\",\"description\":\"n\"},\"b\":{\"type\":\"List[str], optional\"}}}]","answers":"[{\"name\": \"f\", \"arguments\": {\"a\": 1}}]"}"#,
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]}],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"integer","description":"n"},"b":{"type":"array"}},"required":["a"]}}}]}"#,
        ),
    ];
    for (shape, text, wanted) in table {
        let wanted = if wanted.is_empty() { text } else { wanted };
        let written = line(shape, text);
        if shape == "conversation" {
            // The tool's message has its keys in our order.
            assert_eq!(row(&written).value(), row(wanted).value());
        } else {
            assert_eq!(written, wanted, "{shape}: {text}");
        }
    }
}

#[test]
#[expect(clippy::too_many_lines)] // a table
fn what_a_shape_cannot_hold_is_named() {
    let both = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"I add.","tool_calls":[{"id":"x","type":"function","function":{"name":"sum","arguments":"{}"}}]}]}"#;
    let disordered = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","tool_calls":[{"id":"x","function":{"name":"f"}},{"id":"y","function":{"name":"g"}}]},{"role":"tool","tool_call_id":"y","content":"1"},{"role":"tool","tool_call_id":"x","content":"2"}]}"#;
    let table = [
        ("alpaca", TOOLED, "holds one exchange"),
        (
            "alpaca",
            r#"{"instruction":"Q","output":"A","history":[["q","a"]]}"#,
            "found user, assistant, user",
        ),
        (
            "chatml",
            r#"{"instruction":"Q","output":"A","history":"once"}"#,
            "history: expected a list of exchanges",
        ),
        ("alpaca", r#"{"question":"Q","answer":"A","label":false}"#, "label false"),
        (
            "chatml",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"label":false}"#,
            "label false",
        ),
        ("embedding", r#"{"prompt":"Q","completion":"A","label":false}"#, "label false"),
        ("alpaca", WEIGHED, "a message's weight"),
        ("text", WEIGHED, "a message's weight"),
        ("embedding", WEIGHED, "a message's weight"),
        ("xlam", WEIGHED, "a message's weight"),
        ("harmony", WEIGHED, "a message's weight"),
        ("alpaca", NAMED, "a message's name"),
        ("gemini", NAMED, "a message's name"),
        ("text", REFUSES, "a message's refusal"),
        ("harmony", REFUSES, "a message's refusal"),
        ("openai", PICTURED, "no place for images"),
        ("gemini", PICTURED, "no place for images"),
        (
            "openai",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"image":"data:image/png;base64,AA=="}"#,
            "no place for images beside several messages",
        ),
        (
            "openai",
            r#"{"question":"<image><image>","answer":"A","image":"data:image/png;base64,AA=="}"#,
            "other marks than their own",
        ),
        (
            "openai",
            r#"{"question":"Q","answer":"A","image":"https://a/1","videos":"v.mp4"}"#,
            "no place for images",
        ),
        (
            "gemini",
            r#"{"question":"Q","answer":"A","image":"https://a/1"}"#,
            "but those at data:, gs:, found \"https://a/1\"",
        ),
        ("xlam", r#"{"question":"Q","answer":"A","image":"a.png"}"#, "no place for images"),
        (
            "xlam",
            r#"{"query":"Q","answers":"[{\"name\":\"f\",\"arguments\":{}}]","tools":"[{\"name\":\"f\"}]","system":"S"}"#,
            "found a system text",
        ),
        (
            "xlam",
            r#"{"query":"Q","answers":"[{\"name\":\"f\",\"arguments\":{}}]","tools":"[{\"name\":\"f\"}]","reasoning":"R"}"#,
            "found reasoning",
        ),
        (
            "gemini",
            r#"{"contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"text":"A"}]}],"label":false}"#,
            "label: expected an answer to learn",
        ),
        (
            "gemini",
            r#"{"contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"text":"A"}]}],"systemInstruction":{"parts":[{"text":"S"}]},"system":"T"}"#,
            "two that differ",
        ),
        ("embedding", r#"{"anchor":"Q","positive":"A","label":false}"#, "label false"),
        (
            "dpo",
            r#"{"prompt":"Q","chosen":"yes","rejected":"no","reasoning":"R"}"#,
            "reasoning: expected one answer to think before",
        ),
        (
            "dpo",
            r#"{"instruction":"Q","chosen":"yes","rejected":"no","history":"x"}"#,
            "history: expected a list",
        ),
        ("text", PICTURED, "no place for images"),
        ("embedding", PICTURED, "no place for images"),
        ("chatml", r#"{"question":"Q","answer":"A","system":"S","system_prompt":"T"}"#, "two that differ"),
        ("chatml", r#"{"messages":[{"role":"system","content":"S"}],"system":"T"}"#, "two that differ"),
        (
            "chatml",
            r#"{"messages":[{"role":"assistant","content":"A","reasoning_content":"R"}],"reasoning":"S"}"#,
            "another of its own",
        ),
        (
            "chatml",
            r#"{"messages":[{"role":"user","content":"Q"}],"reasoning":"S"}"#,
            "an answer to think before",
        ),
        (
            "alpaca",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning":"R","thinking":"S"}]}"#,
            "found two that differ",
        ),
        (
            "sharegpt",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"user","content":"Q"}]}"#,
            "expected gpt or function_call as turn 2, found human",
        ),
        ("sharegpt", r#"{"messages":[{"role":"user","content":"Q"}]}"#, "ends with gpt"),
        (
            "sharegpt",
            r#"{"messages":[{"role":"assistant","content":"A"},{"role":"user","content":"Q"}]}"#,
            "expected human or observation as turn 1, found gpt",
        ),
        (
            "chatml",
            r#"{"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"video/mp4","fileUri":"gs://b/v.mp4"}}]}]}"#,
            "expected a picture, found video/mp4",
        ),
        (
            "chatml",
            r#"{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"application/pdf","data":"QUJD"}}]}]}"#,
            "found application/pdf",
        ),
        (
            "chatml",
            r#"{"contents":[{"role":"user","parts":[{"text":"Q","thoughtSignature":"x"}]}]}"#,
            "found thoughtSignature",
        ),
        (
            "gemini",
            r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"gs://b/photo"}}]}]}"#,
            "needs the type of a picture",
        ),
        (
            "gemini",
            r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"gs://b/p.png","detail":"low"}}]}]}"#,
            "a picture's detail",
        ),
        ("dpo", r#"{"anchor":"Q","positive":"A","negative":["N","M"]}"#, "found 2 negatives"),
        ("alpaca", r#"{"question":"Q","answer":"A","tools":[{"name":"f"}]}"#, "found tools"),
        ("sharegpt", both, "a text or tool calls in a message, found both"),
        ("sharegpt", disordered, "in another than their calls'"),
        ("harmony", disordered, "in another than their calls'"),
        ("gemini", disordered, "in another than their calls'"),
        (
            "gemini",
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","weight":0}]}"#,
            "weight",
        ),
        ("chatml", PREFER, "found a chosen and a rejected one"),
        ("chatml", r#"{"prompt":"Q","completion":"A","label":false}"#, "label false"),
        ("chatml", r#"{"anchor":"Q","positive":"A","negative":"N"}"#, "found a chosen and a rejected one"),
        ("dpo", r#"{"question":"Q","answer":"A"}"#, "found one"),
        ("dpo", r#"{"chosen":"Q yes","rejected":"Q no"}"#, "expected a prompt"),
        ("kto", r#"{"question":"Q","answer":"A"}"#, "expected true or false"),
        ("kto", PREFER, "make two rows of it"),
        ("embedding", r#"{"question":"Q","answer":"A","system":"S"}"#, "--system null"),
        ("embedding", TALK, "--system null"),
        ("text", TOOLED, "--chat-template"),
        ("xlam", r#"{"question":"Q","answer":"A"}"#, "found a text"),
        ("xlam", both, "found a text"),
        ("chatml", r#"{"query":"Q","tools":"[]","answers":"nonsense"}"#, "expected a list of calls"),
        (
            "chatml",
            r#"{"conversations":[{"from":"function_call","value":"nonsense"}]}"#,
            "function_call: expected",
        ),
        (
            "chatml",
            r#"{"contents":[{"role":"user","parts":[{"executableCode":{}}]}]}"#,
            "contents[0]: expected text",
        ),
        ("chatml", r#"{"contents":[{"role":"owl","parts":[]}]}"#, "contents[0].role"),
        (
            "chatml",
            r#"{"messages":[{"role":"assistant","content":"R","channel":"analysis"}]}"#,
            "an answer after the analysis",
        ),
        (
            "chatml",
            r#"{"chosen":[{"role":"user","content":"Q"}],"rejected":[{"role":"user","content":"Q"}]}"#,
            "two different answers",
        ),
        ("prompt-completion", r#"{"messages":[{"role":"assistant","content":"A"}]}"#, "expected a prompt"),
        (
            "prompt-completion",
            r#"{"messages":[{"role":"user","content":"A"}]}"#,
            "found none after the prompt",
        ),
    ];
    for (shape, text, wanted) in table {
        let (kind, message) = refused(shape, text);
        assert_eq!(kind, Kind::Unconvertible, "{message}");
        assert!(message.contains(wanted), "{shape}: {message}");
    }
}

#[test]
fn rows_are_read_as_they_are_called() {
    let both = row(r#"{"messages":[{"role":"user","content":"old"}],"instruction":"Q","output":"A"}"#);
    let from = |shape| Example { from: find(shape), ..Example::new(both.row()) };
    let alpaca = r#"{"instruction":"Q","input":"","output":"A"}"#;
    assert_eq!(find("alpaca").unwrap().line(&from("alpaca")).unwrap(), alpaca);
    let fault = find("chatml").unwrap().line(&from("gemini")).unwrap_err();
    assert!(fault.message.starts_with("expected a row of gemini"), "{}", fault.message);
    let fault = find("chatml").unwrap().line(&from("text")).unwrap_err();
    assert!(fault.message.starts_with("expected a row of text"), "{}", fault.message);
}

#[test]
fn reasoning_of_a_flag_is_the_last_answers() {
    let pair = row(r#"{"question":"Q","reasoning":"own","answer":"A"}"#);
    let example = Example { reasoning: Some("\"R\""), ..Example::new(pair.row()) };
    let wanted = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","reasoning_content":"R"}]}"#;
    assert_eq!(find("chatml").unwrap().line(&example).unwrap(), wanted);
    let asked = row(r#"{"messages":[{"role":"user","content":"Q"}]}"#);
    let example = Example { reasoning: Some("\"R\""), ..Example::new(asked.row()) };
    assert!(
        find("chatml")
            .unwrap()
            .line(&example)
            .unwrap_err()
            .message
            .starts_with("--reasoning: expected an answer")
    );
}

#[test]
fn harmony_joins_what_a_turn_thinks_says_and_calls() {
    let text = r#"{"messages":[{"role":"system","content":[{"type":"system_content","model_identity":"M"}]},{"role":"developer","content":"Be brief."},{"role":"user","content":"Q"},{"role":"assistant","channel":"analysis","content":"R"},{"role":"assistant","channel":"commentary","content":"I look."},{"role":"assistant","channel":"commentary","recipient":"functions.f","content":"{}"},{"role":"tool","name":"functions.f","content":"1"},{"role":"assistant","channel":"final","content":"A"}]}"#;
    let wanted = r#"{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Q"},{"role":"assistant","content":"I look.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}],"reasoning_content":"R"},{"role":"tool","content":"1","tool_call_id":"call_1"},{"role":"assistant","content":"A"}]}"#;
    assert_eq!(line("chatml", text), wanted);
}

#[test]
fn pictures_survive_gemini() {
    let text = r#"{"messages":[{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},{"role":"assistant","content":"A"}]}"#;
    let written = line("gemini", text);
    assert!(written.contains(r#"{"inlineData":{"mimeType":"image/png","data":"QUJD"}}"#), "{written}");
    assert_eq!(line("chatml", &written), text);
    assert!(refused("sharegpt", text).1.contains("array of content parts"));
    for parts in [
        r#"{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}"#,
        r#"{"type":"input_audio","input_audio":{"data":"QUJD","format":"mp3"}}"#,
        r#"{"type":"image_url","image_url":{"url":"gs://b/p.JPG"}}"#,
        r#"{"type":"image_url","image_url":{"url":"gs://b/photo","mime_type":"image/webp"}}"#,
    ] {
        let text = format!(
            r#"{{"messages":[{{"role":"user","content":[{{"type":"text","text":"What?"}},{parts}]}},{{"role":"assistant","content":"A"}}]}}"#
        );
        let written = line("gemini", &text);
        assert!(!written.contains("image/*"), "{written}");
        assert_eq!(line("chatml", &written), text);
    }
}

#[test]
fn a_template_writes_the_text() {
    let folder = std::env::temp_dir().join(format!("sdk-shapes-template-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("t.jinja");
    let render = |template: &str, text: &str| {
        std::fs::write(&file, template).unwrap();
        let template = Template::open(&file).map_err(|error| error.to_string())?;
        let row = row(text);
        let example = Example { template: Some(&template), ..Example::new(row.row()) };
        find("text").unwrap().line(&example).map_err(|fault| fault.message)
    };
    let turns = "{%- for m in messages %}\n  {%- if m.role == 'assistant' %}\n{% generation %}<{{ m.content.strip() }}>{% endgeneration %}\n  {%- else %}\n[{{ m['content'] }}]\n  {%- endif %}\n{%- endfor %}{{ eos_token }}";
    assert_eq!(render(turns, TALK).unwrap(), "{\"text\":\"[S][Q]<A>\"}");
    let calls = "{% for t in tools %}{{ t | tojson }}{% endfor %}{{ messages[1].tool_calls[0].function.arguments | tojson(indent=2) }}";
    assert_eq!(
        row(&render(calls, TOOLED).unwrap()).string("text").unwrap(),
        "{\"type\": \"function\", \"function\": {\"name\": \"sum\", \"description\": \"adds\", \"parameters\": {\"type\": \"object\"}}}{\n  \"a\": [\n    2,\n    2\n  ]\n}"
    );
    let config = r#"{"chat_template":"{{ bos_token }}{{ messages[0].content }}{{ eos_token }}","bos_token":{"content":"<s>"},"eos_token":"</s>"}"#;
    assert_eq!(render(config, TALK).unwrap(), r#"{"text":"<s>S</s>"}"#);
    let named = r#"{"chat_template":[{"name":"default","template":"D"},{"name":"tool_use","template":"T"}]}"#;
    assert_eq!(render(named, TALK).unwrap(), r#"{"text":"D"}"#);
    assert_eq!(render(named, TOOLED).unwrap(), r#"{"text":"T"}"#);
    let rag = r#"{"chat_template":[{"name":"rag","template":"R"}]}"#;
    assert!(render(rag, TALK).unwrap_err().contains("found rag"));
    assert!(render("M", WEIGHED).unwrap_err().contains("a message's weight"));
    assert!(render("{{ raise_exception('no system') }}", TALK).unwrap_err().contains("no system"));
    assert!(render("{% if %}", TALK).unwrap_err().contains("mend the template"));
    assert!(render("{}", TALK).unwrap_err().contains("expected a Jinja template"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(Template::open(&file).unwrap_err().to_string().contains("cannot be read"));
}
