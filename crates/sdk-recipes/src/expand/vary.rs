//! `--vary KEY=a,b,c` and `--vary KEY=@FILE`: a key and the values it takes. Left out: shares, groups and chances of
//! values, which only a recipe can say.

use std::collections::HashSet;
use std::path::PathBuf;
use std::str::FromStr;

use sdk_record::quote;

use crate::text_file;

/// One `--vary` as given; its file is not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vary {
    key: String,
    from: Values,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Values {
    List(Vec<String>),
    File(PathBuf),
}

impl FromStr for Vary {
    type Err = String;

    fn from_str(text: &str) -> Result<Vary, String> {
        let (key, values) = text.split_once('=').ok_or("expected KEY=a,b,c or KEY=@FILE")?;
        let key = key.trim().to_owned();
        match key.as_str() {
            "" => return Err("the key before = is empty".into()),
            "id" | "sdk" => return Err(format!("{key:?} is written by the tool itself; vary another key")),
            _ => {}
        }
        if let Some(file) = values.strip_prefix('@') {
            if file.is_empty() {
                return Err("the file's name after @ is missing".into());
            }
            return Ok(Vary { key, from: Values::File(file.into()) });
        }
        let values: Vec<String> = values.split(',').map(|value| value.trim().to_owned()).collect();
        if values.iter().any(String::is_empty) {
            return Err("a value is empty; a value with a comma in it needs KEY=@FILE".into());
        }
        Ok(Vary { key, from: Values::List(values) })
    }
}

/// A key with the raw JSON of its values: at least one, none twice.
#[derive(Debug, Clone)]
pub(super) struct Varied {
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

/// Reads the values of each flag, in the order of the flags.
pub(super) fn read(flags: &[Vary]) -> Result<Vec<Varied>, String> {
    let mut keys = HashSet::new();
    let mut all = Vec::with_capacity(flags.len());
    for Vary { key, from } in flags {
        if !keys.insert(key) {
            return Err(format!("--vary {key} is given twice; name all its values at once"));
        }
        let values = match from {
            Values::List(values) => distinct(values.iter().map(String::as_str)),
            Values::File(path) => {
                let text = text_file::text(path).map_err(|error| format!("--vary {key}: {error}"))?;
                distinct(text.lines().map(str::trim).filter(|line| !line.is_empty()))
            }
        };
        if values.is_empty() {
            return Err(format!("--vary {key}: the file has no value; write one a line"));
        }
        all.push(Varied { key: key.clone(), values });
    }
    Ok(all)
}

// A value that stands twice would make two planned rows of one id.
fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = HashSet::new();
    values.filter(|value| seen.insert(*value)).map(quote).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn values(flags: &[&str]) -> Result<Vec<Vec<String>>, String> {
        let flags: Result<Vec<Vary>, String> = flags.iter().map(|flag| flag.parse()).collect();
        Ok(read(&flags?)?.into_iter().map(|varied| varied.values).collect())
    }

    #[test]
    fn commas_part_and_files_do_not() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all("\u{feff}calm, kind\r\n\r\n@home\nx=\"y\"\ncalm, kind\n".as_bytes()).unwrap();
        let from_file = format!("who=@{}", file.path().display());
        let read = values(&["tone=calm, a=b,calm,@x", &from_file]).unwrap();
        assert_eq!(read[0], [r#""calm""#, r#""a=b""#, r#""@x""#]);
        assert_eq!(read[1], [r#""calm, kind""#, r#""@home""#, r#""x=\"y\"""#]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        let empty = format!("a=@{}", empty.path().display());
        for (flags, said) in [
            (vec!["tone"], "expected KEY"),
            (vec!["=a"], "key before = is empty"),
            (vec!["id=a"], "written by the tool"),
            (vec!["a="], "a value is empty"),
            (vec!["a=b,"], "a value is empty"),
            (vec!["a=@"], "name after @ is missing"),
            (vec!["a=1", "a=2"], "given twice"),
            (vec!["a=@/nowhere/at all"], "--vary a: /nowhere/at all: No such file"),
            (vec![&empty], "no value"),
        ] {
            let error = values(&flags).unwrap_err();
            assert!(error.contains(said), "{flags:?}: {error}");
        }
    }
}
