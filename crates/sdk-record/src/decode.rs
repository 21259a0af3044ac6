//! `.gz` and `.zst` are read as they are: recognised by their first bytes, so that it works on stdin too.

use std::io::{self, Cursor, Read};

/// The plain bytes of `input`: gzip (any number of members) and zstd (any number of frames) are unpacked, anything
/// else passes.
///
/// # Errors
/// What reading the first bytes says.
pub fn decode(mut input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut magic = [0_u8; 4];
    let mut count = 0;
    while count < magic.len() {
        match input.read(&mut magic[count..]) {
            Ok(0) => break,
            Ok(more) => {
                count += more;
                // One byte tells plain text from both formats: do not wait for four from a slow producer.
                if !matches!(magic[0], 0x1f | 0x28 | 0x50..=0x5f) {
                    break;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let head = magic[..count].to_vec();
    let whole = Cursor::new(head.clone()).chain(input);
    if head.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(flate2::read::MultiGzDecoder::new(whole)));
    }
    // A zstd stream may begin with a skippable frame: pzstd writes one.
    let skippable = matches!(head[..], [0x50..=0x5f, 0x2a, 0x4d, 0x18]);
    if skippable || head == [0x28, 0xb5, 0x2f, 0xfd] {
        return Ok(Box::new(zstd::stream::read::Decoder::new(whole)?));
    }
    Ok(Box::new(whole))
}
