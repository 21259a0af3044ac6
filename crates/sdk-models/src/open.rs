//! From whom to ask to somebody who answers: what stands between the driver and a server is put together here.

use sdk_prompt::Answer;

use crate::{Client, ModelFlags, Say, Server};

/// What a run brings to whoever answers.
pub struct Run {
    /// Requests at once.
    pub jobs: usize,
    /// Decides the jitter of waits.
    pub seed: u64,
    /// Takes remarks for the user.
    pub say: Say,
    /// How much is said: from 2 on a remark a request.
    pub verbose: u8,
}

impl Server {
    /// Begins to ask this server, as the flags say.
    ///
    /// # Errors
    /// What this machine lacks: certificates, threads.
    pub fn open(self, flags: &ModelFlags, run: Run) -> Result<Box<dyn Answer>, String> {
        let Run { jobs, seed, say, verbose } = run;
        Ok(Box::new(Client::new(self, flags.retries, jobs, seed, say, verbose)?))
    }
}
