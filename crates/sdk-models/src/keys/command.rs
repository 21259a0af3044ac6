//! A key from a shell command.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a command may take to say a key.
const LONGEST: Duration = Duration::from_secs(30);

/// What a shell command says. Its stderr stays the user's to see; what it prints is shown by no message.
pub(super) fn said(command: &str) -> Result<String, String> {
    let wrong = |why: &str| format!("--key-command: {why}");
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = shell.spawn().map_err(|error| wrong(&error.to_string()))?;
    let mut stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.as_mut().map(|pipe| pipe.read_to_string(&mut text)).transpose().map(|_| text)
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| wrong(&error.to_string()))? {
            Some(status) => break status,
            None if begun.elapsed() > LONGEST => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(wrong(&format!("it did not end within {} s", LONGEST.as_secs())));
            }
            None => thread::sleep(Duration::from_millis(10)),
        }
    };
    if !status.success() {
        return Err(wrong(&format!("it failed ({status})")));
    }
    match reader.join() {
        Ok(Ok(text)) => Ok(text),
        _ => Err(wrong("what it printed is no text")),
    }
}
