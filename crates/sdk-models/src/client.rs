//! Who answers by asking a server: a thread of its own with the sockets, fed over a channel.
//!
//! What a request looks like is in `wire.rs`, what happens to it in `call.rs`.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::mpsc;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::{Fault, Kind};

use crate::Server;
use crate::call::Calls;
use crate::report;
use crate::wire::Request;

/// Takes a remark for the user, one line; may be used from any thread.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// Asks one server.
pub struct Client {
    server: Server,
    name: Arc<str>,
    calls: Arc<Calls>,
    sender: mpsc::UnboundedSender<Work>,
}

enum Work {
    Ask {
        ticket: u64,
        key: Key,
        request: Request,
        done: Done,
    },
    /// Which model the server says it has.
    Report(Sender<Option<String>>),
}

impl Client {
    /// Starts the thread that asks `server`, with at most `jobs` requests in flight. Every request is sent again up to
    /// `retries` times; `seed` decides the jitter of the waits. `say` gets remarks, from `verbose` 2 on one a request.
    ///
    /// # Errors
    /// What this machine lacks: certificates, threads.
    pub fn new(
        server: Server,
        retries: u32,
        jobs: usize,
        seed: u64,
        say: Say,
        verbose: u8,
    ) -> Result<Client, String> {
        let calls = Arc::new(Calls::new(server.clone(), retries, jobs, seed, say, verbose)?);
        let name = Arc::clone(&calls.name);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("cannot begin to ask {name}: {error}"))?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let serving = Arc::clone(&calls);
        std::thread::Builder::new()
            .name("models".into())
            .spawn(move || {
                runtime.block_on(serve(&serving, receiver));
                // A name that is still being looked up must not hold up the end.
                runtime.shutdown_background();
            })
            .map_err(|error| format!("cannot begin to ask {name}: {error}"))?;
        Ok(Client { server, name, calls, sender })
    }

    /// Asks the server which model it has; soon there will be an answer.
    pub(crate) fn report(&self) -> Receiver<Option<String>> {
        let (sender, receiver) = channel();
        // If the thread has ended, nobody will say.
        let _ = self.sender.send(Work::Report(sender));
        receiver
    }
}

/// Begins what comes in, until nothing can come any more; what is in flight then is dropped.
async fn serve(calls: &Arc<Calls>, mut receiver: mpsc::UnboundedReceiver<Work>) {
    let mut ready = !calls.server.connection.wait;
    while let Some(work) = receiver.recv().await {
        let calls = Arc::clone(calls);
        let (ticket, key, request, done) = match work {
            Work::Ask { ticket, key, request, done } => (ticket, key, request, done),
            Work::Report(to) => {
                tokio::spawn(async move { to.send(report::model(&calls.socket, &calls.server).await) });
                continue;
            }
        };
        if !ready {
            // A run that has stopped meanwhile says so to every call.
            ready = calls.ready().await.is_ok();
        }
        tokio::spawn(async move {
            let name = Arc::clone(&calls.name);
            // In a task of its own, so that its ticket is answered even if it panics.
            let (asking, hear) = (Arc::clone(&calls), Arc::clone(&done));
            let answer = tokio::spawn(async move { asking.answer(ticket, key, request, &*hear).await });
            let result = answer.await.unwrap_or_else(|error| Err(broken(&name, &error.to_string())));
            calls.load.end(&result);
            done.reply(ticket, result);
        });
    }
}

fn broken(name: &str, why: &str) -> Fault {
    Fault { stops: true, ..Fault::new(Kind::NoAnswer, format!("{name}: the client failed: {why}")) }
}

impl Answer for Client {
    fn model(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    fn room(&self) -> usize {
        self.calls.load.room()
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        let Call::Model(ask) = call;
        let work = Work::Ask { ticket, key, request: Request::new(ask), done: Arc::clone(done) };
        self.calls.load.begin();
        if self.sender.send(work).is_err() {
            let result = Err(broken(&self.name, "its thread has ended"));
            self.calls.load.end(&result);
            done.reply(ticket, result);
        }
    }

    fn show(&self, call: &Call) -> String {
        let Call::Model(ask) = call;
        Request::new(ask.clone()).shown(&self.server)
    }

    fn leave(&mut self) {
        self.calls.halt(&Fault { stops: true, ..Fault::new(Kind::NoAnswer, "the output is closed") });
    }

    fn spent(&self) -> Spent {
        self.calls.load.spent()
    }
}
