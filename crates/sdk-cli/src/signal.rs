//! Ctrl-C: the first one asks to stop, the second one ends the process at once.

use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
static WAKE: OnceLock<UnixStream> = OnceLock::new();

/// Begins to listen. Where that is refused, Ctrl-C keeps its plain meaning.
pub(crate) fn listen() {
    let asked = ASKED.get_or_init(|| Arc::new(AtomicBool::new(false)));
    // In this order: the second signal finds the flag set by the first.
    let _ = signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(asked));
    let _ = signal_hook::flag::register(SIGINT, Arc::clone(asked));
    if let Ok((wake, write)) = UnixStream::pair()
        && signal_hook::low_level::pipe::register(SIGINT, write).is_ok()
    {
        let _ = WAKE.set(wake);
    }
}

/// Whether the user asked to stop.
pub(crate) fn asked() -> bool {
    ASKED.get().is_some_and(|asked| asked.load(Ordering::Relaxed))
}

/// Readable from the first Ctrl-C on.
pub(crate) fn wake() -> Option<&'static UnixStream> {
    WAKE.get()
}
