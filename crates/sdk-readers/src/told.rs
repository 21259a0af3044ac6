//! What is said of a document's type besides what its bytes tell: by the user, by a server, by its name.

use std::path::Path;

/// What somebody says of a document's type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing: its content decides, then its name.
    #[default]
    Nothing,
    /// The content type of a server: its content decides, then this, then its name.
    Served(String),
    /// The user's word, a reader's name or an ending of file names: it decides.
    Certain(String),
}

/// Content types and the endings of file names that stand for them. Those that servers give to anything are not here.
const SERVED: &[(&str, &str)] = &[
    ("text/html", "html"),
    ("application/xhtml+xml", "xhtml"),
    ("text/markdown", "md"),
    ("application/pdf", "pdf"),
    ("application/epub+zip", "epub"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/rtf", "rtf"),
    ("text/rtf", "rtf"),
    ("message/rfc822", "eml"),
    ("text/csv", "csv"),
    ("text/tab-separated-values", "tsv"),
    ("application/json", "json"),
    ("application/x-ndjson", "jsonl"),
    ("application/jsonl", "jsonl"),
    ("application/vnd.apache.parquet", "parquet"),
    ("text/vtt", "vtt"),
    ("application/x-subrip", "srt"),
];

impl Told {
    /// What a server says by its content type, its parameters left aside, or else by the address where it found the page.
    pub fn served(content_type: Option<&str>, address: &str) -> Told {
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let known = SERVED.iter().find(|(known, _)| known.eq_ignore_ascii_case(essence));
        let ending = known.map_or_else(|| ending(address), |(_, ending)| (*ending).to_owned());
        if ending.is_empty() { Told::Nothing } else { Told::Served(ending) }
    }

    /// The ending in force for a document of this name, in lower case and without the dot.
    pub(crate) fn ending(&self, name: &str) -> String {
        match self {
            Told::Nothing => ending(name),
            Told::Served(ending) | Told::Certain(ending) => ending.clone(),
        }
    }
}

/// Ending of a file's or page's name in lower case, without the dot.
fn ending(name: &str) -> String {
    let path = match is_address(name) {
        // A host has dots, too, and so has what is asked of it.
        true => {
            let page = name.split(['?', '#']).next().unwrap_or_default();
            page.splitn(4, '/').nth(3).unwrap_or_default()
        }
        false => name,
    };
    let last = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    // What is packed is told by what it is when unpacked.
    match last(Path::new(path)).as_deref() {
        Some("gz" | "zst") => {
            last(Path::new(Path::new(path).file_stem().unwrap_or_default())).unwrap_or_default()
        }
        ending => ending.unwrap_or_default().to_owned(),
    }
}

/// Whether a name is that of a page.
pub(crate) fn is_address(name: &str) -> bool {
    let begins =
        |scheme: &str| name.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    begins("http://") || begins("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings() {
        for (name, found) in [
            ("a/b.MD", "md"),
            ("Makefile", ""),
            ("https://example.org", ""),
            ("HTTPS://example.org/a.b/c.html?d=e.pdf#f.txt", "html"),
            ("https://example.org/?q=1.5", ""),
            ("a/b.jsonl.GZ", "jsonl"),
            ("a.d/b.zst", ""),
        ] {
            assert_eq!(Told::Nothing.ending(name), found, "{name}");
        }
        let served = |content_type, address, name| Told::served(Some(content_type), address).ending(name);
        assert_eq!(served("Text/HTML; charset=utf-8", "http://a.org/b.pdf", ""), "html");
        assert_eq!(served("application/octet-stream", "http://a.org/b.pdf", "http://a.org/c"), "pdf");
        assert_eq!(served("text/plain", "http://a.org/", "http://a.org/c.md"), "md");
    }
}
