//! How a server is to behave.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::{Fault, Limits, Silence};

/// What is said to this request; `None`: what the server says by itself.
pub type Script = fn(&Value) -> Option<String>;

/// The default plays no fault and needs no key.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time that every reply takes.
    pub latency: Duration,
    /// Up to so much more, by the request's hash: replies overtake each other.
    pub jitter: Duration,
    /// The first so many times, each distinct request gets a 500.
    pub fail_first: u32,
    /// Share of requests that meet one of `kinds`.
    pub share: f64,
    /// What those may meet.
    pub kinds: Vec<Fault>,
    /// Times in a row that one request meets a fault of `kinds`, at most.
    pub in_a_row: u32,
    /// Every request meets this, always.
    pub always: Option<Fault>,
    /// Says the texts of replies, whatever was asked for.
    pub script: Option<Script>,
    /// Requests that hold the text meet the fault, always.
    pub on: Vec<(String, Fault)>,
    /// The only key that is let in; `ID:SECRET` is a pair that requests are signed with.
    pub require_key: Option<String>,
    /// Good answers before the quota is exhausted.
    pub quota: Option<u64>,
    /// Share of replies that take so long.
    pub slow: (f64, Duration),
    /// Who is let in.
    pub limits: Limits,
    /// Share of every prompt that was in the provider's cache.
    pub cached: f64,
    /// There is no batch service.
    pub no_batches: bool,
    /// So many batches fail before a line is asked.
    pub batches_fail: u64,
    /// So many batches expire when every second line is asked.
    pub batches_expire: u64,
    /// The list of batches has no end.
    pub batches_endless: bool,
    /// After so many requests the batch service lets in this key alone.
    pub batches_key: Option<(u64, String)>,
    /// When the batch service falls silent, once.
    pub silent: Option<Silence>,
    /// Another seed: other replies and faults.
    pub seed: u64,
    /// A line a request is appended here: status or fault, attempt, hash.
    pub log: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            latency: Duration::ZERO,
            jitter: Duration::ZERO,
            fail_first: 0,
            share: 0.0,
            kinds: Vec::new(),
            in_a_row: 2,
            always: None,
            script: None,
            on: Vec::new(),
            require_key: None,
            quota: None,
            slow: (0.0, Duration::ZERO),
            limits: Limits::default(),
            cached: 0.0,
            no_batches: false,
            batches_fail: 0,
            batches_expire: 0,
            batches_endless: false,
            batches_key: None,
            silent: None,
            seed: 0,
            log: None,
        }
    }
}

impl Options {
    /// The fault that a request of this hash meets when asked for the `attempt`th time (from 0).
    pub(crate) fn fault(&self, body: &str, hash: blake3::Hash, attempt: u32) -> Option<Fault> {
        if let Some((_, fault)) = self.on.iter().find(|(text, _)| body.contains(text.as_str())) {
            return Some(*fault);
        }
        if self.always.is_some() {
            return self.always;
        }
        if attempt < self.fail_first {
            return Some(Fault::ServerError);
        }
        let dice = dice(hash, self.seed, attempt);
        let met = attempt < self.in_a_row && !self.kinds.is_empty() && share(dice) < self.share;
        let count = u64::try_from(self.kinds.len()).unwrap_or(1);
        let kind = met.then(|| self.kinds[usize::try_from((dice >> 32) % count).unwrap_or(0)]);
        kind.filter(|kind| attempt == 0 || !kind.spoils())
    }

    /// How long the reply to this hash takes.
    pub(crate) fn delay(&self, hash: blake3::Hash, attempt: u32) -> Duration {
        if share(dice(hash, self.seed ^ 2, attempt)) < self.slow.0 {
            return self.slow.1;
        }
        self.latency + self.jitter.mul_f64(share(dice(hash, self.seed ^ 1, attempt)))
    }
}

/// A number for this request, this time.
fn dice(hash: blake3::Hash, seed: u64, attempt: u32) -> u64 {
    let mut bytes = hash.as_bytes().to_vec();
    bytes.extend(seed.to_le_bytes());
    bytes.extend(attempt.to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// The low half of a number as a share of one.
fn share(dice: u64) -> f64 {
    f64::from(u32::try_from(dice & 0xffff_ffff).unwrap_or(0)) / f64::from(u32::MAX)
}
