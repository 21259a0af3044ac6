//! A run that asks, from its first request to its exit.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use sdk_cli::{Beside, Exit, Inputs, Session};
use sdk_models::{Estimate, Way, drive};
use sdk_prompt::{Answer, Call, Counts, Plan, Price};

use super::Asking;
use super::pulse::pulse;

/// Somebody who is about to be asked.
pub(crate) struct Asked<'a> {
    pub(super) name: &'static str,
    pub(super) flags: &'a Asking,
    pub(super) answer: Box<dyn Answer>,
    /// What a token costs, where one alone is asked.
    pub(super) price: Option<Price>,
    /// The same of each who may be asked.
    pub(super) prices: Vec<Option<Price>>,
}

impl Asked<'_> {
    /// Prints the first request, for `--dry-run`.
    pub(crate) fn show(&self, call: Option<Call>) -> anyhow::Result<Exit> {
        let shown = call.map(|call| format!("{}\n", self.answer.show(&call)));
        sdk_cli::print(&shown.unwrap_or_default())
    }

    /// Whether no row comes out, as where requests alone are written.
    pub(crate) fn withholds(&self) -> bool {
        self.answer.withholds()
    }

    /// The run's output and side files. `inputs`: the files that are read.
    pub(crate) fn session(&self, inputs: &[PathBuf]) -> anyhow::Result<Session> {
        let mut common = self.flags.common.clone();
        let mut beside = Beside { stats: self.flags.stats.stats.as_deref(), ..Beside::default() };
        if self.flags.model.money.estimate.is_some() {
            // What it makes is thrown away, and every file left alone.
            (common.output, common.rejects, beside) = (None, None, Beside::default());
        }
        if self.withholds() {
            // No row comes out: what an earlier run wrote stays.
            common.output = None;
        }
        Session::beside(self.name, &common, inputs, &beside)
    }

    /// Asks what `plan` wants to know of `rows`; `wanted` rows are to come of it, where that is known.
    pub(crate) fn run(
        mut self,
        plan: &mut dyn Plan,
        rows: Inputs,
        mut session: Session,
        wanted: Option<u64>,
    ) -> Ran {
        let trial = self.flags.model.money.estimate.is_some();
        let common = &self.flags.common;
        let way = Way { unordered: common.unordered, trial, jobs: common.jobs(), ..Way::default() };
        session.watch(pulse(Arc::clone(&way.gauge), self.price, wanted));
        let (price, Asking { common, model, .. }) = (self.price.as_ref(), self.flags);
        // Flags, prompts and keys were most of the code so far.
        sdk_memory::give_back_start();
        let answer = self.answer.as_mut();
        let (counts, result, forecast) = match model.money.estimate {
            None => {
                let (counts, result) = drive(plan, rows, &mut session, answer, way);
                (counts, result, None)
            }
            Some(count) => {
                let mut drawn = Estimate::new(plan, count, common.seed, self.prices);
                let (counts, result) = drive(&mut drawn, rows, &mut session, answer, way);
                let forecast = drawn.forecast(&counts.priced(price), common.jobs(), model);
                let known = "rows that were known already (others may be, and then cost nothing)";
                session.note(counts.cached, known);
                (counts, result, Some(forecast))
            }
        };
        let counts = model.batch.counted(counts).priced(price);
        (session.tally.read, session.tally.empty) = (counts.read, counts.empty);
        session.asked(counts.requests_line(), counts.cached);
        session.counted(counts.stats());
        let Counts { lacking, repeats, unfinished, .. } = counts;
        session.note(repeats, "repeated items left out");
        if result.is_ok() {
            session.note(unfinished, "rows not finished (run the same command again)");
        }
        match session.is_stopped() {
            _ if result.is_err() || unfinished > 0 => {}
            true => session.note(lacking, "rows lacking of -n (run the same command again)"),
            false => session.note(lacking, "rows lacking of -n (add rows, or try another --seed)"),
        }
        Ran { session, result, lacking: lacking > 0, forecast }
    }
}

/// A run whose last row has left.
pub(crate) struct Ran {
    pub(crate) session: Session,
    result: io::Result<()>,
    lacking: bool,
    forecast: Option<String>,
}

impl Ran {
    /// The last line, the forecast where one was asked for, and the exit code.
    pub(crate) fn end(self) -> anyhow::Result<Exit> {
        let exit = self.session.end(self.result, self.lacking)?;
        match (exit, self.forecast) {
            // Rows that cannot be asked about are none of the forecast's.
            (Exit::Done | Exit::Partly, Some(forecast)) => sdk_cli::print(&forecast),
            (exit, _) => Ok(exit),
        }
    }
}
