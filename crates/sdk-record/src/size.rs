//! Bytes as people write them: `128MiB`, `5GB`, `4096`.

/// Bytes of a size. Decimal units end in `B` (`5GB` is 5·10⁹), binary ones in `iB`; a bare number counts bytes.
///
/// # Errors
/// What was expected.
pub fn size(text: &str) -> Result<u64, String> {
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "" | "B" => 1,
        "kB" | "KB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" | "K" => 1 << 10,
        "MiB" | "M" => 1 << 20,
        "GiB" | "G" => 1 << 30,
        "TiB" | "T" => 1 << 40,
        _ => return Err(EXPECTED.to_owned()),
    };
    let count: u64 = number.trim_end().parse().map_err(|_| EXPECTED.to_owned())?;
    count.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or_else(|| EXPECTED.to_owned())
}

const EXPECTED: &str = "expected a size in whole numbers, such as 4096, 64KiB, 128MiB or 5GB";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in
            [("1", 1), ("1KB", 1000), ("1KiB", 1024), ("128MiB", 128 << 20), ("5GB", 5_000_000_000)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "0", "-1", "1.5GB", "KB", "1XB", "99999999999TiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
