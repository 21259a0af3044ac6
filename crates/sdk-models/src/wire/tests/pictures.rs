//! Pictures in each provider's own form, and what they count as.

use sdk_prompt::Picture;

use super::*;

#[test]
fn pictures_go_before_the_words() {
    let seen = |model: &str, turns: &[Turn]| {
        let mut ask = ask(Want::Item, Some(closed()));
        ask.messages[1]
            .pictures
            .extend([Picture::of(b"GIF89a").unwrap(), Picture::of(b"\xFF\xD8\xFFx").unwrap()]);
        body(model, ModelFlags::default(), ask, turns)
    };
    let chat = seen("openai:gpt-4o", &[]);
    assert_eq!(chat["messages"][0]["content"], "S");
    let url = |url: &str| json!({"type": "image_url", "image_url": {"url": url}});
    let pictures = [url("data:image/gif;base64,R0lGODlh"), url("data:image/jpeg;base64,/9j/eA==")];
    let wanted = json!([pictures[0], pictures[1], {"type": "text", "text": "U"}]);
    assert_eq!(chat["messages"][1]["content"], wanted);
    let worded = seen("vllm:x", &[Turn::Schema]);
    let said = worded["messages"][1]["content"][2]["text"].as_str().unwrap();
    assert!(said.starts_with("U\n\nReply with JSON alone"), "{said}");
    assert_eq!(seen("gemini:x", &[])["messages"][1]["content"], wanted);
    let source = |media: &str, data: &str| json!({"type": "image", "source": {"type": "base64", "media_type": media, "data": data}});
    let blocks = [source("image/gif", "R0lGODlh"), source("image/jpeg", "/9j/eA==")];
    let claude = seen("anthropic:c", &[]);
    assert_eq!(
        claude["messages"][0]["content"],
        json!([blocks[0], blocks[1], {"type": "text", "text": "U"}])
    );
    let block = |format: &str, data: &str| json!({"image": {"format": format, "source": {"bytes": data}}});
    let wanted = json!([block("gif", "R0lGODlh"), block("jpeg", "/9j/eA=="), {"text": "U"}]);
    assert_eq!(seen("bedrock:b", &[])["messages"][0]["content"], wanted);
}

/// Not every service takes an empty text.
#[test]
fn a_picture_may_be_all_that_is_said() {
    let seen = |model: &str, turns: &[Turn]| {
        let mut ask = ask(Want::Item, Some(closed()));
        ask.messages[1].content.clear();
        ask.messages[1].pictures.extend([Picture::of(b"GIF89a").unwrap(), Picture::of(b"GIF87a").unwrap()]);
        body(model, ModelFlags::default(), ask, turns)
    };
    for (model, at) in [("openai:gpt-4o", 1), ("anthropic:c", 0), ("bedrock:b", 0)] {
        let content = seen(model, &[])["messages"][at]["content"].clone();
        assert_eq!(content.as_array().map(Vec::len), Some(2), "{content}");
        assert!(content[1]["text"].is_null(), "{content}");
        let worded = seen(model, &[Turn::Schema])["messages"][at]["content"].clone();
        assert!(worded[2]["text"].as_str().unwrap().starts_with("Reply with JSON alone"), "{worded}");
    }
}

/// A megabyte of picture is not a million tokens, and may be more than its bytes.
#[test]
fn pictures_count_as_pictures() {
    let request = |picture: Option<Vec<u8>>| {
        let mut ask = ask(Want::Text, None);
        ask.messages[1].pictures.extend(picture.map(|bytes| Picture::of(&bytes).unwrap()));
        Request::new(Arc::new(ask))
    };
    let server = server("openai:gpt-4o", ModelFlags::default());
    let most = |request: &Request| {
        let body = request.body(&server, Form::first(&server));
        request.most(&server, body.len()).unwrap().0
    };
    let (plain, large) = (request(None), request(Some([b"GIF89a".to_vec(), vec![7; 1 << 20]].concat())));
    let small = request(Some(b"GIF89a".to_vec()));
    assert!(!plain.shows() && large.shows());
    assert_eq!(large.bytes(), small.bytes());
    assert!(large.bytes() < plain.bytes() + 10_000);
    for shown in [small, large] {
        let more = most(&shown) - most(&plain);
        assert!((PICTURE_TOKENS..PICTURE_TOKENS + 200).contains(&more), "{more}");
    }
}
