//! A session as those see it who make rows and know nothing of files.

use std::io;

use sdk_record::{Fault, Record, Sink};

use super::Session;
use crate::{signal, voice};

impl Sink for Session {
    fn row(&mut self, row: Record) -> io::Result<()> {
        self.line(row.text())
    }

    fn reject(&mut self, fault: Fault) -> io::Result<()> {
        if self.tally.rejected < self.named || fault.stops {
            // One line: what a server said may hold several.
            let said = fault.to_string().replace(['\n', '\r'], " ");
            voice::line(&said);
        }
        self.tally.rejected += 1;
        self.tell(false);
        self.stopped |= fault.stops;
        if let Some(stats) = &mut self.stats {
            stats.reject(fault.kind);
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.line(&fault.to_line(self.voice.name()))?;
        }
        // Who counts rows only when all is over looks by himself whether it is enough.
        let read = (self.share_of)(&self.tally);
        if read > 0 && self.enough(read) { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tell(true);
        if let Some(rejects) = &mut self.rejects {
            rejects.flush()?;
        }
        if let Some(dropped) = &mut self.dropped {
            dropped.flush()?;
        }
        self.out.flush()
    }

    fn interrupted(&self) -> bool {
        signal::asked()
    }

    fn closed(&self) -> bool {
        self.out.closed()
    }

    fn enough(&mut self, read: u64) -> bool {
        let Some(most) = self.most.filter(|most| most.exceeded(self.tally.rejected, read)) else {
            return false;
        };
        if !self.stopped {
            let rejected = self.tally.rejected;
            self.stop(&format!("{rejected} of {read} rows are bad, more than --max-rejects {most} allows"));
        }
        true
    }

    fn stop(&mut self, why: &str) {
        self.stopped = true;
        self.complain(why);
    }
}
