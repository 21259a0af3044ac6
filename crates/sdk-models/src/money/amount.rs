//! Decimal amounts as people write them, as whole numbers.

/// `0.15` as 150,000 millionths; nothing for what is no such amount, or has more than six decimals.
pub(super) fn micros(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && decimals.is_empty() || !digits(whole) || !digits(decimals) {
        return None;
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 6 {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let decimals: u64 = format!("{decimals:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, amount) in [
            ("0.15", 150_000),
            ("12", 12_000_000),
            (".5", 500_000),
            ("3.", 3_000_000),
            ("0.000001", 1),
            ("1.2500000", 1_250_000),
            ("0", 0),
        ] {
            assert_eq!(micros(text), Some(amount), "{text}");
        }
        for text in ["", ".", "-1", "+1", "1e3", "0.0000001", "1,5", "five", "99999999999999", "1.2.3", " 1"]
        {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
