//! What every test of the tools needs: this build's binaries first on PATH, a clean environment, a folder of its own.
//! Nothing here knows a tool.
#![allow(dead_code, unreachable_pub, clippy::format_collect, clippy::print_stderr)]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The six of them.
pub const TOOLS: [&str; 6] =
    ["sdk-extract", "sdk-expand", "sdk-gen", "sdk-judge", "sdk-filter", "sdk-format"];

/// No command of a test takes longer.
const LIMIT: Duration = Duration::from_mins(3);

/// Variables that would make a run depend on the machine.
const STRANGE: [&str; 17] = [
    "OPENAI_",
    "AZURE_",
    "GEMINI_",
    "HF_TOKEN",
    "OLLAMA_",
    "SSL_CERT_",
    "ANTHROPIC_",
    "SDK_",
    "AWS_",
    "CDP_",
    "API_ENDPOINT_",
    "XDG_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "CLICOLOR",
];

/// What a command left behind.
pub struct Ran {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard output as rows.
    pub fn rows(&self) -> Vec<serde_json::Value> {
        let rows: Result<_, _> = self.text().lines().map(serde_json::from_str).collect();
        rows.unwrap_or_else(|error| panic!("stdout is not JSON Lines: {error}\n{}", self.text()))
    }

    /// The number after this word in the last summary line of `tool`.
    pub fn count(&self, tool: &str, word: &str) -> u64 {
        let start = format!("{tool}: read ");
        let line = self.stderr.lines().rfind(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no summary line of {tool}:\n{}", self.stderr));
        let counts = line.split_once(": ").map_or("", |(_, counts)| counts);
        let number = counts.split(", ").find_map(|part| part.strip_prefix(word)?.trim().parse().ok());
        number.unwrap_or_else(|| panic!("no `{word}` in `{line}`"))
    }

    /// Panics with all there is to see unless the command ended like this.
    #[track_caller]
    pub fn ended(self, status: i32) -> Ran {
        assert_eq!(self.status, status, "stderr:\n{}\nstdout:\n{:.2000}", self.stderr, self.text());
        self
    }
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program with this build's binaries first on PATH and nothing of this machine in its environment.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let tools = Path::new(env!("CARGO_BIN_EXE_sdk-filter")).parent().expect("a binary has a folder");
    let mut path = tools.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let upper = name.to_string_lossy().to_ascii_uppercase();
        if STRANGE.iter().any(|strange| upper.starts_with(strange)) || upper.ends_with("_API_KEY") {
            command.env_remove(name);
        }
    }
    command.env("PATH", path).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1").env("TERM", "dumb");
    command.env("COLUMNS", "100").env("XDG_CACHE_HOME", folder.join(".cache")).current_dir(folder);
    command.env("XDG_RUNTIME_DIR", folder);
    command
}

/// Runs a shell line in a folder to its end.
pub fn sh(line: &str, folder: &Path) -> Ran {
    let mut shell = command("sh", folder);
    shell.arg("-c").arg(line);
    finish(shell, None)
}

/// Runs a command to its end, its output kept in files so that no pipe can fill.
pub fn finish(command: Command, stdin: Option<&Path>) -> Ran {
    end(command, stdin, |_| {})
}

fn end(mut command: Command, stdin: Option<&Path>, each: impl FnMut(&Child)) -> Ran {
    let kept = TempDir::new().unwrap();
    let (out, err) = (kept.path().join("out"), kept.path().join("err"));
    command.stdin(stdin.map_or(Stdio::null(), |path| File::open(path).unwrap().into()));
    command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap()).process_group(0);
    let mut child = command.spawn().unwrap();
    let status = waited(&mut child, LIMIT, each);
    let stderr = String::from_utf8_lossy(&fs::read(err).unwrap()).into_owned();
    Ran {
        status: status.unwrap_or_else(|| panic!("still running:\n{stderr}")),
        stdout: fs::read(out).unwrap(),
        stderr,
    }
}

/// The exit status, 128 and the number for a signal; `None` if the time is over: then the child's group is killed.
pub fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    waited(child, limit, |_| {})
}

/// The same, with a look at it every two milliseconds.
fn waited(child: &mut Child, limit: Duration, mut each: impl FnMut(&Child)) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    let begun = Instant::now();
    while begun.elapsed() < limit {
        each(child);
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)));
        }
        sleep(Duration::from_millis(2));
    }
    signal("KILL", &format!("-{}", child.id()));
    child.wait().unwrap();
    None
}

/// Sends a signal to a process that a test has started; a group's number has a minus before it.
pub fn signal(name: &str, process: &str) {
    let _ = Command::new("kill").args(["-s", name, "--", process]).stderr(Stdio::null()).status();
}

/// The most memory that a process has had so far, in KiB; 0 when it has gone.
pub fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Runs a command to its end, and sees how much memory it had at most, in KiB.
pub fn watched(command: Command) -> (Ran, u64) {
    let mut most = 0;
    let ran = end(command, None, |child| most = most.max(peak(child.id())));
    (ran, most)
}

/// A folder of its own for a test; it goes with the value.
pub fn folder() -> TempDir {
    TempDir::new().unwrap()
}

/// Copies a folder and all below.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target).map(drop)?;
        }
    }
    Ok(())
}

/// Files below a folder, sorted.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The lines in which two texts differ, with what is the same at both ends left out.
pub fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.split('\n').collect(), found.split('\n').collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old[same..].iter().rev().zip(new[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let show = |lines: &[&str], sign: char| -> String {
        lines
            .iter()
            .take(12)
            .map(|line| format!("    {sign} {}\n", line.chars().take(400).collect::<String>()))
            .collect()
    };
    let (old, new) = (&old[same..old.len() - rest], &new[same..new.len() - rest]);
    format!("    from line {}:\n{}{}", same + 1, show(old, '-'), show(new, '+'))
}

/// Whether what a machine lacks may be passed over: never in CI. Says so.
pub fn lacks(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "CI lacks {what}");
    eprintln!("\n!!! SKIPPED: {what} is not here !!!\n");
}
