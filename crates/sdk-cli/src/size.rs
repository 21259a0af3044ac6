//! The longest row that a reader takes, as people write it.

use sdk_record::size;

/// Bytes of a row: positions in a block are 32 bits wide.
///
/// # Errors
/// What was expected.
pub(crate) fn line(text: &str) -> Result<usize, String> {
    match size(text)? {
        bytes @ 1..=0x4000_0000 => usize::try_from(bytes).map_err(|_| format!("{bytes} bytes are too many")),
        _ => Err("expected at most 1GiB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_an_end() {
        assert_eq!(line("128MiB"), Ok(128 << 20));
        assert!(line("2GiB").is_err() && line("0").is_err());
    }
}
