//! From flags to the one who answers: the client, and the journal before it.

use sdk_prompt::{Answer, Parameters, Price};

use crate::journal::{Journal, Use};
use crate::journalled::{Journalled, Nobody, Place};
use crate::{Client, JournalFlags, ModelFlags, Pace, Say, Server, batch};

/// How a run asks.
pub struct Run {
    /// Requests at once; `None`: as many as pay.
    pub jobs: Option<usize>,
    /// Decides the jitter of waits.
    pub seed: u64,
    /// Takes remarks.
    pub say: Say,
    /// From 2 on each request is a remark.
    pub verbose: u8,
    /// Nothing will be asked: no file is touched.
    pub dry: bool,
    /// What tokens cost, where somebody knows.
    pub price: Option<Price>,
    /// What the prompt sets, and the flags above it.
    pub parameters: Parameters,
}

impl Server {
    /// The one who answers for this server.
    ///
    /// # Errors
    /// The text for the user (exit 2): a journal that cannot be used, or what this machine lacks.
    pub fn open(mut self, flags: &ModelFlags, run: Run) -> Result<Box<dyn Answer>, String> {
        let Run { jobs, seed, say, verbose, dry, price, parameters } = run;
        // Where nobody is asked nothing is spent.
        let budget = flags.money.budget.filter(|_| !flags.batch.any() && !flags.journal.replay);
        self.purse =
            budget.map(|budget| self.purse(budget, price, &parameters, &flags.money, &say)).transpose()?;
        let asking = Pace { jobs, retries: flags.retries(), seed, minute: flags.minute() };
        let client = |server: Server| Client::new(server, asking, Say::clone(&say), verbose);
        if dry {
            return Ok(Box::new(client(self)?));
        }
        if let Some(remark) = self.unpriced().filter(|_| price.is_none()) {
            say(&remark);
        }
        let kept = self.journal(&flags.journal, &say, verbose)?;
        if flags.batch.any() {
            return batch::open(self, &flags.batch, kept, &say);
        }
        let Some(kept) = kept else { return Ok(Box::new(client(self)?)) };
        if flags.journal.replay {
            let place = Place::of(&self, || None);
            return Ok(Box::new(Journalled::new(Nobody(self), kept, place)?));
        }
        let client = client(self.clone())?;
        let place = Place::of(&self, || Some(client.report()));
        Ok(Box::new(Journalled::new(client, kept, place)?))
    }

    /// The journal of its answers, unless there is to be none.
    fn journal(&self, flags: &JournalFlags, say: &Say, verbose: u8) -> Result<Option<Journal>, String> {
        let Some(path) = flags.path()? else { return Ok(None) };
        let way = Use { refresh: flags.refresh, replay: flags.replay, max: flags.journal_max };
        let kept = Journal::open(&path, &self.name().into(), way)?;
        for remark in &kept.remarks {
            say(remark);
        }
        if verbose > 0 {
            say(&format!("answers are kept in {}", path.display()));
        }
        Ok(Some(kept))
    }
}
