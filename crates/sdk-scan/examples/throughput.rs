//! How fast the scanner goes over a file that is already in memory, in blocks of 256 KB cut at newlines.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::cast_precision_loss)]

use std::hint::black_box;
use std::time::Instant;

use sdk_scan::{Found, Scanner};

const HELP: &str = "Usage: throughput ROUNDS FILE...

Scans each FILE of JSON Lines ROUNDS times, with and without vector instructions in turn, and prints the best and the
median speed in GB/s. Files are read first: the time is the scanner's alone.";

const BLOCK: usize = 256 * 1024;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(rounds) = arguments.next().and_then(|rounds| rounds.parse::<usize>().ok()) else {
        eprintln!("{HELP}");
        return Ok(());
    };
    let files =
        arguments.map(|name| Ok((std::fs::read(&name)?, name))).collect::<std::io::Result<Vec<_>>>()?;
    let portable = std::env::var_os("FAST").is_none();
    let mut times = vec![[const { Vec::new() }; 2]; files.len()];
    for _ in 0..rounds.max(1) {
        for ((bytes, _), times) in files.iter().zip(&mut times) {
            times[0].push(seconds(&mut Scanner::new(), bytes));
            if portable {
                times[1].push(seconds(&mut Scanner::portable(), bytes));
            }
        }
    }
    for ((bytes, name), times) in files.iter().zip(&mut times) {
        for (times, kind) in times.iter_mut().zip(["best", "portable"]) {
            if times.is_empty() {
                continue;
            }
            times.sort_by(f64::total_cmp);
            let speed = |time: f64| bytes.len() as f64 / time / 1e9;
            println!(
                "{name}\t{kind}\tfastest {:.2}\tmedian {:.2}",
                speed(times[0]),
                speed(times[times.len() / 2])
            );
        }
    }
    Ok(())
}

fn seconds(scanner: &mut Scanner, mut bytes: &[u8]) -> f64 {
    let mut fields = Vec::new();
    let began = Instant::now();
    while !bytes.is_empty() {
        let (most, _) = bytes.split_at(bytes.len().min(BLOCK));
        let cut = most.iter().rposition(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1);
        let (block, rest) = bytes.split_at(cut);
        scanner.begin();
        while let Some(line) = scanner.next(block, &mut fields) {
            assert!(matches!(line.found, Found::Object { .. }), "{line:?}");
            black_box(&fields);
        }
        bytes = rest;
    }
    began.elapsed().as_secs_f64()
}
