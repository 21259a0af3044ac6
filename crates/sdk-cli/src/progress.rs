//! How far a run is: on a terminal one line below the messages, redrawn ten times a second; elsewhere a message every
//! half minute.

use std::collections::VecDeque;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use rustix::fs::{FileType, fstat};

use crate::voice::{self, Voice};

/// How often the line is drawn.
const DRAWN: Duration = Duration::from_millis(100);
/// How often there is a message where nothing can be drawn.
const LOGGED: Duration = Duration::from_secs(30);
/// What rates are measured over.
const WINDOW: Duration = Duration::from_secs(10);

/// When progress is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Drawn where that disturbs nobody, else told now and then
    #[default]
    Auto,
    /// Drawn wherever stderr goes
    Always,
    /// Not at all
    Never,
}

/// What a run is at.
#[derive(Debug, Clone, Default)]
pub struct Beat {
    /// Rows that came in.
    pub read: u64,
    /// Rows that left.
    pub written: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Those whose number a second is shown.
    pub pace: u64,
    /// Rows that are wanted, where that is known.
    pub wanted: Option<u64>,
    /// What else is counted, shown as so many a second, with its name.
    pub flows: Vec<(&'static str, u64)>,
    /// What else there is to say.
    pub words: Vec<String>,
}

/// Says what a run is at, from any thread.
pub type Pulse = Arc<dyn Fn() -> Beat + Send + Sync>;

/// Shows a run's progress until it is dropped.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    pulse: Arc<Mutex<Pulse>>,
}

impl Progress {
    /// Begins to show what `pulse` says; nothing where nobody wants to see it. `to_stdout`: rows leave by stdout.
    pub(crate) fn start(when: When, voice: Voice, to_stdout: bool, pulse: Pulse) -> Option<Progress> {
        if when == When::Never || voice.is_quiet() {
            return None;
        }
        let (stop, stopped) = channel();
        let pulse = Arc::new(Mutex::new(pulse));
        let asked = Arc::clone(&pulse);
        let thread = thread::Builder::new().name("progress".into()).spawn(move || {
            let draws = is_drawn(when);
            let every = if draws { DRAWN } else { logged() };
            let mut rates = Rates::default();
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let pulse = Arc::clone(&asked.lock().unwrap_or_else(PoisonError::into_inner));
                let line = rates.line(&pulse());
                if !draws {
                    voice.say(&line);
                } else if when == When::Always || is_seen(to_stdout) {
                    voice::draw(&line);
                } else {
                    voice::erase();
                }
            }
            voice::erase();
        });
        // Where no thread is to be had the run goes on unseen.
        thread.ok().map(|thread| Progress { stop: Some(stop), thread: Some(thread), pulse })
    }

    /// Shows what another pulse says from now on.
    pub(crate) fn watch(&self, pulse: Pulse) {
        *self.pulse.lock().unwrap_or_else(PoisonError::into_inner) = pulse;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether a line is drawn at all.
fn is_drawn(when: When) -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    when == When::Always || io::stderr().is_terminal() && !dumb
}

/// How often there is a message instead. Tests have no half minute.
fn logged() -> Duration {
    let shorter = std::env::var("SDK_PROGRESS_EVERY_MS").ok().and_then(|number| number.parse().ok());
    shorter.map_or(LOGGED, Duration::from_millis)
}

/// Whether a line on the terminal would be in nobody's way: not beside the rows, not below another stage's, and not in the
/// background.
fn is_seen(to_stdout: bool) -> bool {
    let stdout = rustix::stdio::stdout();
    let kind = fstat(stdout).map(|found| FileType::from_raw_mode(found.st_mode));
    let taken = to_stdout && (io::stdout().is_terminal() || kind == Ok(FileType::Fifo));
    let foreground = rustix::termios::tcgetpgrp(rustix::stdio::stderr());
    !taken && foreground.is_ok_and(|group| group == rustix::process::getpgrp())
}

/// The counters of rows of a run that has no other pulse.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    counts: Mutex<(u64, u64, u64)>,
    wanted: AtomicBool,
}

impl Rows {
    /// Whether anybody has asked since the last time.
    pub(crate) fn are_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Read, written, rejected.
    pub(crate) fn tell(&self, read: u64, written: u64, rejected: u64) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = (read, written, rejected);
        self.wanted.store(false, Ordering::Relaxed);
    }

    /// What was told last.
    pub(crate) fn beat(&self) -> Beat {
        self.wanted.store(true, Ordering::Relaxed);
        let (read, written, rejected) = *self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        Beat { read, written, rejected, pace: read, ..Beat::default() }
    }
}

/// What was counted in the last seconds.
#[derive(Default)]
struct Rates {
    seen: VecDeque<(Instant, Beat)>,
}

impl Rates {
    /// The line that shows this beat.
    fn line(&mut self, beat: &Beat) -> String {
        self.line_at(Instant::now(), beat)
    }

    fn line_at(&mut self, now: Instant, beat: &Beat) -> String {
        while self.seen.get(1).is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW) {
            self.seen.pop_front();
        }
        self.seen.push_back((now, beat.clone()));
        let (since, before) = &self.seen[0];
        let seconds = now.duration_since(*since).as_secs_f64();
        #[allow(clippy::cast_precision_loss)]
        let rate = |now: u64, before: u64| {
            if seconds > 0.0 { now.saturating_sub(before) as f64 / seconds } else { 0.0 }
        };
        let written = beat
            .wanted
            .map_or(number(beat.written), |wanted| format!("{} of {}", number(beat.written), number(wanted)));
        let mut parts = vec![format!("read {}, written {written}", number(beat.read))];
        if beat.rejected > 0 {
            parts.push(format!("rejected {}", number(beat.rejected)));
        }
        parts.extend(beat.words.iter().cloned());
        parts.push(format!("{} rows/s", rounded(rate(beat.pace, before.pace))));
        for (at, (name, count)) in beat.flows.iter().enumerate() {
            let earlier = before.flows.get(at).map_or(0, |(_, count)| *count);
            parts.push(format!("{} {name}/s", rounded(rate(*count, earlier))));
        }
        let made = rate(beat.written, before.written);
        if let Some(left) = beat.wanted.map(|wanted| wanted.saturating_sub(beat.written))
            && made > 0.0
        {
            #[allow(clippy::cast_precision_loss)]
            let seconds = left as f64 / made;
            parts.push(format!("{} left", lasting(seconds)));
        }
        parts.join(", ")
    }
}

/// A number with its thousands apart.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rounded(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { number(rate.round() as u64) }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn lasting(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_and_how_fast() {
        let mut rates = Rates::default();
        let begun = Instant::now();
        let beat = |read, written, tokens| Beat {
            read,
            written,
            pace: written,
            wanted: Some(2000),
            flows: vec![("tokens", tokens)],
            words: vec!["8 in flight".into()],
            ..Beat::default()
        };
        assert_eq!(
            rates.line_at(begun, &beat(0, 0, 0)),
            "read 0, written 0 of 2,000, 8 in flight, 0.0 rows/s, 0.0 tokens/s"
        );
        let after = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(
            rates.line_at(after(5), &beat(20, 500, 6000)),
            "read 20, written 500 of 2,000, 8 in flight, 100 rows/s, 1,200 tokens/s, 15 s left"
        );
        // Nothing happens any more: what was long ago counts no longer.
        rates.line_at(after(6), &beat(20, 500, 6000));
        assert!(rates.line_at(after(16), &beat(20, 500, 6000)).ends_with("0.0 rows/s, 0.0 tokens/s"));
    }

    #[test]
    fn what_is_unknown_is_not_shown() {
        let mut rates = Rates::default();
        let begun = Instant::now();
        let beat = |read, rejected| Beat { read, rejected, pace: read, ..Beat::default() };
        rates.line_at(begun, &beat(0, 0));
        let line = rates.line_at(begun + Duration::from_secs(2), &beat(1_234_567, 3));
        assert_eq!(line, "read 1,234,567, written 0, rejected 3, 617,284 rows/s");
    }

    #[test]
    fn times_are_short() {
        for (seconds, text) in [(0.2, "1 s"), (119.0, "119 s"), (121.0, "3 min"), (7201.0, "3 h")] {
            assert_eq!(lasting(seconds), text);
        }
    }
}
