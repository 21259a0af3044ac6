//! What sdk-extract does with documents beside reading them: it brings those that have an address, keeps apart what it
//! writes itself, and forwards what the others give.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use sdk_cli::{Outputs, Session};
use sdk_fetch::Limits;
use sdk_readers::{Documents, Origin, Page, Piece, Source, Told, Turn};
use sdk_record::{Fault, Kind, Sink};

/// How often it is looked up whether anybody wants to stop.
const LOOK: Duration = Duration::from_millis(100);

const OURS: &str = "expected a document, found a file that this run writes; leave it out";

/// Forwards what the documents give, until they are over or nobody wants more.
pub(crate) fn forward(session: &mut Session, documents: &Documents) -> io::Result<()> {
    // A document may give a million rows, and some of them bad ones.
    session.share_of(|tally| tally.read.max(tally.written + tally.rejected));
    loop {
        if session.interrupted() {
            documents.close();
        }
        let mut turn = documents.next(Duration::ZERO);
        if matches!(turn, Turn::Waiting) {
            session.flush()?;
            turn = documents.next(LOOK);
        }
        match turn {
            Turn::Over => return Ok(()),
            Turn::Waiting if session.closed() => return Err(io::ErrorKind::BrokenPipe.into()),
            Turn::Waiting => {}
            Turn::Piece(Piece::Document) => session.tally.read += 1,
            Turn::Piece(Piece::Empty) => session.tally.empty += 1,
            Turn::Piece(Piece::Rows(lines, rows)) => session.lines(&lines, rows)?,
            Turn::Piece(Piece::Refused(fault)) => {
                let stops = fault.stops;
                session.reject(fault)?;
                if stops {
                    return Ok(());
                }
            }
        }
    }
}

/// The file of a document that was asked for by its name.
pub(crate) fn file(source: Result<Source, Fault>) -> Option<PathBuf> {
    match source.ok()? {
        Source { origin: Origin::File(path), found: false, .. } => Some(path),
        _ => None,
    }
}

/// What stands behind an address.
pub(crate) fn fetched(address: &str, limits: &Limits) -> Result<Page, Fault> {
    let page = sdk_fetch::fetch(address, limits)?;
    let told = Told::served(page.content_type.as_deref(), &page.url);
    Ok(Page { bytes: Box::new(page.body), told })
}

/// The document as it may be named and read: no credentials in rows, and rows that are read again would never end. None
/// where the folder that is read holds what is written: nobody asked for that.
pub(crate) fn apart(source: Result<Source, Fault>, written: &Outputs) -> Option<Result<Source, Fault>> {
    let mut source = match source {
        Ok(source) => source,
        fault => return Some(fault),
    };
    match &source.origin {
        Origin::Address(address) => source.name = sdk_fetch::shown(address),
        Origin::File(path) if written.has(path) => {
            return (!source.found).then(|| Err(source.refused(Kind::Unsupported, OURS)));
        }
        Origin::Stdin if source.name.contains("://") => source.name = sdk_fetch::shown(&source.name),
        Origin::File(_) | Origin::Stdin => {}
    }
    Some(Ok(source))
}
