//! Where answers come from, as their keys know it: answers of two servers are two answers.
//!
//! A server on this machine is known by the model that it reports, since its port changes from day to day.

use std::sync::mpsc::Receiver;

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
            Place::Named(address)
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
