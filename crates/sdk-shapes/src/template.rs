//! `--chat-template`: a conversation as the text that a model's own Jinja template makes of it. The file is the template,
//! or the `tokenizer_config.json` that holds one. As `transformers` renders it: blocks trimmed, Python's methods and its
//! JSON; but there is no clock, so that the same rows give the same texts.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};
use minijinja_contrib::pycompat::unknown_method_callback;
use sdk_record::{Fault, Kind, Turns, quote};
use serde_json::Value as Json;

use crate::{messages, tools};

/// A chat template, compiled.
#[derive(Debug)]
pub struct Template {
    environment: Environment<'static>,
    /// There is one of its own for conversations with tools.
    with_tools: bool,
    begins: String,
    ends: String,
}

/// Why there is no template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The file cannot be read.
    #[error("--chat-template {0}: cannot be read: {1}; check its name and permissions")]
    Unreadable(String, std::io::Error),
    /// A file of JSON without a template.
    #[error(
        "--chat-template {0}: expected a Jinja template, or a tokenizer_config.json with chat_template, found neither"
    )]
    Absent(String),
    /// A list of templates, none of which is for every conversation.
    #[error(
        "--chat-template {0}: expected a template named default among those of chat_template, found {1}; name one so"
    )]
    Unnamed(String, String),
    /// The template is no Jinja.
    #[error("--chat-template {0}: {1}; mend the template")]
    Wrong(String, String),
}

const CHAT: &str = "chat";
const TOOLS: &str = "tool_use";

impl Template {
    /// Reads and compiles the template of a file.
    ///
    /// # Errors
    /// A file that cannot be read or holds no template, and a template that is no Jinja.
    pub fn open(file: &Path) -> Result<Template, TemplateError> {
        let named = file.display().to_string();
        let text =
            std::fs::read_to_string(file).map_err(|error| TemplateError::Unreadable(named.clone(), error))?;
        let mut template = Template {
            environment: environment(),
            with_tools: false,
            begins: String::new(),
            ends: String::new(),
        };
        let sources = match serde_json::from_str::<Json>(&text) {
            Ok(config) => {
                (template.begins, template.ends) = (token(&config["bos_token"]), token(&config["eos_token"]));
                sources(&config["chat_template"], &named)?
            }
            Err(_) => vec![(CHAT, text)],
        };
        for (name, source) in sources {
            template.with_tools |= name == TOOLS;
            let added = template.environment.add_template_owned(name, marked(&source));
            added.map_err(|error| TemplateError::Wrong(named.clone(), error.to_string()))?;
        }
        Ok(template)
    }

    /// The conversation as text.
    ///
    /// # Errors
    /// `unconvertible`: what the template itself refuses, or does not know.
    pub(crate) fn render(&self, told: &Turns) -> Result<String, Fault> {
        let mut list = String::new();
        messages::append(&mut list, &told.turns, |_, _| true);
        let messages = json(&list)?;
        let tools = match told.tools.as_deref().and_then(tools::openai) {
            Some(raw) => value(&json(&raw)?),
            None => Value::from(()),
        };
        let tools_said = !tools.is_none();
        let said = [
            ("messages", called(messages)),
            ("tools", tools),
            ("add_generation_prompt", Value::from(false)),
            ("bos_token", Value::from(self.begins.as_str())),
            ("eos_token", Value::from(self.ends.as_str())),
        ];
        let name = if self.with_tools && tools_said { TOOLS } else { CHAT };
        let rendered =
            self.environment.get_template(name).and_then(|template| template.render(Value::from_pairs(said)));
        rendered.map_err(|error| Fault::new(Kind::Unconvertible, format!("--chat-template: {error}")))
    }
}

/// The templates of a tokenizer's configuration: one, or a list of named ones, of which `transformers` takes `tool_use`
/// for a conversation with tools and `default` for any other.
fn sources(config: &Json, named: &str) -> Result<Vec<(&'static str, String)>, TemplateError> {
    match config {
        Json::String(one) => Ok(vec![(CHAT, one.clone())]),
        Json::Array(list) => {
            let of = |name: &str, own: &'static str| {
                let found = list.iter().find(|one| one["name"] == name)?;
                Some((own, found["template"].as_str()?.to_owned()))
            };
            let all = || {
                let found: Vec<_> = list.iter().filter_map(|one| one["name"].as_str()).collect();
                if found.is_empty() { "none".to_owned() } else { found.join(", ") }
            };
            let default =
                of("default", CHAT).ok_or_else(|| TemplateError::Unnamed(named.to_owned(), all()))?;
            Ok([Some(default), of(TOOLS, TOOLS)].into_iter().flatten().collect())
        }
        _ => Err(TemplateError::Absent(named.to_owned())),
    }
}

/// A special token is a string, or an object with its `content`.
fn token(config: &Json) -> String {
    config.as_str().or_else(|| config["content"].as_str()).unwrap_or_default().to_owned()
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters differ"));
    environment.set_unknown_method_callback(unknown_method_callback);
    environment.add_filter("tojson", tojson);
    environment.add_function("raise_exception", |what: String| -> Result<String, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, what))
    });
    environment
}

/// `transformers` marks what the assistant says by `{% generation %}`, which says nothing in the text.
fn marked(source: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(source.len()), source);
    while let Some((before, block)) = rest.split_once("{%") {
        let Some((inner, after)) = block.split_once("%}") else { break };
        out.extend([before, "{%"]);
        match inner.trim_matches(['-', '+', ' ', '\n', '\t']) {
            "generation" => out.push_str(&inner.replace("generation", " if true ")),
            "endgeneration" => out.push_str(&inner.replace("endgeneration", " endif ")),
            _ => out.push_str(inner),
        }
        out.push_str("%}");
        rest = after;
    }
    out + rest
}

fn json(raw: &str) -> Result<Json, Fault> {
    serde_json::from_str(raw).map_err(|error| {
        Fault::new(Kind::Unconvertible, format!("--chat-template: expected Unicode text: {error}"))
    })
}

/// Templates expect the arguments of calls as objects.
fn called(mut messages: Json) -> Value {
    let calls =
        messages.as_array_mut().into_iter().flatten().filter_map(|message| message.get_mut("tool_calls"));
    for call in calls.filter_map(Json::as_array_mut).flatten() {
        let arguments = call.get_mut("function").and_then(|function| function.get_mut("arguments"));
        if let Some(arguments) = arguments
            && let Some(object @ Json::Object(_)) =
                arguments.as_str().and_then(|text| serde_json::from_str(text).ok())
        {
            *arguments = object;
        }
    }
    value(&messages)
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(whole)) => Value::from(whole),
            (None, None) => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(list) => list.iter().map(value).collect(),
        Json::Object(members) => {
            Value::from_pairs(members.iter().map(|(key, json)| (key.as_str(), value(json))))
        }
    }
}

/// JSON as Python's `json.dumps` writes it, which is what templates were made with.
fn tojson(value: &Value, options: Kwargs) -> Result<String, Error> {
    let indent = options.get::<Option<usize>>("indent")?;
    let mut out = String::new();
    dump(value, indent, 1, &mut out)?;
    Ok(out)
}

fn dump(value: &Value, indent: Option<usize>, level: usize, out: &mut String) -> Result<(), Error> {
    let line =
        |level: usize| indent.map(|width| format!("\n{}", " ".repeat(width * level))).unwrap_or_default();
    let comma = if indent.is_some() { "," } else { ", " };
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => out.push_str("null"),
        ValueKind::Map => {
            out.push('{');
            for (index, key) in value.try_iter()?.enumerate() {
                out.extend([
                    if index > 0 { comma } else { "" },
                    &line(level),
                    &quote(&key.to_string()),
                    ": ",
                ]);
                dump(&value.get_item(&key)?, indent, level + 1, out)?;
            }
            out.push_str(&if value.len() == Some(0) { String::new() } else { line(level - 1) });
            out.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            for (index, item) in value.try_iter()?.enumerate() {
                out.extend([if index > 0 { comma } else { "" }, &line(level)]);
                dump(&item, indent, level + 1, out)?;
            }
            out.push_str(&if value.len() == Some(0) { String::new() } else { line(level - 1) });
            out.push(']');
        }
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => out.push_str(&value.to_string()),
        _ => out.push_str(&quote(value.as_str().unwrap_or(&value.to_string()))),
    }
    Ok(())
}
