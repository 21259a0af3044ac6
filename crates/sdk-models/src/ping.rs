//! `--ping`: one tiny question, to see whether a server answers and takes schemas.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};

use sdk_prompt::{About, Ask, Message, Parameters, Role, Schema, Want, one};
use sdk_record::Kind;

use crate::call::Calls;
use crate::providers::Dialect;
use crate::wire::Request;
use crate::{Pace, Server, Whom};

/// The token limit of the reply, unless the user sets one: enough for a model that thinks a little first.
const LIMIT: u64 = 200;

/// Asks whoever is meant and says what was found, a line each.
///
/// # Errors
/// There is no usable answer; why, in one line.
pub fn ping(whom: Whom) -> Result<String, String> {
    match whom {
        Whom::Offline => Ok("offline: rules; there is no server to ask\n".to_owned()),
        Whom::Server(server) => asked(*server),
    }
}

fn asked(server: Server) -> Result<String, String> {
    let (heard, key) = (Arc::new(Mutex::new(String::new())), server.key.clone());
    let writer = Arc::clone(&heard);
    let say = Arc::new(move |line: &str| {
        let mut heard = writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(heard, "{line}");
    });
    let calls = Calls::new(server, Pace::default(), say, 0)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot begin to ask {}: {error}", calls.name))?;
    let ask = question();
    let request = Request::new(Arc::new(ask.clone()));
    let begun = Instant::now();
    let result = runtime.block_on(calls.once(&request));
    let took = begun.elapsed().as_secs_f64();
    runtime.shutdown_background();
    let from = key.map_or("no key".to_owned(), |key| format!("the key of {}", key.from()));
    let mut found = format!("{} at {}, with {from}\n", calls.name, calls.server.address());
    match result {
        Ok(reply) => {
            let usage = reply.usage.map(|usage| format!(", {}+{} tokens", usage.input, usage.output));
            let _ = writeln!(found, "answered in {took:.1} s{}", usage.unwrap_or_default());
            found.push_str(&heard.lock().unwrap_or_else(PoisonError::into_inner));
            let fits =
                one(&reply.text).is_ok_and(|said| ask.schema.is_some_and(|all| all.check(&said).is_ok()));
            let way = match (calls.plain(), calls.server.provider.schema) {
                (true, _) => "in words",
                (_, Dialect::Strict | Dialect::Grammar) => "as response_format",
                (_, Dialect::Tool) => "as a tool",
                (_, Dialect::Words) => "in words, as a JSON object",
            };
            let end = if fits { "kept" } else { "not kept; replies will need repairs" };
            let _ = writeln!(found, "schema: asked {way}, {end}");
            Ok(found)
        }
        // There was an answer, if none of use.
        Err(fault)
            if matches!(fault.kind, Kind::Truncated | Kind::Empty | Kind::Refused | Kind::Filtered) =>
        {
            let _ = writeln!(found, "answered in {took:.1} s, but {}", fault.message);
            Ok(found)
        }
        Err(fault) => Err(fault.message),
    }
}

fn question() -> Ask {
    let item: Value = json!({
        "type": "object", "properties": {"wet": {"type": "boolean"}}, "required": ["wet"], "additionalProperties": false
    });
    let content = r#"Is water wet? Reply with JSON of the form {"wet": true or false} and nothing else."#;
    Ask {
        messages: vec![Message::new(Role::User, content)],
        want: Want::Item,
        schema: Schema::new(item).ok().map(Arc::new),
        parameters: Parameters { max_tokens: Some(LIMIT), ..Parameters::default() },
        sample: 0,
        about: About::default(),
    }
}
