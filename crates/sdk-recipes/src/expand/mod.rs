//! Planned rows, the noun of `sdk-expand`: what the leaves of an outline or the rows of an input become when some keys
//! vary and each is wanted several times.
//!
//! [`Planner`] says how many come of what and in which order; `family.rs` writes them, `grid.rs` walks the
//! combinations, `outline.rs` has the leaves. Left out: where input rows are read and rows are written (the doorway),
//! recipes (`-c`), and every model.

mod draw;
mod family;
mod flags;
mod grid;
mod markdown;
mod marks;
mod outline;
mod vary;

#[cfg(test)]
mod properties;

use sdk_record::{Fault, Kind, Record};

pub use draw::Draw;
pub use family::Family;
pub use flags::ExpandFlags;
pub use outline::Outline;
pub use vary::Vary;

use grid::{Grid, Walk};
use vary::Varied;

/// What the flags ask for, with the files of `--vary` read. It holds no rows, so that any number of them streams.
#[derive(Debug, Clone)]
pub struct Planner {
    keys: Vec<Varied>,
    grid: Grid,
    copies: u64,
    wanted: Option<u64>,
    seed: u64,
}

impl Planner {
    /// Reads the values of each `--vary`. The outline of `--taxonomy` is not read here: [`Outline::open`].
    ///
    /// # Errors
    /// A line for a person (exit 2): a key given twice, a file that cannot be read or has no value, more combinations
    /// than can be counted.
    pub fn new(flags: &ExpandFlags, seed: u64) -> Result<Planner, String> {
        let keys = vary::read(&flags.vary)?;
        if flags.taxonomy.is_some() && keys.iter().any(|varied| varied.key == outline::TOPIC) {
            return Err(format!("--vary {0}: --taxonomy writes the key {0:?}; vary another", outline::TOPIC));
        }
        let grid = Grid::new(keys.iter().map(|varied| varied.values.len()))?;
        Ok(Planner { keys, grid, copies: flags.copies, wanted: flags.rows, seed })
    }

    /// How many rows are to come out; `None`: all there are, which needs no count of the base rows.
    pub fn wanted(&self) -> Option<u64> {
        self.wanted
    }

    /// Whether a row can be varied. Asked before a row is put aside and counted, so that rejects cost no planned row.
    ///
    /// # Errors
    /// `key_exists`, of this row.
    pub fn check(&self, row: &Record) -> Result<(), Fault> {
        let Some(varied) = self.keys.iter().find(|varied| row.has(&varied.key)) else { return Ok(()) };
        let message = format!("the row has the key {:?} already; vary another or drop it first", varied.key);
        Err(Fault::new(Kind::KeyExists, message).of(row))
    }

    /// All that comes of one row: each combination in the order of the flags, the last key fastest, copies side by side.
    pub fn family(&self, row: &Record) -> Family<'_> {
        Family::new(self, row, None, 0..self.grid.combinations(), u128::MAX)
    }

    /// All that comes of these rows, one after the other, in flat memory.
    pub fn rows(&self, base: impl Iterator<Item = Record>) -> impl Iterator<Item = Result<Record, Fault>> {
        base.flat_map(|row| self.family(&row))
    }

    /// `-n` spread over `count` base rows that come one by one; without `-n` each gets all it can give.
    pub fn shares(&self, count: u64) -> Shares<'_> {
        Shares::new(self, count)
    }

    /// `-n` spread evenly over exactly `count` base rows: no two differ by more than one drawn combination, each
    /// value of a key comes as often as the others (± 1), and none comes again to a row before that row has had all.
    /// More than `-n` never come out, fewer only where there is no base row or one is refused.
    pub fn draw(
        &self,
        count: u64,
        base: impl Iterator<Item = Record>,
    ) -> impl Iterator<Item = Result<Record, Fault>> {
        let mut shares = self.shares(count);
        base.flat_map(move |row| shares.of(&row))
    }
}

/// An even draw under way: hands each base row, in order, its part of the rows wanted.
///
/// `-n` counts what comes out, so copies are part of it: ⌈N / copies⌉ combinations are drawn, the last of them cut short.
#[derive(Debug)]
pub struct Shares<'a> {
    planner: &'a Planner,
    walk: Walk,
    draw: Draw,
    floor: u128,
    extra: u64,
    rows: u64,
    drawn: u128,
    left: u128,
}

impl<'a> Shares<'a> {
    fn new(planner: &'a Planner, count: u64) -> Self {
        let draw = Draw::new(planner.seed, "sdk-expand share");
        let walk = planner.grid.walk(&mut Draw::new(planner.seed, "sdk-expand walk"));
        let (floor, extra, left) = match planner.wanted {
            Some(wanted) => {
                let drawn = wanted.div_ceil(planner.copies);
                (drawn / count.max(1), drawn % count.max(1), wanted.into())
            }
            None => (0, 0, u128::MAX),
        };
        Shares { planner, walk, draw, floor: floor.into(), extra, rows: count, drawn: 0, left }
    }

    /// What comes of the next base row: often nothing, where fewer rows are wanted than there are.
    pub fn of(&mut self, row: &Record) -> Family<'a> {
        if self.planner.wanted.is_none() {
            return self.planner.family(row);
        }
        if self.rows == 0 {
            return Family::new(self.planner, row, None, 0..0, 0);
        }
        // Selection sampling: each row gets one more with the chance of those still to give among the rows to come,
        // which gives out exactly as many as there are without knowing the rows.
        let more = u128::from(self.draw.below(self.rows.into()) < self.extra.into());
        self.extra -= u64::from(more == 1);
        self.rows -= 1;
        let first = self.drawn;
        self.drawn += self.floor + more;
        let most = self.left.min((self.drawn - first).saturating_mul(self.planner.copies.into()));
        self.left -= most;
        Family::new(self.planner, row, Some(self.walk.clone()), first..self.drawn, most)
    }
}
