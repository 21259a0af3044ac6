//! How a run ends: the last bytes, the names of complete files, the last line and the exit code.

use std::io;

use super::Session;
use crate::tally::Ending;
use crate::{Exit, signal};

impl Session {
    /// Ends the run: the last bytes, the rejects' name, the last line. `result` is how the work itself ended;
    /// `partly` says that less came out than was asked for.
    ///
    /// # Errors
    /// None today: a failed output is said and becomes exit 3.
    pub fn end(mut self, result: io::Result<()>, partly: bool) -> anyhow::Result<Exit> {
        drop(self.progress.take());
        // Enough bad rows are no trouble of the output.
        let enough = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted && self.stopped;
        let result = if result.as_ref().is_err_and(enough) { Ok(()) } else { result };
        let mut result = result.and_then(|()| self.complete());
        // What takes its name only when it is complete leaves nothing else behind either, but rows that were paid for.
        let part = if self.was_paid() { self.out.keep() } else { None };
        self.out.abandon();
        if let Some(rejects) = self.rejects.take() {
            result = result.and(rejects.finish());
        }
        if let Some(mut dropped) = self.dropped.take() {
            result = result.and(dropped.flush());
        }
        if let Some(stats) = self.stats.take() {
            result = result.and(stats.write(self.voice.name(), &self.tally));
        }
        self.out.forget();
        if self.named > 0 && self.tally.rejected > self.named {
            self.complain(&format!("{} more bad rows are not named here", self.tally.rejected - self.named));
        }
        let ending =
            Ending { result: &result, stopped: self.stopped, one: self.one, partly, tally: self.tally };
        if let Err(error) = &result
            && !ending.closed()
        {
            let part =
                part.map(|part| format!("; those that did are in {}", part.display())).unwrap_or_default();
            self.complain(&format!(
                "output cannot be written: {error}; run again when it can (not all rows counted as written arrived{part})"
            ));
        }
        let asked = self.extra.as_ref().map(|extra| format!(", {extra}")).unwrap_or_default();
        self.say(&format!("{}{asked}", self.tally));
        Ok(ending.exit(signal::asked()))
    }

    /// Whether there are rows of answers, which cost money.
    fn was_paid(&self) -> bool {
        self.extra.is_some() && self.tally.written > 0
    }

    /// The last bytes, and the name of what is complete; a run that was stopped has nothing that is.
    fn complete(&mut self) -> io::Result<()> {
        if self.out.unseen() && (self.stopped || signal::asked()) {
            if self.was_paid()
                && let Some(part) = self.out.keep()
            {
                self.complain(&format!(
                    "stopped before the end, so the rows that were ready are in {}, and an earlier output stays as it \
                     was; run the same command again: what the journal holds is not paid for twice",
                    part.display()
                ));
                return self.out.finish().map(drop);
            }
            let ready = std::mem::take(&mut self.tally.written);
            self.complain(&format!(
                "stopped before the end, so nothing is written ({ready} rows were ready) and an earlier output stays as \
                 it was; run again when what stopped it is mended"
            ));
            return Ok(());
        }
        for remark in &self.out.finish()? {
            self.say(remark);
        }
        Ok(())
    }

    /// Gives the run up before anything was written: no exit code yet, no half file of rejects.
    pub fn abandon(mut self) {
        self.out.abandon();
        if let Some(rejects) = self.rejects.take() {
            rejects.abandon();
        }
    }
}
