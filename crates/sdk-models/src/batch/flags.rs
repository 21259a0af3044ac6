//! The flags of batch files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use sdk_prompt::{Counts, Key, Usage};

use crate::journal::Kept;
use crate::{Server, Whom};

/// What is asked by file.
#[derive(Debug, Clone, Default, Args)]
pub struct BatchFlags {
    /// Ask by the server's batch service, which may take a day; the same command goes on where it was stopped
    #[arg(
        long,
        conflicts_with_all = ["emit_batch", "from_batch", "replay", "refresh", "no_journal", "budget"],
        help_heading = "Batch files"
    )]
    pub batch: bool,

    /// Ask nobody: write each request that has no answer yet here, a line of a batch file each; no rows come out
    #[arg(long, value_name = "FILE", conflicts_with = "replay", help_heading = "Batch files")]
    pub emit_batch: Option<PathBuf>,

    /// Ask nobody: read the results of a batch file as if the model had answered; what has no answer is a reject
    #[arg(long, value_name = "FILE", conflicts_with = "replay", help_heading = "Batch files")]
    pub from_batch: Option<PathBuf>,

    /// Set in the rounds of [`crate::Service`]: what no batch will answer.
    #[arg(skip)]
    pub(crate) failed: Option<Arc<HashMap<Key, Kept>>>,

    /// The same: the schema is said in words.
    #[arg(skip)]
    pub(crate) plain: bool,

    /// What those rounds have bought.
    #[arg(skip)]
    pub(crate) bought: Bill,
}

/// What was bought before the run that makes the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bill {
    /// Requests, each once; how often one was bought again; how many have their answer.
    pub(crate) requests: u64,
    pub(crate) retries: u64,
    pub(crate) answers: u64,
    pub(crate) tokens: Usage,
}

impl BatchFlags {
    /// What a run counts, and what was bought for it: its answers are none that were known.
    #[must_use]
    pub fn counted(&self, counts: Counts) -> Counts {
        let Bill { requests, retries, answers, tokens } = self.bought;
        Counts {
            requests: counts.requests + requests,
            retries: counts.retries + retries,
            cached: counts.cached.saturating_sub(answers),
            tokens: counts.tokens.and(tokens),
            ..counts
        }
    }

    /// Whether files stand for the server.
    pub(crate) fn any(&self) -> bool {
        self.emit_batch.is_some() || self.from_batch.is_some() || self.failed.is_some()
    }

    /// Whether so many models can be asked like that.
    ///
    /// # Errors
    /// There are several.
    pub(crate) fn of_one(&self, models: usize) -> Result<(), String> {
        if models < 2 || !self.any() && !self.batch {
            return Ok(());
        }
        let flag = self.name();
        Err(format!("{flag}: a batch is of one model, and -m names {models}; run it once for each"))
    }

    /// The flag that was given.
    fn name(&self) -> &'static str {
        match self {
            BatchFlags { batch: true, .. } => "--batch",
            BatchFlags { emit_batch: Some(_), .. } => "--emit-batch",
            _ => "--from-batch",
        }
    }

    /// Whether `whom` can be asked like that.
    ///
    /// # Errors
    /// It speaks in another way than batch files do.
    pub(crate) fn suit(&self, whom: &Whom) -> Result<(), String> {
        let flag = self.name();
        match whom {
            _ if !self.any() && !self.batch => Ok(()),
            Whom::Offline => Err(format!("{flag}: offline answers at once and by itself; leave {flag} out")),
            Whom::Server(server) if speaks_chat(server) => Ok(()),
            Whom::Server(server) => Err(format!(
                "{flag}: a batch file holds OpenAI's chat requests, and {} takes others; name a provider that takes \
                 them, such as openai:MODEL or vllm:MODEL",
                server.provider.name
            )),
        }
    }
}

/// Whether the requests to this server are those of a batch file.
fn speaks_chat(server: &Server) -> bool {
    server.provider.wire.key.0 == "authorization" && server.endpoint.path().ends_with("/chat/completions")
}
