//! A prompt file: Markdown with YAML front matter, then messages under `# system`, `# user`, `# assistant`.

mod sections;

use std::sync::Arc;

use sdk_record::{Fault, Kind, Record};
use sdk_select::{Select, Source, Template, Val, input};
use serde_json::Value;

use self::sections::{sections, split};
use crate::{Front, Message, Parameters, Picture, Role, Schema, Variables};

/// A prompt file, read and compiled.
#[derive(Debug)]
pub struct PromptFile {
    /// What messages and rows call it.
    pub name: Arc<str>,
    /// What stands above the messages.
    pub front: Front,
    /// Schema of one item; none where the reply is text.
    pub schema: Option<Arc<Schema>>,
    messages: Vec<(Role, Template)>,
    images: Option<Select>,
    /// All that is written in it, where the names of variables stand.
    text: String,
}

/// Most pictures of one request; some services take no more.
const PICTURES: usize = 20;

impl PromptFile {
    /// Reads `text`, which users know as `name`.
    ///
    /// # Errors
    /// One line that names the file, the place and what to do.
    pub fn parse(name: &str, text: &str, variables: &Variables) -> Result<PromptFile, String> {
        let wrong = |why: String| format!("prompt file {name}: {why}");
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let (front, body) = split(&text).map_err(wrong)?;
        let front: Front = if front.trim().is_empty() {
            Front::default()
        } else {
            serde_saphyr::from_str(front).map_err(|error| {
                let said = error.to_string();
                wrong(format!("front matter: {}", said.lines().next().unwrap_or("not YAML")))
            })?
        };
        let schema = front.item_schema().map_err(wrong)?;
        let schema = schema.map(Schema::new).transpose().map_err(|why| wrong(format!("schema: {why}")))?;
        let names = variables.names();
        let mut messages = Vec::new();
        for (role, content) in sections(body).map_err(wrong)? {
            let template = Template::new(content.trim(), &names).map_err(|error| wrong(error.to_string()))?;
            messages.push((role, template));
        }
        let images = front.images.as_deref().map(|text| Select::new(text, &names)).transpose();
        let images = images.map_err(|error| wrong(format!("images: {error}")))?;
        Ok(PromptFile { name: name.into(), front, schema: schema.map(Arc::new), messages, images, text })
    }

    /// Whether this variable may stand in it; what is not used need not be put together.
    pub fn uses(&self, name: &str) -> bool {
        self.text.match_indices('$').any(|(at, _)| self.text[at + 1..].trim_start().starts_with(name))
    }

    /// The messages for one row (or none, for seeds).
    ///
    /// # Errors
    /// `missing` where the row lacks what the prompt needs, `expression` where a hole fails.
    pub fn messages(&self, row: Option<&Record>, values: &[Val]) -> Result<Vec<Message>, Fault> {
        if let Some(row) = row {
            self.lacks(row)?;
        }
        let source = Source::of(row.map(Record::row));
        let mut messages = Vec::new();
        for (role, template) in &self.messages {
            let content = template.render(&source, values)?.trim().to_owned();
            if !content.is_empty() {
                messages.push(Message::new(*role, content));
            }
        }
        Ok(messages)
    }

    /// The same, with pictures beside what the user says last; where the user says nothing, they are all that is said.
    ///
    /// # Errors
    /// As [`PromptFile::messages`].
    pub fn messages_with(
        &self,
        row: Option<&Record>,
        values: &[Val],
        pictures: &[Picture],
    ) -> Result<Vec<Message>, Fault> {
        let mut messages = self.messages(row, values)?;
        if pictures.is_empty() {
            return Ok(messages);
        }
        let last = messages.iter().rposition(|message| message.role == Role::User);
        let last = last.unwrap_or_else(|| {
            messages.push(Message::new(Role::User, ""));
            messages.len() - 1
        });
        messages[last].pictures = pictures.to_vec();
        Ok(messages)
    }

    /// The pictures that go with what the user says last: each a path or a data URL, or a list of them.
    ///
    /// # Errors
    /// `missing` where there is null, `type` for what is no text, `too_large` for more than a request takes, and
    /// [`Picture::named`]'s.
    pub fn pictures(&self, row: &Record, values: &[Val]) -> Result<Vec<Picture>, Fault> {
        let Some(images) = &self.images else { return Ok(Vec::new()) };
        let mut named = Vec::new();
        for value in images.values(input(row)?, values, PICTURES + 1)? {
            match serde_json::from_str(&sdk_select::raw(&value)) {
                Ok(Value::Array(list)) => named.extend(list),
                Ok(one) => named.push(one),
                Err(error) => return Err(Fault::new(Kind::Type, format!("images: {error}"))),
            }
        }
        if named.len() > PICTURES {
            let message =
                format!("images: expected at most {PICTURES} pictures in a request, found more; send fewer");
            return Err(Fault::new(Kind::TooLarge, message));
        }
        let picture = |name: Value| match name {
            Value::String(name) => Picture::named(&name),
            Value::Null => {
                let message =
                    format!("images: `{}` is null; a row without pictures says `// empty`", images.text());
                Err(Fault::new(Kind::Missing, message))
            }
            other => {
                let shown: String = other.to_string().chars().take(60).collect();
                Err(Fault::new(Kind::Type, format!("images: expected a path or a data URL, found {shown}")))
            }
        };
        named.into_iter().map(picture).collect()
    }

    /// Whether the row lacks a key that the file needs.
    ///
    /// # Errors
    /// `missing`, with the keys that are there.
    pub fn lacks(&self, row: &Record) -> Result<(), Fault> {
        match self.front.needs.iter().find(|key| !row.has(key)) {
            None => Ok(()),
            Some(key) => {
                let found: Vec<_> = row.iter().map(|(key, _)| key).collect();
                let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
                let name = &self.name;
                Err(Fault::new(Kind::Missing, format!("{name} needs the key `{key}`; found: {found}")))
            }
        }
    }

    /// The file's sampling defaults under the user's flags.
    pub fn parameters(&self, flags: &Parameters) -> Parameters {
        let mut other = self.front.param.clone();
        other.extend(flags.other.clone());
        Parameters {
            temperature: flags.temperature.or(self.front.temperature),
            max_tokens: flags.max_tokens.or(self.front.max_tokens),
            other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "---\nabout: pairs\nneeds: [text]\nask: 3\nitem: {question: string, kind: [a, b]}\n---\n# system\nBe brief.\n# user\n```\n# user\n```\n\\# user\n## Not a role\n{{ $n }} on {{ .text }} for {{ $who }}\n";

    #[test]
    fn files_are_read() {
        let variables = Variables::new(&[("who".into(), "Ada".into())]).unwrap();
        let file = PromptFile::parse("t", FILE, &variables).unwrap();
        assert_eq!(file.front.ask, Some(3));
        assert!(
            file.schema.as_ref().unwrap().check(&serde_json::json!({"question": "x", "kind": "a"})).is_ok()
        );
        assert!(
            file.schema.as_ref().unwrap().check(&serde_json::json!({"question": "x", "kind": "c"})).is_err()
        );
        let row = Record::parse(r#"{"text":"tides"}"#).unwrap();
        let messages = file.messages(Some(&row), &variables.values(&[("n", Val::from(2_usize))])).unwrap();
        assert_eq!(messages[1].content, "```\n# user\n```\n# user\n## Not a role\n2 on tides for Ada");
        let missing = file.messages(Some(&Record::parse("{\"a\":1}").unwrap()), &[]).unwrap_err();
        assert_eq!(missing.message, "t needs the key `text`; found: a");
    }

    #[test]
    fn pictures_are_what_the_row_names() {
        let pictures = |expression: &str, row: &str| {
            let text = format!("---\nimages: {expression}\n---\n# user\nx");
            let file = PromptFile::parse("t", &text, &Variables::default()).unwrap();
            let row = Record::parse(row).unwrap();
            file.pictures(&row, &Variables::default().values(&[])).map_err(|fault| fault.message)
        };
        let row = r#"{"one":"data:,","many":["data:image/gif;base64,R0lGODlh","data:image/gif;base64,R0lGODdh"],"n":7}"#;
        assert_eq!(pictures(".many", row).unwrap().len(), 2);
        assert_eq!(pictures("'.many[], .many[0]'", row).unwrap().len(), 3);
        assert_eq!(pictures("'.none // empty'", row).unwrap(), []);
        for (expression, words) in [
            (".none", "`.none` is null"),
            (".one", "found no base64"),
            (".n", "found 7"),
            ("'range(30)'", "at most 20"),
        ] {
            let said = pictures(expression, row).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
        let wrong = PromptFile::parse("t", "---\nimages: '.a['\n---\n# user\nx", &Variables::default());
        assert!(wrong.unwrap_err().contains("prompt file t: images: "));
    }

    #[test]
    fn pictures_stand_beside_what_the_user_says_last() {
        let shown = |body: &str| {
            let text = format!("---\nimages: .p\n---\n{body}");
            let file = PromptFile::parse("t", &text, &Variables::default()).unwrap();
            let row = Record::parse(r#"{"p":"data:image/gif;base64,R0lGODlh"}"#).unwrap();
            let values = Variables::default().values(&[]);
            let pictures = file.pictures(&row, &values).unwrap();
            let messages = file.messages_with(Some(&row), &values, &pictures).unwrap();
            let said = |one: &Message| (one.role, one.content.clone(), one.pictures.len());
            messages.iter().map(said).collect::<Vec<_>>()
        };
        let said = |role, content: &str, pictures| (role, content.to_owned(), pictures);
        assert_eq!(
            shown("# user\nA\n# assistant\nB\n# user\nC\n# assistant\nD"),
            [
                said(Role::User, "A", 0),
                said(Role::Assistant, "B", 0),
                said(Role::User, "C", 1),
                said(Role::Assistant, "D", 0)
            ]
        );
        assert_eq!(
            shown("# system\nS\n# user\n{{ .none // \"\" }}"),
            [said(Role::System, "S", 0), said(Role::User, "", 1)]
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str| PromptFile::parse("t", text, &Variables::default()).unwrap_err();
        assert!(said("---\nabuot: x\n---\n# user\nhi\n").contains("abuot"));
        assert!(said("---\nabout: x\n# user\nhi\n").contains("no closing"));
        assert!(said("hello").contains("expected `# system`"));
        assert!(said("# system\nhello").contains("no message"));
        assert!(said("# user\n{{ .a | }}").contains("expected term"));
        assert!(said("---\nitem: {a: strng}\n---\n# user\nx").contains("item.a"));
        assert!(said("---\na: [\n---\n# user\nx").contains("front matter"));
    }
}
