//! Killed at any moment and started again, a run ends with the same rows, and next to nothing is asked twice.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};

use crate::passages::{ask, folder};
use crate::shell::{command, sh, signal};

const JOBS: u64 = 16;

fn stub() -> Stub {
    let options = Options {
        latency: Duration::from_millis(20),
        jitter: Duration::from_millis(10),
        share: 0.1,
        kinds: vec![Fault::ServerError, Fault::Reset],
        ..Options::default()
    };
    Stub::start(options).unwrap()
}

/// `SDK_TEST_KILLS` says how often.
fn rounds() -> u64 {
    std::env::var("SDK_TEST_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(10)
}

/// Kills `line` again and again, each time with an empty journal, and looks at what is left of it. `stages`: how many
/// of its tools ask.
fn killed(line: &dyn Fn(&Stub) -> String, stages: u64) {
    let folder = folder(240);
    let whole = sh(&line(&stub()), folder.path()).ended(0).text();
    assert!(whole.lines().count() >= 240);
    let (mut begun, mut twice) = (0, Vec::new());
    for round in 0..rounds() {
        let stub = stub();
        let out = folder.path().join("out");
        fs::remove_dir_all(folder.path().join(".cache")).unwrap();
        let mut shell = command("sh", folder.path());
        shell.arg("-c").arg(line(&stub)).stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = shell.stdout(File::create(&out).unwrap()).process_group(0).spawn().unwrap();
        sleep(Duration::from_millis(20 + round * round * 6977 % 700));
        signal("KILL", &format!("-{}", child.id()));
        child.wait().unwrap();
        let part = fs::read_to_string(&out).unwrap();
        assert!(whole.starts_with(&part), "round {round}: what was written is no prefix:\n{part}");
        begun += usize::from(!part.is_empty() && part.len() < whole.len());
        if stages == 1 {
            // Nobody is there: nothing can be asked.
            let line = line(&stub).replace(&stub.base_url(), "http://127.0.0.1:9/v1");
            let replay = sh(&format!("{line} --replay"), folder.path()).text();
            for row in part.lines().filter(|row| row.ends_with('}')) {
                assert!(replay.lines().any(|kept| kept == row), "round {round}: not in the journal: {row}");
            }
        }
        assert_eq!(sh(&line(&stub), folder.path()).ended(0).text(), whole, "round {round}");
        let duplicates = stub.stats().duplicates;
        assert!(duplicates <= 2 * JOBS * stages, "round {round}: {duplicates} asked twice");
        twice.push(duplicates);
    }
    eprintln!("{begun} of {} kills met rows under way; asked twice: {twice:?}", rounds());
    assert!(begun > 0, "no kill met a run under way");
}

#[test]
fn a_tool_is_killed() {
    killed(&|stub| format!("{} -j {JOBS}", ask(stub)), 1);
}

#[test]
fn a_pipeline_is_killed() {
    let judge = |stub: &Stub| format!("sdk-judge -m openai:stub --base-url {} -j {JOBS}", stub.base_url());
    killed(&|stub| format!("{} -j {JOBS} | {}", ask(stub), judge(stub)), 2);
}
