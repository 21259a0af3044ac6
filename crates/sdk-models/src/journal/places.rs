//! Which model a server on this machine reported, last time it was asked. Its port changes from day to day: what it
//! serves names it better.

use rusqlite::Connection;

/// What was reported, and where.
pub(crate) struct Places(Vec<Place>);

struct Place {
    address: String,
    asked: String,
    model: String,
}

impl Places {
    /// All of them, youngest first: there are few.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Places> {
        let mut rows = connection.prepare("SELECT address, asked, model FROM places ORDER BY at DESC")?;
        let rows = rows.query_map((), |row| {
            Ok(Place { address: row.get(0)?, asked: row.get(1)?, model: row.get(2)? })
        })?;
        Ok(Places(rows.collect::<rusqlite::Result<_>>()?))
    }

    /// The model that was found at this address when `asked` was asked for; if nothing is known of the address, the one
    /// that was found elsewhere.
    pub(crate) fn known(&self, address: &str, asked: &str) -> Option<&str> {
        let of = || self.0.iter().filter(|place| place.asked == asked);
        of().find(|place| place.address == address).or_else(|| of().next()).map(|place| &*place.model)
    }
}
