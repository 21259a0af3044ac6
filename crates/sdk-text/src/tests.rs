use super::Kind::{Code, Heading, Item, Prose, Table};
use super::*;

fn cut(text: &str) -> Vec<&str> {
    sentences(text).into_iter().map(|sentence| &text[sentence.range]).collect()
}

#[test]
fn sentences_end_where_a_reader_stops() {
    let text = "Dr. Smith paid 3.50 dollars, e.g. For tea. “Why?” He left! See `a.b. C` and [x](y.html \"6. Z\") now. It";
    assert_eq!(
        cut(text),
        [
            "Dr. Smith paid 3.50 dollars, e.g. For tea.",
            "“Why?”",
            "He left!",
            "See `a.b. C` and [x](y.html \"6. Z\") now.",
            "It"
        ]
    );
    assert_eq!(cut("日本語。文です。"), ["日本語。", "文です。"]);
}

#[test]
fn only_prose_holds_sentences() {
    let quoted = "> ### Head\n>\n> One here.\n>\n> Two\n> lines.";
    assert_eq!(cut(quoted), ["One here.", "Two\n> lines."]);
    let text = "# Head. Line\n\nOne\nline.\n\n- item\n- Full item here.\n\n```\nCode. Here.\n```\n\n| a. | b. |\n\n>>> x. Y\n3\n\nTitle\n=====\n\nEnd.";
    assert_eq!(cut(text), ["One\nline.", "Full item here.", "End."]);
    let kinds: Vec<Kind> = blocks(text).into_iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [Heading, Prose, Item, Item, Code, Table, Code, Heading, Prose]);
}

#[test]
fn a_passage_may_begin_inside_a_fence() {
    assert_eq!(cut("let a = 1;\n```\n\nProse here.\n"), ["Prose here."]);
    assert_eq!(cut("Said.\n```\n\nProse here.\n\n```rust\nCode. Here.\n```\n"), ["Prose here."]);
    assert_eq!(cut("Prose here.\n\n```\nCode. Here."), ["Prose here."]);
}

#[test]
fn words_and_what_they_share() {
    assert_eq!(lower_words("Don’t re-use x_1, 日本 – ok'"), ["don’t", "re-use", "x_1", "日", "本", "ok"]);
    assert_eq!(content_words("This is the heap"), ["heap"]);
    assert!((overlap(&["a", "b"], &["b", "c"]) - 0.5).abs() < 1e-9);
    assert!((repetition(&lower_words("a b a b a b"), 2) - 0.6).abs() < 1e-9);
    assert!((overlap::<&str>(&[], &[])).abs() < 1e-9);
}

#[test]
fn hostile_text_is_only_text() {
    for seed in [
        "",
        "`",
        "](",
        "....",
        "😀",
        "中",
        "a",
        "\n",
        "- ",
        "1. ",
        "#",
        ">",
        "\u{feff}\u{301}",
        "’",
        ". A",
        "```\n",
    ] {
        let text = seed.repeat(50_000);
        for sentence in sentences(&text) {
            assert!(!text[sentence.range].is_empty());
        }
        assert!(words(&text).count() <= text.len());
    }
}
