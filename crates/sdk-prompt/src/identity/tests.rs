use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::{About, Message, Parameters, Picture, Role, Schema, Want};

fn ask(content: &str, want: Want) -> Ask {
    let item = json!({"type": "object", "properties": {"q": {"type": "string"}, "a\"": {"type": ["string", "null"]}}});
    Ask {
        messages: vec![Message::new(Role::System, "Be \"brief\".\n"), Message::new(Role::User, content)],
        want,
        schema: (want != Want::Text).then(|| Arc::new(Schema::new(item).unwrap())),
        parameters: Parameters::default(),
        sample: 0,
        about: About::default(),
    }
}

fn key(ask: &Ask) -> Key {
    Key::of(&Call::Model(Arc::new(ask.clone())), "openai:m")
}

/// The canonical form as a value: what [`write`] must print to the byte, since rows are named after it.
fn canonical(ask: &Ask, model: &str) -> Value {
    let messages = ask.messages.iter().map(|message| {
        let said = [message.role.name(), message.content.as_str()].into_iter();
        said.chain(message.pictures.iter().map(Picture::name)).collect::<Value>()
    });
    let messages: Vec<Value> = messages.collect();
    let mut other: Vec<_> = ask.parameters.other.clone().into_iter().collect();
    other.sort_by(|one, two| one.0.cmp(&two.0));
    json!([
        "sdk request 1",
        model,
        messages,
        ask.schema.as_deref().and_then(|schema| schema.reply(ask.want)),
        ask.parameters.temperature,
        ask.parameters.max_tokens,
        Value::Object(other.into_iter().collect::<Map<_, _>>()),
        ask.sample,
    ])
}

proptest! {
    #[test]
    fn the_canonical_form_is_json(
        content: String, model: String, want in 0_usize..4, temperature: Option<f64>, max_tokens: Option<u64>,
        other in prop::collection::vec((".*", ".*"), 0..4), sample: u32,
    ) {
        let want = match want { 0 => Want::Text, 1 => Want::Item, count => Want::Items(count) };
        let mut ask = ask(&content, want);
        let pictures: [&[u8]; 2] = [b"GIF89a", b"\xFF\xD8\xFF"];
        ask.messages[1].pictures =
            pictures.iter().take(sample as usize % 3).map(|bytes| Picture::of(bytes).unwrap()).collect();
        let other = other.into_iter().map(|(name, value)| (name, json!([value, {"b": 1.50, "a": null}]))).collect();
        (ask.parameters, ask.sample) = (Parameters { temperature, max_tokens, other }, sample);
        let mut written = Vec::new();
        write(&mut written, &ask, &model);
        prop_assert_eq!(String::from_utf8(written).unwrap(), canonical(&ask, &model).to_string());
    }
}

/// Rows of earlier runs are named after this.
#[test]
fn a_key_stays_what_it_was() {
    let ask = ask("What is it?", Want::Items(2));
    assert_eq!(key(&ask).hex(), "ae64f523ff03cd67704e5e83f1ad3e9fdb8e7a530549bfccf52ac1e0eef3d131");
}

#[test]
fn the_order_of_parameters_is_no_difference() {
    let with = |names: [&str; 3]| {
        let mut ask = ask("a", Want::Text);
        ask.parameters.other = names.into_iter().map(|name| (name.to_owned(), name.len().into())).collect();
        key(&ask)
    };
    assert_eq!(with(["top_k", "seed", "min_p_"]), with(["seed", "min_p_", "top_k"]));
    assert_ne!(with(["top_k", "seed", "min_p_"]), with(["top_k", "seed", "min_p"]));
}

#[test]
fn every_part_of_a_request_counts() {
    let plain = ask("a", Want::Items(2));
    let changed = |change: fn(&mut Ask)| {
        let mut ask = plain.clone();
        change(&mut ask);
        key(&ask)
    };
    for other in [
        changed(|ask| ask.sample = 1),
        changed(|ask| ask.want = Want::Items(3)),
        changed(|ask| ask.parameters.temperature = Some(0.0)),
        changed(|ask| ask.parameters.max_tokens = Some(1)),
        changed(|ask| ask.messages[1].role = Role::Assistant),
        changed(|ask| ask.messages[1].content.push(' ')),
        changed(|ask| ask.messages[1].pictures.extend(Picture::of(b"GIF89a"))),
        Key::of(&Call::Model(Arc::new(plain.clone())), "openai:n"),
        key(&plain).at("localhost"),
        key(&plain).at(""),
    ] {
        assert_ne!(other, key(&plain));
    }
    assert_ne!(key(&plain).at("a"), key(&plain).at("b"));
    let seen = |bytes: &[u8]| {
        let mut ask = plain.clone();
        ask.messages[1].pictures.extend(Picture::of(bytes));
        key(&ask)
    };
    assert_ne!(seen(b"GIF89a"), seen(b"GIF89b"));
}

#[test]
fn what_a_request_is_about_does_not_count() {
    let mut ask = ask("a", Want::Item);
    let plain = key(&ask);
    ask.about.avoid.push("b".into());
    assert_eq!(key(&ask), plain);
}
