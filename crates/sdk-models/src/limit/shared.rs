//! What the tools on this machine that use one key have in common: a small file, locked for a microsecond.
//!
//! Rates, pauses and learned limits are shared, requests at once are not: a process that is killed would keep its places
//! for ever. A process that is killed here loses the one place in time that it had reserved, and the kernel frees its lock.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError, symlink_metadata};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::rate::{Known, Ledger};
use super::{METERS, Now, SECOND};

/// First in the file: what it is, and of which version.
const MAGIC: u64 = 0x7364_6b6c_696d_0001;
const WORDS: usize = 24 + super::pace::WORDS;
/// A lock is held so long by nobody but a process that was stopped.
const STOPPED: u32 = 100;
/// What lies further ahead is of another clock.
const AHEAD: Now = 60 * SECOND;
/// A pause may be that long.
const PAUSED: Now = 130 * SECOND;
/// How often it is looked whether another one has found a limit.
const GLANCE: Now = SECOND / 10;

/// The way to the file.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    path: Option<PathBuf>,
    file: Option<File>,
    /// Which model's limits these are: those of others say nothing here.
    model: u64,
    glanced: Now,
    locked: bool,
}

impl Shared {
    /// Shares nothing.
    #[cfg(test)]
    pub(crate) fn alone() -> Shared {
        Shared::default()
    }

    /// Shares with all who name the same `parts` (address and key, which are not to be found out from the file).
    pub(crate) fn by(parts: &[&str], model: &str) -> Shared {
        let hash = |parts: &[&str]| {
            let mut hasher = blake3::Hasher::new();
            for part in parts {
                hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
            }
            hasher.finalize()
        };
        let mut first = [0; 8];
        first.copy_from_slice(&hash(&[model]).as_bytes()[..8]);
        let name = hash(parts).to_hex();
        let path = folder().map(|folder| folder.join(&name[..32]));
        Shared { path, model: u64::from_le_bytes(first), ..Shared::default() }
    }

    /// Shares by this file.
    #[cfg(test)]
    pub(crate) fn at(path: PathBuf) -> Shared {
        Shared { path: Some(path), ..Shared::default() }
    }

    /// Whether it is time to look what others have found; it needs no file that is not there.
    pub(crate) fn glances(&mut self, now: Now) -> bool {
        if self.path.is_none() || now.saturating_sub(self.glanced) < GLANCE {
            return false;
        }
        self.glanced = now;
        if self.file.is_none() {
            self.file = self.path.as_deref().and_then(|path| open(path, false));
        }
        self.file.is_some()
    }

    /// Begins to change what is shared: `ledger` becomes what the file says.
    pub(crate) fn enter(&mut self, now: Now, ledger: &mut Ledger) {
        self.glanced = now;
        let Some(path) = &self.path else { return };
        if self.file.is_none() {
            self.file = open(path, true);
        }
        self.locked = self.file.as_ref().is_some_and(lock);
        let Some(file) = self.file.as_ref().filter(|_| self.locked) else {
            // Alone from now on.
            (self.path, self.file) = (None, None);
            return;
        };
        let mut bytes = [0; WORDS * 8];
        if file.read_exact_at(&mut bytes, 0).is_ok()
            && let Some(found) = read(&bytes, self.model, now, ledger)
        {
            *ledger = found;
        }
    }

    /// Ends it.
    pub(crate) fn leave(&mut self, ledger: &Ledger) {
        if !std::mem::take(&mut self.locked) {
            return;
        }
        if let Some(file) = &self.file {
            // Where it cannot be written, everybody is alone.
            let _ = file.write_all_at(&written(ledger, self.model), 0);
            let _ = file.unlock();
        }
    }
}

/// The folder of these files: nobody else's, and gone with the machine's next start where it can be.
fn folder() -> Option<PathBuf> {
    let own = rustix::process::getuid().as_raw();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|path| !path.is_empty());
    let folder = match runtime {
        Some(runtime) => Path::new(&runtime).join("sdk"),
        None => std::env::temp_dir().join(format!("sdk-{own}")),
    };
    let _ = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    let found = symlink_metadata(&folder).ok()?;
    (found.is_dir() && found.uid() == own && found.mode() & 0o022 == 0).then_some(folder)
}

fn open(path: &Path, create: bool) -> Option<File> {
    OpenOptions::new().read(true).write(true).create(create).truncate(false).mode(0o600).open(path).ok()
}

fn lock(file: &File) -> bool {
    for _ in 0..STOPPED {
        match file.try_lock() {
            Ok(()) => return true,
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(1)),
            Err(TryLockError::Error(_)) => return false,
        }
    }
    false
}

/// The file's words: what it is, the model, then the ledger.
fn written(ledger: &Ledger, model: u64) -> [u8; WORDS * 8] {
    let mut words = [0; WORDS];
    let Ledger { next, pause, pace, known, .. } = ledger;
    words[0] = MAGIC;
    words[1] = model;
    words[2..6].copy_from_slice(next);
    words[6] = *pause;
    words[7] = pace.since;
    for (known, words) in known.iter().zip(words[8..24].chunks_mut(4)) {
        let Known { limit, remaining, period, seen } = known;
        words.copy_from_slice(&[limit.to_bits(), remaining.to_bits(), period.to_bits(), *seen]);
    }
    ledger.history.write(pace.rate, &mut words[24..]);
    let mut bytes = [0; WORDS * 8];
    for (word, bytes) in words.iter().zip(bytes.chunks_mut(8)) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// What the file says, unless it is of another time. Limits of another model are none: one's own stay.
fn read(bytes: &[u8; WORDS * 8], model: u64, now: Now, own: &Ledger) -> Option<Ledger> {
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(8)) {
        *word = u64::from_le_bytes(bytes.try_into().ok()?);
    }
    let mut ledger = Ledger { known: own.known, ..Ledger::default() };
    ledger.next.copy_from_slice(&words[2..6]);
    (ledger.pause, ledger.pace.since) = (words[6], words[7]);
    let (rate, history) = super::pace::History::read(&words[24..])?;
    (ledger.pace.rate, ledger.history) = (rate, history);
    if words[1] == model {
        for (known, words) in ledger.known.iter_mut().zip(words[8..24].chunks(4)) {
            let number = |at: usize| f64::from_bits(words[at]);
            let said = Known { limit: number(0), remaining: number(1), period: number(2), seen: words[3] };
            if said.seen > known.seen && [said.limit, said.remaining, said.period].iter().all(|n| *n >= 0.0) {
                *known = said;
            }
        }
    }
    let ahead = ledger.next.iter().chain([&ledger.pace.since]).any(|at| *at > now.saturating_add(AHEAD));
    let of_now = words[0] == MAGIC && !ahead && ledger.pause <= now.saturating_add(PAUSED);
    (of_now && ledger.pace.rate >= 0.0 && ledger.known.len() == METERS).then_some(ledger)
}

#[cfg(test)]
mod tests;
