//! Documents that run: every `console` block of README.md, docs/*.md and examples/*/README.md. A line `$ …` is a
//! command (`> …` goes on with it), the lines below are what it prints: its stdout, or that and then its stderr. `...`
//! alone stands for any lines, a line that ends with `…` for all that begin so. Each document has one temporary
//! folder for all its blocks: a copy of its own folder for an example, of `examples/` for the others. `sh` blocks are
//! only looked over by `sh -n`.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::print_stderr, missing_docs)]

mod shell;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn documents() {
    let root = shell::root();
    let mut documents = vec![root.join("README.md")];
    documents.extend(shell::entries(&root.join("docs")).into_iter().filter(|path| is_markdown(path)));
    documents.extend(shell::entries(&root.join("examples")).iter().map(|folder| folder.join("README.md")));
    let mut failures = Vec::new();
    for document in documents.iter().filter(|document| document.is_file()) {
        failures.extend(run(document).into_iter().map(|why| format!("{}:{why}", document.display())));
    }
    assert!(documents[0].is_file(), "no README.md");
    assert!(failures.is_empty(), "{} failures:\n\n{}", failures.len(), failures.join("\n"));
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

/// Runs a document; gives what is wrong, each with its line.
fn run(document: &PathBuf) -> Vec<String> {
    let text = fs::read_to_string(document).unwrap();
    let folder = shell::folder();
    let home = document.parent().unwrap();
    if home.parent().is_some_and(|above| above.ends_with("examples")) {
        shell::copy(home, folder.path()).unwrap();
    } else {
        let _ = shell::copy(&shell::root().join("examples"), &folder.path().join("examples"));
    }
    let (mut failures, mut exports) = (Vec::new(), String::new());
    for (language, line, block) in blocks(&text) {
        match language {
            "sh" => failures.extend(looked_over(&block, folder.path()).map(|why| format!("{line}: {why}"))),
            "console" => {
                for (at, command, wanted) in steps(&block) {
                    if command.starts_with("export ") || command.starts_with("cd ") {
                        exports += &format!("{command}\n");
                        continue;
                    }
                    let ran = shell::sh(&format!("{exports}{command}"), folder.path());
                    let found = ran.text();
                    let both = format!("{found}{}", ran.stderr);
                    if !(matches(&wanted, &found) || matches(&wanted, &both)) || ran.status != 0 {
                        let difference = shell::difference(&wanted.join("\n"), both.trim_end());
                        failures.push(format!("{}: exit {}: {command}\n{difference}", line + at, ran.status));
                    }
                }
            }
            _ => {}
        }
    }
    failures
}

/// Fenced blocks: language, line of the first line within, text.
fn blocks(text: &str) -> Vec<(&str, usize, String)> {
    let (mut found, mut open): (Vec<(&str, usize, String)>, bool) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(language), false) => {
                found.push((language.trim(), number + 2, String::new()));
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => found.last_mut().unwrap().2 += &format!("{line}\n"),
            (None, false) => {}
        }
    }
    found
}

/// Commands of a console block: line, command, the lines expected of it.
fn steps(block: &str) -> Vec<(usize, String, Vec<String>)> {
    let mut steps: Vec<(usize, String, Vec<String>)> = Vec::new();
    for (number, line) in block.lines().enumerate() {
        let Some(step) = steps.last_mut().filter(|_| !line.starts_with("$ ")) else {
            steps.push((number, line.trim_start_matches("$ ").to_owned(), Vec::new()));
            continue;
        };
        match line.strip_prefix("> ") {
            Some(more) if step.2.is_empty() => step.1 += &format!("\n{more}"),
            _ if step.2.is_empty() && step.1.ends_with('\\') => step.1 += &format!("\n{line}"),
            _ => step.2.push(line.to_owned()),
        }
    }
    steps
}

/// Whether a text is what is wanted, `...` and `…` considered.
fn matches(wanted: &[String], found: &str) -> bool {
    let found: Vec<&str> = found.lines().collect();
    fits(wanted, &found)
}

fn fits(wanted: &[String], found: &[&str]) -> bool {
    let Some((first, others)) = wanted.split_first() else { return found.is_empty() };
    if first.trim() == "..." {
        return (0..=found.len()).any(|skip| fits(others, &found[skip..]));
    }
    let Some((line, rest)) = found.split_first() else { return false };
    let same = match first.strip_suffix('…') {
        Some(start) => line.starts_with(start),
        None => first.trim_end() == line.trim_end(),
    };
    same && fits(others, rest)
}

/// What `sh -n` says.
fn looked_over(block: &str, folder: &Path) -> Option<String> {
    let script = folder.join(".block.sh");
    fs::write(&script, block).unwrap();
    let ran = shell::sh("sh -n .block.sh", folder);
    (ran.status != 0).then_some(ran.stderr)
}
