//! Markdown, as it is: only its headings matter, for cutting and for the path of each passage.

use sdk_record::Fault;

use super::{Document, Reader};
use crate::encoding::decode;
use crate::headings::Headings;

pub(super) const READER: Reader = Reader {
    name: "markdown",
    about: "Markdown; headings guide the cuts and name the passages",
    extensions: &["md", "markdown", "mdown", "mkd", "mdx", "rmd", "qmd"],
    detect: |_| false,
    read,
};

// The table's one shape of `read` may refuse; text never does.
#[allow(clippy::unnecessary_wraps)]
fn read(bytes: Vec<u8>) -> Result<Document, Fault> {
    let (text, warning) = decode(bytes, None);
    let title = Headings::title(&text);
    Ok(Document { text, markdown: true, title, warning, engine: READER.name })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_heading_is_the_title_if_it_is_the_highest() {
        let title = |text: &str| super::read(text.as_bytes().to_vec()).unwrap().title;
        assert_eq!(title("intro\n\n# The *Book*\n\ntext").as_deref(), Some("The Book"));
        assert_eq!(title("## Part\n\n# Book"), None);
    }
}
