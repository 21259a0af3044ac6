//! What a run may cost and what its tokens cost: the flags, the price of a model, the budget.

mod amount;
mod budget;
mod prices;
mod purse;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use clap::Args;
use serde::Deserialize;
use serde_json::Number;

use sdk_prompt::{About, Ask, Parameters, Price, Want};

use crate::address::{is_local, is_of};
use crate::{ModelFlags, Say, Server, Whom};
use amount::micros;
pub use budget::Budget;
pub(crate) use purse::{Hold, Purse};

/// What tokens cost, and what may be spent.
#[derive(Debug, Clone, Default, Args)]
pub struct MoneyFlags {
    /// US dollars a million tokens: `IN,OUT[,CACHED[,WRITTEN]]`, or a file of models with theirs [default: a table]
    #[arg(long, value_name = "IN,OUT|@FILE", env = "SDK_PRICE", value_parser = Told::parse, help_heading = "Money")]
    pub price: Option<Told>,

    /// Stop before this could be exceeded: 5usd, 2Mtok, 2000tok. Answers from the journal cost nothing
    #[arg(long, value_name = "AMOUNT", env = "SDK_BUDGET", help_heading = "Money")]
    pub budget: Option<Budget>,

    /// Ask K rows drawn by --seed, print what the others will take, and stop; the run pays for them no more
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Money",
          conflicts_with_all = ["batch", "emit_batch", "from_batch", "replay", "refresh", "no_journal"])]
    pub estimate: Option<u64>,

    /// The purse of the run's first model: those of a panel share it.
    #[arg(skip)]
    pub(crate) purse: OnceLock<Arc<Purse>>,
}

/// A price as the user tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Of whatever model is asked.
    One(Price),
    /// JSON Lines: `{"model":"openai:gpt-4o-mini","input":0.15,"output":0.6,"cached":0.075}`.
    File(PathBuf),
}

impl Told {
    fn parse(text: &str) -> Result<Told, String> {
        if let Some(file) = text.strip_prefix('@') {
            return Ok(Told::File(file.into()));
        }
        let expected = || "expected IN,OUT in US dollars a million tokens, such as 0.15,0.6".to_owned();
        let amounts: Option<Vec<u64>> = text.split(',').map(|amount| micros(amount.trim())).collect();
        match amounts.ok_or_else(expected)?[..] {
            [input, output] => Ok(Told::One(Price { input, output, cached: input, written: input })),
            [input, output, cached] => Ok(Told::One(Price { input, output, cached, written: input })),
            [input, output, cached, written] => Ok(Told::One(Price { input, output, cached, written })),
            _ => Err(expected()),
        }
    }
}

/// A line of a price file. Amounts are read as they are spelt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    model: String,
    input: Number,
    output: Number,
    cached: Option<Number>,
    written: Option<Number>,
}

impl Line {
    /// Its price; nothing that is missing is taken to be cheaper than other input.
    fn price(&self) -> Option<Price> {
        let amount = |number: &Number| micros(&number.to_string());
        let (input, output) = (amount(&self.input)?, amount(&self.output)?);
        let or_input = |told: &Option<Number>| told.as_ref().map_or(Some(input), amount);
        Some(Price { input, output, cached: or_input(&self.cached)?, written: or_input(&self.written)? })
    }
}

/// The price of `model` in a file.
fn of_file(file: &Path, model: &str) -> Result<Option<Price>, String> {
    let wrong = |what: String| format!("--price @{}: {what}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let mut found = None;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let expected = |why: &str| {
            wrong(format!(
                "line {}: {why}; expected {{\"model\":\"openai:gpt-4o-mini\",\"input\":0.15,\"output\":0.6}}, in US dollars a million tokens",
                number + 1
            ))
        };
        let line: Line = serde_json::from_str(line).map_err(|error| expected(&error.to_string()))?;
        let price = line.price().ok_or_else(|| expected("a price has at most six decimals"))?;
        if line.model == model {
            found = Some(price);
        }
    }
    Ok(found)
}

impl ModelFlags {
    /// What a token of whoever is asked costs: as the user says, else as the table does; `None` where neither knows.
    /// The table speaks only of a provider's own address.
    ///
    /// # Errors
    /// A price file that cannot be read.
    pub fn price_of(&self, whom: &Whom) -> Result<Option<Price>, String> {
        let Whom::Server(server) = whom else { return Ok(None) };
        let told = match &self.money.price {
            Some(Told::One(price)) => Some(*price),
            Some(Told::File(file)) => of_file(file, &server.name())?,
            None => None,
        };
        Ok(told.or_else(|| server.usual_price()))
    }
}

impl Server {
    fn usual_price(&self) -> Option<Price> {
        let own = self.provider.base_url.is_some_and(|url| is_of(&self.endpoint, url));
        prices::usual(self.provider.name, &self.model).filter(|_| own)
    }

    /// A purse for this server, whose replies must have a limit: without one any of them could cost more than is left.
    ///
    /// # Errors
    /// The text for the user.
    pub(crate) fn purse(
        &self,
        budget: Budget,
        price: Option<Price>,
        parameters: &Parameters,
        flags: &MoneyFlags,
        say: &Say,
    ) -> Result<Arc<Purse>, String> {
        let ask = Ask {
            messages: Vec::new(),
            want: Want::Text,
            schema: None,
            parameters: parameters.clone(),
            sample: 0,
            about: About::default(),
        };
        if self.limit(&ask).is_none() {
            return Err(
                "--budget: a reply without a token limit could cost anything; set --max-tokens N".to_owned()
            );
        }
        match flags.purse.get() {
            Some(purse) => purse.beside(price).map(Arc::new),
            None => {
                let purse = Arc::new(Purse::new(budget, price, Say::clone(say))?);
                Ok(Arc::clone(flags.purse.get_or_init(|| purse)))
            }
        }
    }

    /// What is said of a price that nobody knows; nothing where nobody wants to be paid.
    pub(crate) fn unpriced(&self) -> Option<String> {
        let what = "no price is known, so tokens are counted alone (--price IN,OUT tells it)";
        (!is_local(&self.endpoint)).then(|| format!("{}: {what}", self.name()))
    }
}

#[cfg(test)]
mod tests;
