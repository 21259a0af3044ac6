use clap::Parser;

use super::*;
use crate::choose;

#[derive(Parser)]
struct Tool {
    #[command(flatten)]
    model: ModelFlags,
}

fn flags(words: &[&str]) -> ModelFlags {
    let words = ["tool", "--key-command", "echo x"].iter().chain(words);
    Tool::try_parse_from(words).map(|tool| tool.model).map_err(|error| error.to_string()).unwrap()
}

fn price(words: &[&str]) -> Result<Option<Price>, String> {
    let flags = flags(words);
    flags.price_of(&choose(&flags)?)
}

#[test]
fn a_price_is_what_the_user_says_else_the_table_s() {
    let told = |input, output, cached, written| Ok(Some(Price { input, output, cached, written }));
    assert_eq!(price(&["-m", "openai:gpt-4o-mini"]), told(150_000, 600_000, 75_000, 150_000));
    assert_eq!(
        price(&["-m", "openai:gpt-4o-mini", "--price", "1,2"]),
        told(1_000_000, 2_000_000, 1_000_000, 1_000_000)
    );
    assert_eq!(
        price(&["-m", "groq:x", "--price", "1, 2,.5"]),
        told(1_000_000, 2_000_000, 500_000, 1_000_000)
    );
    assert_eq!(price(&["-m", "groq:x", "--price", "1,2,0,3"]), told(1_000_000, 2_000_000, 0, 3_000_000));
    for words in [
        &["-m", "groq:x"][..],
        &["-m", "openai:gpt-4o-mini", "--base-url", "http://127.0.0.1:1/v1"],
        &["-m", "openai:gpt-4o-mini", "--base-url", "https://elsewhere.example/v1"],
        &["-m", "offline", "--price", "1,2"],
    ] {
        assert_eq!(price(words), Ok(None), "{words:?}");
    }
}

#[test]
fn a_price_file_names_models() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prices.jsonl");
    let told = format!("@{}", file.display());
    let with = |text: &str| {
        std::fs::write(&file, text).unwrap();
        price(&["-m", "groq:x", "--price", &told])
    };
    let line = "{\"model\":\"groq:x\",\"input\":0.10,\"output\":1e0,\"cached\":0}\n";
    assert!(with(line).unwrap_err().contains("line 1: a price has"), "exponents are no amounts of money");
    let text = "\n{\"model\":\"y\",\"input\":9,\"output\":9}\n{\"model\":\"groq:x\",\"input\":0.10,\"output\":1,\"cached\":0}\n";
    assert_eq!(
        with(text),
        Ok(Some(Price { input: 100_000, output: 1_000_000, cached: 0, written: 100_000 }))
    );
    assert_eq!(with(""), Ok(None));
    for text in ["{}", "0.15,0.6", "{\"model\":\"groq:x\",\"input\":1,\"output\":1,\"cache\":0}"] {
        let why = with(text).unwrap_err();
        assert!(why.contains("prices.jsonl: line 1: ") && why.contains("expected {\"model\""), "{why}");
    }
    std::fs::remove_file(&file).unwrap();
    assert!(price(&["-m", "groq:x", "--price", &told]).unwrap_err().contains("--price @"));
}

#[test]
fn nonsense_is_refused() {
    for text in ["1", "1,2,3,4,5", "a,b", "-1,2", ""] {
        let parsed = Tool::try_parse_from(["tool".to_owned(), format!("--price={text}")]);
        let error = parsed.map(|_| ()).expect_err(text).to_string();
        assert!(error.contains("0.15,0.6"), "{error}");
    }
}

#[test]
fn who_wants_no_money_needs_no_price() {
    let said = |words: &[&str]| match choose(&flags(words)).unwrap() {
        Whom::Server(server) => server.unpriced(),
        Whom::Offline => None,
    };
    assert_eq!(said(&["-m", "ollama:qwen3:8b"]), None);
    assert!(said(&["-m", "groq:x"]).unwrap().contains("--price"));
}
