//! Whether it is a picture that a server speaks of when it refuses a request.

use reqwest::StatusCode;

use sdk_record::{Fault, Kind};

use super::{Verdict, said};
use crate::Server;

/// The verdict on a request with pictures, in better words where the server speaks of these: what is to be done stays
/// as it was judged, but that a 404 may be about them, and then neither the model nor the address is wrong.
pub(crate) fn seen(server: &Server, status: StatusCode, body: &[u8], verdict: Verdict) -> Verdict {
    let better = |fault: Fault| blind(server, status, body, &fault).unwrap_or(fault);
    match verdict {
        Verdict::Fail(fault) => Verdict::Fail(better(fault)),
        Verdict::Again { asked, busy, fault } => Verdict::Again { asked, busy, fault: better(fault) },
        verdict @ (Verdict::Read | Verdict::Turn(_)) => verdict,
    }
}

/// The fault of a model that does not see, whichever status the server chooses to say so.
fn blind(server: &Server, status: StatusCode, body: &[u8], judged: &Fault) -> Option<Fault> {
    const WORDS: [&str; 5] = ["image", "vision", "multimodal", "multi-modal", "mmproj"];
    let (said, model) = (said(server, body), server.model.to_lowercase());
    let text = said.to_lowercase();
    // Models are called by what they can: their names say nothing of what is refused.
    let (named, rest) = (text.contains(&model), text.replace(&model, ""));
    let about = match status.as_u16() {
        404 => !named,
        400 | 413 | 415 | 422 | 500 | 501 => judged.kind == Kind::Http && !judged.stops,
        _ => false,
    };
    (about && WORDS.iter().any(|word| rest.contains(word))).then(|| {
        let what =
            "the model takes no pictures, or not this one; choose one that sees (-m), or another picture";
        let message = format!("{}: {what} ({}): {said}", server.name(), status.as_u16());
        Fault { status: Some(status.as_u16()), ..Fault::new(Kind::Http, message) }
    })
}
