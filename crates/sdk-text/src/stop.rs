//! English words that say nothing by themselves.

/// Whether a lower-case word is so common that it tells nothing of a text's subject.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

#[rustfmt::skip]
const STOP_WORDS: [&str; 179] = [
    "a", "about", "above", "after", "again", "all", "also", "although", "always", "am", "an", "and",
    "another", "any", "anyone", "are", "as", "at", "be", "because", "been", "before", "being", "below",
    "between", "both", "but", "by", "can", "can't", "cannot", "could", "did", "do", "does", "doesn't",
    "doing", "don't", "down", "during", "each", "either", "else", "etc", "even", "ever", "every", "few",
    "for", "from", "further", "get", "gets", "had", "has", "have", "having", "he", "her", "here",
    "hers", "him", "his", "how", "however", "i", "if", "in", "instead", "into", "is", "isn't", "it",
    "it's", "its", "itself", "just", "least", "less", "let's", "like", "made", "make", "makes", "many",
    "may", "me", "might", "more", "most", "much", "must", "my", "neither", "never", "no", "nor", "not",
    "now", "of", "off", "often", "on", "once", "one", "only", "or", "other", "others", "otherwise",
    "our", "out", "over", "own", "per", "rather", "s", "same", "she", "should", "since", "so", "some",
    "such", "t", "than", "that", "that's", "the", "their", "them", "then", "there", "therefore",
    "these", "they", "this", "those", "though", "through", "thus", "to", "too", "two", "under", "until",
    "up", "upon", "us", "use", "used", "very", "via", "was", "way", "we", "we'll", "we've", "were",
    "what", "when", "where", "whether", "which", "while", "who", "whose", "why", "will", "with",
    "within", "without", "would", "yet", "you", "you'll", "you're", "you've", "your",
];
