//! Numbers: as conditions are given them, as rows have them, and by their exact value.

use std::io::Write as _;
use std::str::FromStr;

use sdk_record::{Fault, Kind};

/// A number of the command line and how it was spelled there; a condition is named as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// As typed.
    pub text: String,
    /// What it counts.
    pub value: f64,
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Number, String> {
        let value = text.parse().ok().filter(|value: &f64| value.is_finite());
        let value = value.ok_or_else(|| "expected a number".to_owned())?;
        Ok(Number { text: text.to_owned(), value })
    }
}

/// A share: a number from 0 to 1.
pub(crate) fn share(text: &str) -> Result<Number, String> {
    let number: Number = text.parse()?;
    match (0.0..=1.0).contains(&number.value) {
        true => Ok(number),
        false => Err("expected a share from 0 to 1".to_owned()),
    }
}

/// The number that a value is, none for null or no value.
///
/// # Errors
/// `type`: it is something else; `subject` says of what.
#[inline]
pub(crate) fn rating(raw: Option<&str>, subject: &str) -> Result<Option<f64>, Fault> {
    match raw {
        None | Some("null") => Ok(None),
        // Negative zero is zero, whatever order is asked of it later.
        Some(raw) => raw.parse::<f64>().map(|value| Some(value + 0.0)).map_err(|_| no_number(raw, subject)),
    }
}

#[cold]
fn no_number(raw: &str, subject: &str) -> Fault {
    let found: String = raw.chars().take(40).collect();
    let advice = "a jq expression can make one of it";
    Fault::new(Kind::Type, format!("`{subject}`: expected a number or null, found {found}; {advice}"))
}

/// Writes a JSON number so that equal values have equal bytes: its digits, and where the point stands among them.
pub(crate) fn write(raw: &[u8], out: &mut Vec<u8>) {
    let (negative, unsigned) = raw.strip_prefix(b"-").map_or((false, raw), |rest| (true, rest));
    let power = unsigned.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, power) = unsigned.split_at(power.unwrap_or(unsigned.len()));
    let point = mantissa.iter().position(|byte| *byte == b'.').unwrap_or(mantissa.len());
    let digits = || mantissa.iter().filter(|byte| **byte != b'.');
    let zeros = digits().take_while(|digit| **digit == b'0').count();
    let count = digits().count() - digits().rev().take_while(|digit| **digit == b'0').count();
    out.push(b'0');
    // Zero has no sign and no exponent.
    if count > 0 {
        match exponent(power) {
            Some(exponent) => {
                out.extend(negative.then_some(b'-'));
                out.extend(digits().take(count).skip(zeros));
                // Writing to memory does not fail.
                let _ = write!(out, "e{}", exponent + point as i128 - zeros as i128);
            }
            // An exponent beyond all counting; such numbers are equal where their spelling is.
            None => out.extend_from_slice(raw),
        }
    }
    out.push(b';');
}

/// What stands from the `e` on.
fn exponent(power: &[u8]) -> Option<i128> {
    match power {
        [] => Some(0),
        [_, digits @ ..] => std::str::from_utf8(digits).ok()?.parse::<i64>().ok().map(i128::from),
    }
}
