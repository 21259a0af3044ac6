//! What sdk-expand does with a plan: it walks the rows of an outline and of an input, and writes what comes of them.

use std::io;

use sdk_cli::{Inputs, Session};
use sdk_recipes::expand::{Family, Outline, Planner};
use sdk_record::{Sink, Spool};

/// Every combination, as the rows come.
pub(crate) fn all(
    session: &mut Session,
    planner: &Planner,
    outline: Option<&Outline>,
    rows: Option<Inputs>,
) -> io::Result<()> {
    for leaf in outline.into_iter().flat_map(Outline::rows) {
        write(session, planner.family(&leaf))?;
    }
    let Some(mut rows) = rows else { return Ok(()) };
    while let Some(row) = session.next(&mut rows)? {
        match row {
            Ok(row) => write(session, planner.family(&row))?,
            Err(fault) => session.reject(fault)?,
        }
    }
    Ok(())
}

/// An even draw: the rows are counted first.
pub(crate) fn drawn(
    session: &mut Session,
    planner: &Planner,
    outline: Option<&Outline>,
    rows: Option<Inputs>,
) -> io::Result<()> {
    let mut spool = Spool::default();
    for row in rows.into_iter().flatten() {
        session.tally.read += 1;
        match row.and_then(|row| planner.check(&row).map_err(|fault| fault.of(&row)).map(|()| row)) {
            Ok(row) => spool.push(&row)?,
            Err(fault) => session.reject(fault)?,
        }
    }
    let leaves = outline.map_or(0, Outline::leaves);
    let mut shares = planner.shares(leaves + spool.rows());
    for leaf in outline.into_iter().flat_map(Outline::rows) {
        write(session, shares.of(&leaf))?;
    }
    for row in spool.read()? {
        write(session, shares.of(&row?))?;
    }
    Ok(())
}

fn write(session: &mut Session, mut family: Family) -> io::Result<()> {
    while let Some(row) = family.next().filter(|_| !session.interrupted()) {
        session.take(row)?;
    }
    Ok(())
}
