//! Arguments and lists → the documents in order, found one by one. Nothing is read before all arguments are known to exist;
//! what a list names and is not there is a refusal in its place, since files come and go while `find` looks for them.
//! What stands behind an address is for others to bring: this crate opens no socket.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sdk_record::{Fault, Kind};

use crate::list::Names;
use crate::told::is_address;
use crate::walk::{Walk, expand};
use crate::{ExtractFlags, Told, glob, input, refuse};

/// Name of the document on stdin.
pub const STDIN: &str = "<stdin>";

/// Longest document that is read, in bytes.
pub const LARGEST: u64 = 1_000_000_000;

/// One document that is there but not read yet.
#[derive(Debug)]
pub struct Source {
    /// Name as given, or as found below a folder that was given; where it is no text, as near as text can be.
    pub name: String,
    /// What is said of its type.
    pub told: Told,
    /// Where its bytes are.
    pub origin: Origin,
    /// It was not named: it was found in a folder, or by a pattern.
    pub found: bool,
}

impl Source {
    /// The refusal of all of it.
    pub fn refused(&self, kind: Kind, message: impl Into<String>) -> Fault {
        refuse(&self.name, kind, message)
    }
}

/// Where a document's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On stdin.
    Stdin,
    /// In this file.
    File(PathBuf),
    /// At this `http` or `https` address.
    Address(String),
}

/// Documents in order; a refusal stands where its document would.
pub struct Sources {
    arguments: std::vec::IntoIter<Argument>,
    walk: Option<Walk>,
    list: Option<(String, Names)>,
    /// The document on stdin, if it is asked for.
    stdin: Option<Source>,
}

enum Argument {
    Stdin,
    Address(String),
    Path(PathBuf),
    Found(PathBuf),
}

/// The documents that the flags name; no argument and no list is the document on stdin. `stdin` is read only where it is
/// the list.
///
/// # Errors
/// The text of a usage error (exit 2) that lists every argument which names nothing.
pub fn sources(flags: &ExtractFlags, stdin: Box<dyn Read + Send>) -> Result<Sources, String> {
    let (mut arguments, mut missing) = (Vec::new(), Vec::new());
    for path in &flags.paths {
        let text = path.to_str().unwrap_or_default();
        if path.as_os_str() == "-" {
            arguments.push(Argument::Stdin);
        } else if is_address(text) {
            arguments.push(Argument::Address(text.to_owned()));
        } else if path.exists() {
            arguments.push(Argument::Path(path.clone()));
        } else if glob::is_pattern(text) {
            let found = expand(text);
            if found.is_empty() {
                missing.push(format!("{text} (a pattern that matches nothing)"));
            }
            arguments.extend(found.into_iter().map(Argument::Found));
        } else {
            missing.push(path.to_string_lossy().into_owned());
        }
    }
    if !missing.is_empty() {
        return Err(format!(
            "expected files, folders, patterns or addresses, found nothing at: {}; nothing was read; check the spelling",
            missing.join(", ")
        ));
    }
    if flags.paths.is_empty() && flags.files_from.is_none() {
        arguments.push(Argument::Stdin);
    }
    let list = flags.files_from.as_deref().map(|list| names(list, stdin)).transpose()?;
    let documents = arguments.iter().filter(|argument| matches!(argument, Argument::Stdin)).count();
    if documents + usize::from(list.as_ref().is_some_and(|(name, _)| name == STDIN)) > 1 {
        return Err("stdin holds one document or one list, and `-` is given twice; give it once".to_owned());
    }
    Ok(Sources { arguments: arguments.into_iter(), walk: None, list, stdin: on_stdin(flags, documents > 0)? })
}

/// The document on stdin as the flags call it, if there is one.
fn on_stdin(flags: &ExtractFlags, there: bool) -> Result<Option<Source>, String> {
    let said = [flags.source.as_ref().map(|_| "--source"), flags.kind.as_ref().map(|_| "--type")];
    match said.into_iter().flatten().next() {
        Some(flag) if !there => Err(format!(
            "{flag} is about the document on stdin, and there is none; give `-` for it, or leave {flag} out"
        )),
        _ => Ok(there.then(|| Source {
            name: flags.source.clone().unwrap_or_else(|| STDIN.to_owned()),
            told: flags.kind.clone().map_or(Told::Nothing, Told::Certain),
            origin: Origin::Stdin,
            found: false,
        })),
    }
}

/// A list's name and the names in it.
fn names(list: &Path, stdin: Box<dyn Read + Send>) -> Result<(String, Names), String> {
    if list.as_os_str() == "-" {
        return Ok((STDIN.to_owned(), Names::new(stdin)));
    }
    let name = list.to_string_lossy().into_owned();
    match File::open(list) {
        Ok(file) => Ok((name, Names::new(Box::new(file)))),
        Err(error) => Err(format!("--files-from {name}: expected a list of names, found none: {error}")),
    }
}

impl Iterator for Sources {
    type Item = Result<Source, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.walk.as_mut().and_then(Iterator::next) {
                Some(Ok(path)) => return Some(Ok(file(path, true))),
                Some(Err((path, error))) => return Some(Err(unreadable(&path.to_string_lossy(), &error))),
                None => self.walk = None,
            }
            match self.arguments.next() {
                Some(Argument::Stdin) => return self.stdin.take().map(Ok),
                Some(Argument::Address(address)) => return Some(Ok(page(address))),
                Some(Argument::Path(path) | Argument::Found(path)) if path.is_dir() => {
                    self.walk = Some(Walk::new(path));
                }
                Some(Argument::Path(path)) => return Some(Ok(file(path, false))),
                Some(Argument::Found(path)) => return Some(Ok(file(path, true))),
                None => break,
            }
        }
        let (name, names) = self.list.as_mut()?;
        match names.next()? {
            Ok(listed) => Some(listed_one(listed)),
            Err(error) => {
                let fault = unreadable(name, &error);
                self.list = None;
                Some(Err(fault))
            }
        }
    }
}

fn listed_one(name: OsString) -> Result<Source, Fault> {
    if let Some(address) = name.to_str().filter(|name| is_address(name)) {
        return Ok(page(address.to_owned()));
    }
    let path = PathBuf::from(name);
    match fs::metadata(&path) {
        Err(error) => Err(unreadable(&path.to_string_lossy(), &error)),
        // Its files are most likely in the list, too, and none is read twice.
        Ok(found) if found.is_dir() => {
            let message = "expected the name of a file in the list, found that of a folder; list its files, as \
                           `find FOLDER -type f` does, or give the folder as an argument";
            Err(refuse(&path.to_string_lossy(), Kind::Unsupported, message))
        }
        Ok(_) => Ok(file(path, false)),
    }
}

fn file(path: PathBuf, found: bool) -> Source {
    let name = path.to_string_lossy().into_owned();
    Source { name, told: Told::Nothing, origin: Origin::File(path), found }
}

fn page(address: String) -> Source {
    Source { name: address.clone(), told: Told::Nothing, origin: Origin::Address(address), found: false }
}

/// The refusal of a file that can't be read.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Fault {
    let fault = input::unreadable(error);
    refuse(name, fault.kind, fault.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        flags: ExtractFlags,
    }

    fn found(arguments: &[&OsStr], stdin: &'static [u8]) -> Result<Sources, String> {
        let line = std::iter::once(OsStr::new("sdk-extract")).chain(arguments.iter().copied());
        sources(&Line::parse_from(line).flags, Box::new(stdin))
    }

    fn origins(arguments: &[&str], stdin: &'static [u8]) -> Vec<Origin> {
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        found(&arguments, stdin).unwrap().map(|source| source.unwrap().origin).collect()
    }

    #[test]
    fn folders_patterns_and_circles() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/.git")).unwrap();
        fs::create_dir_all(root.join("b/CVS")).unwrap();
        for name in ["z.md", "a.html", ".hidden", "b/c.html", "b/.git/config", "b/CVS/Root"] {
            fs::write(root.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("b/loop")).unwrap();
        let at = |name: &str| root.join(name).to_string_lossy().into_owned();
        let files =
            |names: &[&str]| names.iter().map(|name| Origin::File(root.join(name))).collect::<Vec<_>>();
        assert_eq!(origins(&[&at("")], b""), files(&["a.html", "b/c.html", "z.md"]));
        assert_eq!(origins(&[&at("*.html")], b""), files(&["a.html"]));
        assert_eq!(origins(&[&at("**/*.html")], b""), files(&["a.html", "b/c.html"]));
        assert_eq!(origins(&["-"], b""), [Origin::Stdin]);
        assert_eq!(origins(&[], b""), [Origin::Stdin]);
        assert_eq!(origins(&["https://a.org/b"], b""), [Origin::Address("https://a.org/b".to_owned())]);
        let wrong = |arguments: &[&str]| {
            found(&arguments.iter().map(OsStr::new).collect::<Vec<_>>(), b"").err().unwrap()
        };
        let error = wrong(&[&at("z.md"), "nope", &at("*.pdf")]);
        assert!(error.contains("nope, ") && error.contains("matches nothing"), "{error}");
        assert!(wrong(&["-", "-"]).contains("once"));
        assert!(wrong(&["-", "--files-from", "-"]).contains("once"));
        assert!(wrong(&[&at("z.md"), "--type", "md"]).contains("--type is about the document on stdin"));
        assert!(wrong(&["--files-from", "nope"]).contains("nope"));
    }

    #[test]
    fn a_list_names_files_and_pages() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join(OsString::from_vec(b"caf\xE9.txt".to_vec()));
        fs::write(&odd, "x").unwrap();
        let mut list = folder.path().as_os_str().as_bytes().to_vec();
        list.push(0);
        list.extend_from_slice(odd.as_os_str().as_bytes());
        list.extend_from_slice(b"\0nope\0http://a.org/\0");
        fs::write(folder.path().join("list"), list).unwrap();
        let flag = folder.path().join("list");
        let mut found = found(&[OsStr::new("--files-from"), flag.as_os_str()], b"").unwrap();
        assert_eq!(found.next().unwrap().unwrap_err().kind, Kind::Unsupported);
        let source = found.next().unwrap().unwrap();
        assert_eq!(source.origin, Origin::File(odd));
        assert!(source.name.ends_with("caf\u{FFFD}.txt"));
        assert_eq!(found.next().unwrap().unwrap_err().kind, Kind::Damaged);
        assert_eq!(found.next().unwrap().unwrap().origin, Origin::Address("http://a.org/".to_owned()));
        assert!(found.next().is_none());
        assert_eq!(origins(&["--files-from", "-"], b"/dev/null"), [Origin::File("/dev/null".into())]);
    }

    #[test]
    fn the_document_on_stdin_has_a_name_and_a_type() {
        let arguments = ["--source", "https://a.org/b", "--type", "html"].map(OsStr::new);
        let source = found(&arguments, b"").unwrap().next().unwrap().unwrap();
        assert_eq!(
            (source.name.as_str(), source.told),
            ("https://a.org/b", Told::Certain("html".to_owned()))
        );
    }
}
