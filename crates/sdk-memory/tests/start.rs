//! What a program gives back is no longer counted as its own, and the program goes on.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;

/// KiB of this program's file that are mapped.
fn counted() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssFile:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[test]
fn the_start_is_given_back_and_the_program_goes_on() {
    let before = counted();
    assert!(sdk_memory::give_back_start() > 100 * 1024, "code and constants were not found");
    assert!(counted() < before, "{before} KiB as before");
    // Constants, code that ran and code that did not are as they were.
    let text: String = ('a'..='z').chain('0'..='9').collect();
    assert_eq!(text, "abcdefghijklmnopqrstuvwxyz0123456789");
    assert_eq!(format!("{:.3e}", 12_345.678_f64), "1.235e4");
    let panicked =
        std::thread::spawn(|| assert_eq!(fs::read("/proc/self/no such file").unwrap(), b"")).join();
    panicked.unwrap_err();
    assert!(sdk_memory::give_back_start() > 100 * 1024, "a second time does no harm");
}
