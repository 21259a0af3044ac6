//! Plain text in any encoding, as it is. Every text that no other format claims is plain text.

use sdk_record::Fault;

use super::{Document, Reader};
use crate::encoding::decode;

pub(super) const READER: Reader = Reader {
    name: "text",
    about: "plain text in any encoding; anything else that is text",
    extensions: &["txt", "text", "log"],
    detect: |_| false,
    read,
};

// The table's one shape of `read` may refuse; text never does.
#[allow(clippy::unnecessary_wraps)]
fn read(bytes: Vec<u8>) -> Result<Document, Fault> {
    let (text, warning) = decode(bytes, None);
    Ok(Document { text, markdown: false, title: None, warning, engine: READER.name })
}
