//! How a run begins: which files it writes, apart from those that it reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sdk_record::Layout;

use super::Session;
use crate::apart::{Outputs, Written, apart};
use crate::output::{Out, layout};
use crate::progress::{Progress, Rows};
use crate::side::{Rejects, Side};
use crate::stats::Stats;
use crate::tally::Tally;
use crate::voice::Voice;
use crate::{Beside, Common, signal};

/// Rejects that are named on stderr one by one.
const NAMED: u64 = 20;

impl Session {
    /// Opens the output and the rejects. `inputs`: the files that are read, which must not be overwritten.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn open(name: &'static str, flags: &Common, inputs: &[PathBuf]) -> anyhow::Result<Session> {
        Session::beside(name, flags, inputs, &Beside::default())
    }

    /// [`Session::open`] with what else is written.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn beside(
        name: &'static str,
        flags: &Common,
        inputs: &[PathBuf],
        beside: &Beside,
    ) -> anyhow::Result<Session> {
        Session::keeping(name, flags, inputs, beside, None)
    }

    /// [`Session::beside`] with how rows lie in the output, where its name is not to tell; one row of a dry run is a line.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn keeping(
        name: &'static str,
        flags: &Common,
        inputs: &[PathBuf],
        beside: &Beside,
        given: Option<Layout>,
    ) -> anyhow::Result<Session> {
        signal::listen();
        // A dry run shows one row and leaves every file alone.
        let wet = |file: Option<&'_ Path>| file.filter(|_| !flags.dry_run).map(Path::to_owned);
        let stdout = Path::new("-");
        let file = wet(flags.output.as_deref().filter(|file| *file != stdout));
        let rejects = wet(flags.rejects.as_deref());
        let (dropped, stats) = (wet(beside.dropped), wet(beside.stats));
        let layout = given.map_or_else(|| layout(name, flags.output.as_deref()), Ok)?;
        let layout = if flags.dry_run || flags.mute { Layout::Lines } else { layout };
        let named = [
            ("-o", &file, layout.is_whole()),
            ("--rejects", &rejects, true),
            ("--dropped", &dropped, false),
            ("--stats", &stats, false),
        ];
        let written = named
            .iter()
            .filter_map(|&(flag, file, beside)| file.as_deref().map(|file| Written { flag, file, beside }));
        apart(inputs, written)?;
        let beside_rows = named.iter().skip(1).find(|(_, file, _)| file.as_deref() == Some(stdout));
        if let Some((flag, ..)) = beside_rows {
            anyhow::bail!(
                "{flag} -: expected a file, as stdout is for rows; /dev/stderr goes to the terminal"
            );
        }
        let [file, rejects, dropped, stats] =
            [file, rejects, dropped, stats].map(|file| file.filter(|_| !flags.mute));
        let files = [&file, &rejects, &dropped, &stats].map(Option::clone);
        // The data comes last: a side file that cannot be had costs nothing.
        let rejects = rejects.as_deref().map(Rejects::open).transpose()?;
        let dropped = dropped.as_deref().map(|file| Side::open("--dropped", file)).transpose()?;
        let stats = stats.as_deref().map(Stats::open).transpose()?;
        let out = Out::open(file.as_deref(), layout)?;
        let outputs = Outputs::new(files.iter().flatten().map(PathBuf::as_path));
        let voice = Voice::new(name, flags.remarks, flags.color);
        let (rows, shown) = (Arc::new(Rows::default()), flags.progress);
        let asked = Arc::clone(&rows);
        let start = || Progress::start(shown, voice, file.is_none(), Arc::new(move || asked.beat()));
        Ok(Session {
            voice,
            out,
            progress: (!flags.dry_run).then(start).flatten(),
            rows,
            rejects,
            named: if flags.mute { 0 } else { NAMED },
            stopped: false,
            most: flags.max_rejects,
            share_of: |tally| tally.read,
            one: flags.dry_run,
            tally: Tally::default(),
            extra: None,
            stats,
            dropped,
            outputs,
            scratch: Vec::new(),
        })
    }
}
