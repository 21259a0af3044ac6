//! A run that asks, from its first request to its exit.

use std::io;
use std::path::PathBuf;

use sdk_cli::{Beside, Exit, Inputs, Session};
use sdk_models::{Way, drive};
use sdk_prompt::{Answer, Call, Counts, Plan, Price};
use sdk_record::Sink;

use super::Asking;

/// Somebody who is about to be asked.
pub(crate) struct Asked<'a> {
    pub(super) name: &'static str,
    pub(super) flags: &'a Asking,
    pub(super) answer: Box<dyn Answer>,
    pub(super) price: Option<Price>,
}

impl Asked<'_> {
    /// Prints the first request, for `--dry-run`.
    pub(crate) fn show(&self, call: Option<Call>) -> anyhow::Result<Exit> {
        let shown = call.map(|call| format!("{}\n", self.answer.show(&call)));
        sdk_cli::print(&shown.unwrap_or_default())
    }

    /// The run's output and side files. `inputs`: the files that are read.
    pub(crate) fn session(&self, inputs: &[PathBuf]) -> anyhow::Result<Session> {
        let beside = Beside { stats: self.flags.stats.stats.as_deref(), ..Beside::default() };
        let mut common = self.flags.common.clone();
        if self.answer.withholds() {
            // No row comes out: what an earlier run wrote stays.
            common.output = None;
        }
        Session::beside(self.name, &common, inputs, &beside)
    }

    /// Asks what `plan` wants to know of `rows`.
    pub(crate) fn run(mut self, plan: &mut dyn Plan, rows: Inputs, mut session: Session) -> Ran {
        let way = Way { unordered: self.flags.common.unordered };
        let (counts, result) = drive(plan, rows, &mut session, self.answer.as_mut(), way);
        let counts = counts.priced(self.price.as_ref());
        (session.tally.read, session.tally.empty) = (counts.read, counts.empty);
        session.asked(counts.requests_line(), counts.cached);
        session.counted(counts.stats());
        let Counts { lacking, repeats, unfinished, .. } = counts;
        session.note(repeats, "repeated items left out");
        if result.is_ok() {
            session.note(unfinished, "rows not finished (run the same command again)");
        }
        if result.is_ok() && unfinished == 0 && !session.interrupted() {
            session.note(lacking, "rows lacking of -n (add rows, or try another --seed)");
        }
        Ran { session, result, lacking: lacking > 0 }
    }
}

/// A run whose last row has left.
pub(crate) struct Ran {
    pub(crate) session: Session,
    result: io::Result<()>,
    lacking: bool,
}

impl Ran {
    /// The last line and the exit code.
    pub(crate) fn end(self) -> anyhow::Result<Exit> {
        self.session.end(self.result, self.lacking)
    }
}
