//! Many rows: not a byte changed, and memory that does not grow.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::Stdio;

use crate::shell::{command, folder, peak};

const ROWS: u32 = 200_000;
const LIMIT_KB: u64 = 50 * 1024;

#[test]
fn two_hundred_thousand_rows_pass_unchanged_in_little_memory() {
    let folder = folder();
    let (rows, out) = (folder.path().join("in.jsonl"), folder.path().join("out.jsonl"));
    write(&rows);
    let mut filter = command("sdk-filter", folder.path());
    let mut filter =
        filter.arg(".").stdin(File::open(&rows).unwrap()).stdout(Stdio::piped()).spawn().unwrap();
    let mut format = command("sdk-format", folder.path());
    format.arg("jsonl").stdin(filter.stdout.take().unwrap()).stdout(File::create(&out).unwrap());
    let mut format = format.spawn().unwrap();
    let (mut filter_peak, mut format_peak) = (0, 0);
    let status = loop {
        filter_peak = filter_peak.max(peak(filter.id()));
        format_peak = format_peak.max(peak(format.id()));
        if let Some(status) = format.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    assert!(status.success() && filter.wait().unwrap().success());
    assert!(same(&rows, &out), "the rows were changed");
    assert!(
        filter_peak < LIMIT_KB && format_peak < LIMIT_KB,
        "KB at the most: {filter_peak} and {format_peak}"
    );
    #[cfg(target_os = "linux")]
    assert!(filter_peak > 0 && format_peak > 0, "nothing was measured");
}

/// Rows with all that a careless tool would print anew.
fn write(path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    for n in 0..ROWS {
        let fill = "wört \\u00e9 \\\"quoted\\\" ".repeat(usize::try_from(n % 17).unwrap());
        writeln!(out, "{{\"id\": \"{n}\",\"n\":{n}.10, \"big\":123456789012345678901234567890,\"text\":\"{fill}\\/\",\"b\":[1, 2,{{}}],\"id2\" :null}}")
            .unwrap();
    }
    out.flush().unwrap();
}

fn same(one: &Path, other: &Path) -> bool {
    let (mut one, mut other) =
        (BufReader::new(File::open(one).unwrap()), BufReader::new(File::open(other).unwrap()));
    let (mut a, mut b) = (Vec::new(), Vec::new());
    loop {
        a.clear();
        b.clear();
        one.by_ref().take(1 << 20).read_to_end(&mut a).unwrap();
        other.by_ref().take(1 << 20).read_to_end(&mut b).unwrap();
        if a != b {
            return false;
        }
        if a.is_empty() {
            return true;
        }
    }
}
