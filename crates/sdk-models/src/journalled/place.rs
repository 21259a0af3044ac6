//! Where answers come from, as their keys know it: answers of two servers are two answers.
//!
//! A server on this machine is known by the model that it reports, since its port changes from day to day.

use std::sync::mpsc::Receiver;

use reqwest::Url;

use crate::Server;
use crate::address::is_local;
use crate::journal::{Places, Write};

/// How the place is found.
pub(crate) enum Place {
    /// By name.
    Named(String),
    /// On this machine: `reported` brings the model's name, if the server gives it.
    Local {
        /// Host and port.
        address: String,
        /// The model that is asked for.
        asked: String,
        /// The model that answers.
        reported: Option<Receiver<Option<String>>>,
    },
}

/// Whether the path is what any address of this provider comes to: another one names what answers there, as that of a
/// deployment does.
fn is_usual(server: &Server) -> bool {
    let mut bare = server.endpoint.clone();
    bare.set_path("");
    bare.set_query(None);
    let own = server.provider.base_url.and_then(|base| Url::parse(base).ok());
    [Some(bare), own].into_iter().flatten().any(|base| {
        [None, Some("any")].into_iter().any(|version| {
            let mut url = base.clone();
            (server.provider.wire.place)(&mut url, &server.model, version);
            url.path() == server.endpoint.path()
        })
    })
}

impl Place {
    /// The place of this server; `report` asks it for its model, and is used only where that matters.
    pub(crate) fn of(server: &Server, report: impl FnOnce() -> Option<Receiver<Option<String>>>) -> Place {
        let url = &server.endpoint;
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let address = format!("{host}:{port}");
        if is_local(url) {
            Place::Local { address, asked: server.model.clone(), reported: report() }
        } else {
            Place::Named(if is_usual(server) { address } else { format!("{address}{}", url.path()) })
        }
    }

    /// Finds it out, which may take a moment. A server that does not say is taken for what was there before.
    pub(crate) fn find(&self, places: &Places, write: &Write) -> String {
        match self {
            Place::Named(name) => name.clone(),
            Place::Local { address, asked, reported } => {
                let known = places.known(address, asked);
                let reported = reported.as_ref().and_then(|reported| reported.recv().ok().flatten());
                if let Some(model) = reported.as_deref().filter(|model| known != Some(*model)) {
                    write.place(address.clone(), asked.clone(), model.to_owned());
                }
                format!("local:{}", reported.as_deref().or(known).unwrap_or(asked))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ModelFlags, Whom, choose};

    #[test]
    fn places_are_told_apart_by_what_answers_there() {
        for (model, address, wanted) in [
            ("openai:m", "https://h/v1", "h:443"),
            ("openai:m", "http://h:1", "h:1"),
            ("openai:m", "https://h/one/v1", "h:443/one/v1/chat/completions"),
            ("groq:m", "https://api.groq.com/openai/v1", "api.groq.com:443"),
            (
                "cloudera:m",
                "https://h/namespaces/x/endpoints/e/v1",
                "h:443/namespaces/x/endpoints/e/v1/chat/completions",
            ),
            ("azure:m", "https://h/openai/v1", "h:443"),
            ("azure:m", "https://h/openai/deployments/m?api-version=1", "h:443"),
            (
                "azure:m",
                "https://h/openai/deployments/other?api-version=1",
                "h:443/openai/deployments/other/chat/completions",
            ),
            ("anthropic:m", "https://h/v1", "h:443"),
            ("bedrock:a:b", "https://h", "h:443"),
        ] {
            let flags = ModelFlags {
                model: vec![model.into()],
                base_url: Some(address.into()),
                header: vec!["authorization: x".to_owned()],
                ..ModelFlags::default()
            };
            let Ok(Whom::Server(server)) = choose(&flags) else { panic!("{model}") };
            let Place::Named(found) = Place::of(&server, || None) else { panic!("{model}") };
            assert_eq!(found, wanted, "{model} {address}");
        }
    }
}
