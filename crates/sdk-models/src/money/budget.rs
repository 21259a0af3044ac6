//! What may be spent, as the user says it.

use std::fmt;
use std::str::FromStr;

use sdk_prompt::{Cost, Price, Usage};

use super::amount::micros;

/// What may be spent in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Money.
    Cost(Cost),
    /// Tokens, of prompts and replies together.
    Tokens(u64),
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Budget, String> {
        let expected = || format!("`{text}`: expected an amount such as 5usd, 0.50usd, 2Mtok or 2000tok");
        let at = text.find(|letter: char| letter.is_alphabetic()).ok_or_else(expected)?;
        let (amount, unit) = (micros(text[..at].trim()).ok_or_else(expected)?, &text[at..]);
        let tokens = |each: u64| {
            let tokens = amount.checked_mul(each).filter(|tokens| tokens % 1_000_000 == 0);
            tokens.map(|tokens| Budget::Tokens(tokens / 1_000_000)).ok_or_else(expected)
        };
        match unit {
            "usd" | "USD" => {
                amount.checked_mul(1_000_000).map(|cost| Budget::Cost(Cost(cost))).ok_or_else(expected)
            }
            "tok" => tokens(1),
            "ktok" => tokens(1_000),
            "Mtok" => tokens(1_000_000),
            _ => Err(expected()),
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Budget::Cost(cost) => to.write_str(&cost.dollars()),
            Budget::Tokens(tokens) => write!(to, "{tokens} tokens"),
        }
    }
}

/// A budget and what tokens cost where it is one of money: amounts are in its unit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Measure {
    Cost(Price),
    Tokens,
}

impl Measure {
    /// An amount as the budget it is of is shown.
    pub(super) fn shown(self, amount: u64) -> String {
        match self {
            Measure::Cost(_) => Budget::Cost(Cost(amount)).to_string(),
            Measure::Tokens => Budget::Tokens(amount).to_string(),
        }
    }

    /// The most that so many tokens can take.
    pub(super) fn most(self, input: u64, output: u64) -> u64 {
        match self {
            Measure::Cost(price) => price.most(input, output).0,
            Measure::Tokens => input.saturating_add(output),
        }
    }

    /// What these tokens take.
    pub(super) fn of(self, usage: Usage) -> u64 {
        match self {
            Measure::Cost(price) => price.cost(usage).0,
            Measure::Tokens => usage.input.saturating_add(usage.output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_a_unit() {
        for (text, budget) in [
            ("5usd", Budget::Cost(Cost(5_000_000_000_000))),
            ("0.50USD", Budget::Cost(Cost(500_000_000_000))),
            ("2Mtok", Budget::Tokens(2_000_000)),
            ("1.5ktok", Budget::Tokens(1500)),
            ("2000tok", Budget::Tokens(2000)),
            ("0usd", Budget::Cost(Cost(0))),
        ] {
            assert_eq!(text.parse(), Ok(budget), "{text}");
        }
        for text in
            ["5", "usd", "5eur", "-5usd", "1.5tok", "0.0000001usd", "5 000tok", "99999999999usd", "5m"]
        {
            let error = text.parse::<Budget>().expect_err(text);
            assert!(error.contains("such as 5usd"), "{error}");
        }
    }
}
