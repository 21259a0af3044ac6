//! `--batch`: the requests of a round are bought as batches of OpenAI's service, awaited, and their results kept.
//!
//! `asks.rs` knows what a round asks, `api.rs` speaks to the service, `form.rs` sends it a file; `buy.rs` buys what nobody
//! has bought yet, `collect.rs` waits and takes the results. What a batch asks stands in the journal before the service
//! hears of the batch, and a batch is forgotten only when its results are kept: killed at any moment, nothing is bought twice.

mod api;
mod asks;
mod buy;
mod collect;
mod form;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use sdk_prompt::Key;

use super::flags::Bill;
use crate::journal::{Batches, Half, Journal, Kept, Use};
use crate::journalled::Place;
use crate::{BatchFlags, ModelFlags, Say, Server};
use api::Api;
use asks::Asks;

/// Why a round came to no end.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The user asked to stop.
    Interrupted,
    /// What to tell the user.
    Stopped(String),
}

impl From<String> for Trouble {
    fn from(why: String) -> Trouble {
        Trouble::Stopped(why)
    }
}

/// How a round ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Served {
    /// Its requests were asked; another round may follow.
    Asked,
    /// There was nothing to ask.
    Nothing,
    /// The user asked to stop; batches go on at the service.
    Interrupted,
}

/// A batch service, and what it could not answer.
pub struct Service {
    server: Server,
    api: Api,
    say: Say,
    journal: PathBuf,
    batches: Batches,
    folder: TempDir,
    /// How often a request is bought again.
    retries: u32,
    /// How often each was bought in vain.
    vain: HashMap<Half, u32>,
    /// What no further batch will answer.
    failed: HashMap<Key, Kept>,
    /// A schema was refused: from the next round on it is said in words.
    plain: bool,
    bill: Bill,
}

impl Service {
    /// Gets ready to buy of `server`; `seed` decides the jitter of waits, `say` gets remarks, `interrupted` says whether
    /// the user asked to stop. Nothing is sent yet.
    ///
    /// # Errors
    /// The text for the user (exit 2): a journal that cannot be used, or what this machine lacks.
    pub fn open(
        server: Server,
        flags: &ModelFlags,
        seed: u64,
        say: Say,
        interrupted: fn() -> bool,
    ) -> Result<Service, String> {
        let journal = flags.journal.path()?.ok_or("--batch needs the journal: leave --no-journal out")?;
        let folder = tempfile::tempdir()
            .map_err(|error| format!("a temporary folder cannot be made: {error}; set TMPDIR"))?;
        Ok(Service {
            api: Api::new(&server, flags.retries(), seed, interrupted)?,
            batches: Batches::open(&journal)?,
            server,
            say,
            journal,
            folder,
            retries: flags.retries(),
            vain: HashMap::new(),
            failed: HashMap::new(),
            plain: false,
            bill: Bill::default(),
        })
    }

    /// The flags of a round that writes down what is to be asked.
    pub fn round(&self) -> BatchFlags {
        BatchFlags { emit_batch: Some(self.asks()), plain: self.plain, ..self.last() }
    }

    /// The flags of the run that makes the rows.
    pub fn last(&self) -> BatchFlags {
        let failed = Some(Arc::new(self.failed.clone()));
        BatchFlags { failed, bought: self.bill, ..BatchFlags::default() }
    }

    /// The journal, and the place that its keys know this server by.
    fn journal(&self) -> Result<(Journal, String), String> {
        let journal = Journal::open(&self.journal, &self.server.name().into(), Use::default())?;
        let place = Place::of(&self.server, || None).find(&journal.places, &journal.write);
        Ok((journal, place))
    }

    fn asks(&self) -> PathBuf {
        self.folder.path().join("asks.jsonl")
    }

    /// Has the requests of the last round answered.
    ///
    /// # Errors
    /// The text for the user (exit 3): what the service, the journal or the disk refuses.
    pub fn serve(&mut self) -> Result<Served, String> {
        let asks = Asks::read(&self.asks())?;
        if asks.is_empty() {
            return Ok(Served::Nothing);
        }
        let served = self.buy(&asks).and_then(|bought| self.collect(bought, &asks));
        match served {
            Ok(()) => Ok(Served::Asked),
            Err(Trouble::Interrupted) => {
                (self.say)(
                    "batches that were sent go on at the service; the same command waits for them again",
                );
                Ok(Served::Interrupted)
            }
            Err(Trouble::Stopped(why)) => Err(why),
        }
    }
}
