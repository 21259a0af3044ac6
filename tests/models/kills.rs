//! Killed at any moment and started again, a pipeline ends with the same rows.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};

use crate::passages::{ask, folder};
use crate::shell::{command, sh, signal};

#[test]
fn ten_kills() {
    let folder = folder(60);
    let options = || Options {
        latency: Duration::from_millis(10),
        jitter: Duration::from_millis(30),
        share: 0.1,
        kinds: vec![Fault::ServerError, Fault::Reset],
        ..Options::default()
    };
    let line = |stub: &Stub| {
        format!("{} -j 4 | sdk-judge -m openai:stub --base-url {} -j 4", ask(stub), stub.base_url())
    };
    let stub = Stub::start(options()).unwrap();
    let whole = sh(&line(&stub), folder.path()).ended(0).text();
    assert!(whole.lines().count() >= 60);
    let mut begun = 0;
    for round in 0..10_u64 {
        // A new server each time: the old one would know the attempts before.
        let stub = Stub::start(options()).unwrap();
        let out = folder.path().join("out");
        let mut shell = command("sh", folder.path());
        shell.arg("-c").arg(line(&stub)).stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = shell.stdout(File::create(&out).unwrap()).process_group(0).spawn().unwrap();
        sleep(Duration::from_millis(40 + round * round * 6977 % 900));
        signal("KILL", &format!("-{}", child.id()));
        child.wait().unwrap();
        let part = fs::read_to_string(&out).unwrap();
        assert!(whole.starts_with(&part), "round {round}: what was written is no prefix:\n{part}");
        begun += usize::from(!part.is_empty() && part.len() < whole.len());
        if round % 3 == 0 {
            assert_eq!(sh(&line(&stub), folder.path()).ended(0).text(), whole, "round {round}");
        }
    }
    assert!(begun > 0, "no kill met a run under way");
}
