//! Runs every folder `tests/cases/<tool>/<case>/`: `cmd` is a shell line, run in a copy of the folder with `in.jsonl`
//! (if it is there) as its input. Its output must be `out.jsonl` byte for byte. `err` is what it says on stderr, with
//! `? N` as the last line if it exits with N; without `err` it must exit with 0, whatever it says.
//! A comment `# needs: jq parallel` in `cmd` names programs that a user's machine may lack.
//! `UPDATE=1 cargo test --test cases` rewrites both files; `CASE=text` runs only the cases with the text in their path.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::print_stderr, missing_docs)]

mod shell;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shell::{Ran, difference};

#[test]
fn cases() {
    let folder = shell::root().join("tests/cases");
    let tools = shell::entries(&folder);
    let only = std::env::var("CASE").unwrap_or_default();
    let mut cases: Vec<PathBuf> = tools.iter().flat_map(|tool| shell::entries(tool)).collect();
    cases.retain(|case| case.join("cmd").is_file() && case.to_string_lossy().contains(&only));
    assert!(!cases.is_empty(), "no case in tests/cases");
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = case.strip_prefix(&folder).unwrap().display();
                    if let Err(why) = run(case) {
                        failures.lock().unwrap().push(format!("{name}\n{why}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let count = failures.len();
    assert!(count == 0, "{count} of {} cases:\n\n{}", cases.len(), failures.join("\n"));
    eprintln!("{} cases", cases.len());
}

fn run(case: &Path) -> Result<(), String> {
    let line = fs::read_to_string(case.join("cmd")).map_err(|error| error.to_string())?;
    let needs = line.lines().find_map(|line| line.strip_prefix("# needs: ")).unwrap_or_default();
    if let Some(program) = needs.split_whitespace().find(|program| !installed(program)) {
        shell::lacks(&format!("{program} (for {})", case.display()));
        return Ok(());
    }
    let folder = shell::folder();
    shell::copy(case, folder.path()).map_err(|error| error.to_string())?;
    let mut command = shell::command("sh", folder.path());
    command.arg("./cmd");
    let input = folder.path().join("in.jsonl");
    let ran = shell::finish(command, input.is_file().then_some(input.as_path()));
    let (out, err) = (case.join("out.jsonl"), case.join("err"));
    let said = said(&ran);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(out, &ran.stdout).unwrap();
        if err.exists() || ran.status != 0 {
            fs::write(err, said).unwrap();
        }
        return Ok(());
    }
    let mut why = String::new();
    if ran.stdout != fs::read(&out).unwrap_or_default() {
        let wanted = String::from_utf8_lossy(&fs::read(&out).unwrap_or_default()).into_owned();
        why += &format!("  out.jsonl\n{}", difference(&wanted, &ran.text()));
    }
    match fs::read_to_string(&err) {
        Ok(wanted) if wanted != said => why += &format!("  err\n{}", difference(&wanted, &said)),
        Err(_) if ran.status != 0 => why += &format!("  exit {}\n{}", ran.status, ran.stderr),
        _ => {}
    }
    if why.is_empty() { Ok(()) } else { Err(why) }
}

/// Stderr and the exit status, as `err` has them.
fn said(ran: &Ran) -> String {
    let mut said = ran.stderr.clone();
    if ran.status != 0 {
        said += &format!("? {}\n", ran.status);
    }
    said
}

fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
