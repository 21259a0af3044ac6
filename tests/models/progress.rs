//! What is shown of a run while it goes on: drawn on a terminal, told now and then elsewhere.

use std::fs;
use std::path::Path;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};

use crate::passages::{ask, folder};
use crate::shell::{Ran, command, finish, sh};

/// Runs a shell line at a terminal of 60 columns and prints what the terminal got.
const TERMINAL: &str = r"
import fcntl, os, pty, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 60, 0, 0))
    os.execvp('sh', ['sh', *sys.argv[1:]])
while True:
    try:
        got = os.read(terminal, 65536)
    except OSError:
        break
    if not got:
        break
    sys.stdout.buffer.write(got)
sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

/// What a terminal gets of this shell line; `flags` are the shell's own.
fn at_terminal(flags: &str, line: &str, folder: &Path) -> String {
    fs::write(folder.join("terminal.py"), TERMINAL).unwrap();
    let mut python = command("python3", folder);
    python.args(["terminal.py", flags, line]).env("TERM", "xterm");
    finish(python, None).text()
}

/// A server that takes so long that a run is seen.
fn slow() -> Stub {
    let on = vec![("Passage number 3.".to_owned(), Fault::BadRequest)];
    Stub::start(Options { latency: Duration::from_millis(150), on, ..Options::default() }).unwrap()
}

const ERASE: &str = "\r\x1b[K";

#[test]
fn a_terminal_shows_one_line_below_the_messages() {
    let (folder, stub) = (folder(16), slow());
    let line = format!("{} -j 4 -n 60 --price 1,2 > out.jsonl", ask(&stub));
    let seen = at_terminal("-c", &line, folder.path());
    let drawn: Vec<&str> = seen.split(ERASE).filter(|part| part.starts_with("read ")).collect();
    assert!(drawn.len() >= 4, "{seen:?}");
    assert!(drawn.iter().all(|line| line.chars().count() <= 59 && !line.contains('\n')), "{drawn:?}");
    assert!(
        drawn.iter().any(|line| line.contains(" of 60, ") && line.contains(" in flight, $0.")),
        "{drawn:?}"
    );
    // A message begins where the line was, and the line comes back below it.
    let (before, after) = seen.split_once("in.jsonl:4: ").unwrap();
    assert!(before.ends_with(ERASE), "{before:?}");
    assert!(after.split_once("\r\n").unwrap().1.starts_with("read "), "{after:?}");
    // At the end nothing is left of it.
    let end = seen.rfind("sdk-gen: read ").unwrap();
    assert!(
        !seen[end..].contains(ERASE) && seen[..end].ends_with("\r\n") || seen[..end].ends_with(ERASE),
        "{seen:?}"
    );
    assert!(seen.ends_with("\r\n"), "{seen:?}");
}

#[test]
fn nothing_is_drawn_where_it_would_be_in_the_way() {
    let (folder, stub) = (folder(8), slow());
    let ask = ask(&stub);
    for (flags, line) in [
        ("-c", format!("{ask} -j 2 | cat > out.jsonl")),
        ("-c", format!("{ask} -j 2")),
        ("-c", format!("{ask} -j 2 -q > out.jsonl")),
        ("-c", format!("{ask} -j 2 --progress never > out.jsonl")),
        ("-c", format!("TERM=dumb {ask} -j 2 > out.jsonl")),
        ("-mc", format!("{ask} -j 2 > out.jsonl & wait")),
    ] {
        let seen = at_terminal(flags, &line, folder.path());
        assert!(!seen.contains(ERASE), "{line}: {seen:?}");
        let _ = fs::remove_dir_all(folder.path().join(".cache"));
    }
}

#[test]
fn elsewhere_it_is_told_now_and_then() {
    let (folder, stub) = (folder(8), slow());
    let told = |ran: &Ran| ran.stderr.lines().filter(|line| line.contains(" in flight")).count();
    let run = |flags: &str| {
        let line = format!("SDK_PROGRESS_EVERY_MS=100 {} -j 2 --no-journal {flags}", ask(&stub));
        sh(&line, folder.path()).ended(1)
    };
    let ran = run("");
    assert!(told(&ran) >= 2, "{}", ran.stderr);
    assert!(ran.stderr.lines().any(|line| line.starts_with("sdk-gen: read ") && line.contains("rows/s")));
    assert!(!ran.stderr.contains('\x1b'), "{}", ran.stderr);
    for flags in ["-q", "--progress never"] {
        assert_eq!(told(&run(flags)), 0, "{flags}");
    }
    assert!(run("--progress always").stderr.contains(ERASE));
    // Half a minute is not over.
    let ran = sh(&format!("{} -j 2 --no-journal", ask(&stub)), folder.path()).ended(1);
    assert_eq!(told(&ran), 0, "{}", ran.stderr);
}

#[test]
fn tools_that_ask_nobody_show_their_rows() {
    let folder = folder(0);
    let line = "yes '{\"a\":1}' | head -n 3000000 | SDK_PROGRESS_EVERY_MS=20 sdk-filter '.a == 2'";
    let ran = sh(line, folder.path()).ended(0);
    let told = ran.stderr.lines().filter(|line| line.ends_with("rows/s")).count();
    assert!(told >= 1 && ran.stderr.contains("sdk-filter: read "), "{}", ran.stderr);
}
