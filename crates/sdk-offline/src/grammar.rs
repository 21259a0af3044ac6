//! What is known of English: auxiliaries, participles, words that point elsewhere.
//!
//! Word lists only; the verbs are in `verbs`. A sentence that they do not fit is left alone rather than guessed at.

/// Whether the word is a past participle, as far as can be told from its look.
pub(crate) fn is_participle(word: &str) -> bool {
    const ODD: [&str; 27] = [
        "made", "built", "held", "kept", "written", "found", "set", "put", "drawn", "sent", "run", "born",
        "known", "given", "taken", "shown", "chosen", "driven", "read", "sold", "brought", "bound", "begun",
        "won", "grown", "spoken", "split",
    ];
    (word.len() > 4 && word.ends_with("ed")) || ODD.contains(&word)
}

/// Whether the participle says where something is, so that "where" asks for it.
pub(crate) fn is_placing(word: &str) -> bool {
    [
        "stored",
        "located",
        "placed",
        "situated",
        "found",
        "kept",
        "held",
        "defined",
        "declared",
        "allocated",
        "born",
        "based",
        "saved",
        "installed",
        "recorded",
        "grown",
        "buried",
        "pushed",
    ]
    .contains(&word)
}

/// A number in digits or in words.
pub(crate) fn is_number(word: &str) -> bool {
    const WORDS: [&str; 14] = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty",
        "hundred", "thousand",
    ];
    WORDS.contains(&word)
        || (!word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.'))
}

/// A year of the last thousand years or so.
pub(crate) fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<u32>().is_ok_and(|year| (1000..2200).contains(&year))
}

pub(crate) const MODALS: [&str; 8] = ["can", "could", "must", "should", "will", "would", "may", "might"];
pub(crate) const ADVERBS: [&str; 19] = [
    "also",
    "often",
    "usually",
    "always",
    "automatically",
    "typically",
    "generally",
    "normally",
    "simply",
    "currently",
    "mainly",
    "commonly",
    "sometimes",
    "actually",
    "frequently",
    "really",
    "directly",
    "then",
    "therefore",
];
pub(crate) const ARTICLES: [&str; 3] = ["a", "an", "the"];
pub(crate) const PREPOSITIONS: [&str; 24] = [
    "in", "on", "at", "by", "with", "for", "from", "to", "into", "of", "over", "under", "through", "as",
    "about", "between", "within", "without", "during", "like", "than", "onto", "inside", "across",
];

/// Words that, first in a sentence part, point to something said before.
pub(crate) const POINTING: [&str; 62] = [
    "it",
    "this",
    "that",
    "these",
    "those",
    "they",
    "we",
    "i",
    "he",
    "she",
    "there",
    "here",
    "another",
    "such",
    "what",
    "which",
    "who",
    "how",
    "why",
    "where",
    "but",
    "and",
    "or",
    "so",
    "not",
    "none",
    "nothing",
    "anything",
    "everything",
    "neither",
    "either",
    "its",
    "their",
    "our",
    "his",
    "her",
    "my",
    "see",
    "note",
    "let",
    "let's",
    "listing",
    "figure",
    "chapter",
    "section",
    "table",
    "it's",
    "that's",
    "there's",
    "we'll",
    "we've",
    "we're",
    "they're",
    "you'll",
    "others",
    "both",
    "some",
    "one",
    "otherwise",
    "them",
    "us",
    "doing",
];

/// Words after "the" that leave a noun without its meaning.
pub(crate) const VAGUE: [&str; 52] = [
    "first",
    "second",
    "third",
    "last",
    "next",
    "previous",
    "latter",
    "former",
    "other",
    "same",
    "following",
    "above",
    "below",
    "problem",
    "difference",
    "reason",
    "result",
    "example",
    "code",
    "output",
    "good",
    "rest",
    "idea",
    "point",
    "answer",
    "question",
    "case",
    "way",
    "text",
    "above-mentioned",
    "thing",
    "fact",
    "trick",
    "syntax",
    "program",
    "types",
    "book",
    "author",
    "only",
    "main",
    "new",
    "best",
    "key",
    "important",
    "said",
    "word",
    "list",
    "line",
    "concept",
    "reverse",
    "special",
    "basic",
];
