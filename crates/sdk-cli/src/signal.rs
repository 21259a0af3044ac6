//! Ctrl-C: the first one asks to stop, the second one ends the process at once.

use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
static WAKE: OnceLock<UnixStream> = OnceLock::new();
static PUSH: OnceLock<UnixStream> = OnceLock::new();
static LEFT: AtomicBool = AtomicBool::new(false);

/// Begins to listen. Where that is refused, Ctrl-C keeps its plain meaning.
pub(crate) fn listen() {
    let asked = ASKED.get_or_init(|| Arc::new(AtomicBool::new(false)));
    // In this order: the second signal finds the flag set by the first.
    let _ = signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(asked));
    let _ = signal_hook::flag::register(SIGINT, Arc::clone(asked));
    if let Ok((wake, write)) = UnixStream::pair()
        && let Ok(push) = write.try_clone()
        && signal_hook::low_level::pipe::register(SIGINT, write).is_ok()
    {
        let _ = WAKE.set(wake);
        let _ = PUSH.set(push);
    }
}

/// Whether the user asked to stop.
pub fn asked() -> bool {
    ASKED.get().is_some_and(|asked| asked.load(Ordering::Relaxed))
}

/// Readable from the first Ctrl-C on.
pub(crate) fn wake() -> Option<&'static UnixStream> {
    WAKE.get()
}

/// The output is closed: a reader that waits for more input is woken and ends.
pub(crate) fn leave() {
    use std::io::Write as _;
    LEFT.store(true, Ordering::Relaxed);
    if let Some(mut push) = PUSH.get() {
        let _ = push.write_all(b"x");
    }
}

/// Whether [`leave`] was called.
pub(crate) fn left() -> bool {
    LEFT.load(Ordering::Relaxed)
}
