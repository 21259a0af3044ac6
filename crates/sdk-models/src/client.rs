//! Who answers by asking a server: a thread of its own with the sockets, fed over a channel.
//!
//! What a request looks like is in `wire.rs`, what happens to it in `call.rs`.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use tokio::sync::mpsc;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::{Fault, Kind};

use crate::Server;
use crate::call::{Calls, Pace};
use crate::dispatch::{Ear, Job, Work, broken, serve};
use crate::files;
use crate::limit::AUTO;
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

impl Client {
    /// Starts the thread that asks `server` at this pace. `say` gets remarks, from `verbose` 2 on one a request.
    ///
    /// # Errors
    /// What this machine lacks: certificates, threads.
    pub fn new(server: Server, pace: Pace, say: Say, verbose: u8) -> Result<Client, String> {
        let pace = Pace { jobs: fitting(pace.jobs, &say), ..pace };
        let calls = Arc::new(Calls::new(server.clone(), pace, say, verbose)?);
        let name = Arc::clone(&calls.name);
        // The runtime holds this, and the sockets of the calls hold the runtime.
        let telling = Arc::downgrade(&calls);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .on_thread_park(move || {
                if let Some(calls) = telling.upgrade() {
                    calls.tell();
                }
            })
            .build()
            .map_err(|error| format!("cannot begin to ask {name}: {error}"))?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let _ = calls.door.set(sender.downgrade());
        let serving = Arc::clone(&calls);
        std::thread::Builder::new()
            .name("models".into())
            .spawn(move || {
                runtime.block_on(serve(Arc::clone(&serving), receiver));
                serving.tell();
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

/// As many requests at once as there can be connections.
fn fitting(jobs: Option<usize>, say: &Say) -> Option<usize> {
    match files::room(jobs.unwrap_or(AUTO)) {
        Ok(()) => jobs,
        Err((room, limit)) => {
            if let Some(jobs) = jobs {
                say(&format!(
                    "-j {jobs} needs a connection each, and this process may hold {limit} files open: {room} at once \
                     it is; `ulimit -n` may raise that"
                ));
            }
            jobs.map(|jobs| jobs.min(room))
        }
    }
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
        let job = Job { ticket, key, request: Request::new(ask), done: Ear(Arc::clone(done)) };
        self.calls.load.begin();
        if let Err(unsent) = self.sender.send(Work::Ask(job))
            && let Work::Ask(job) = unsent.0
        {
            self.calls.end(job, Err(broken(&self.name, "its thread has ended")));
            self.calls.tell();
        }
    }

    fn flush(&mut self) {}

    fn show(&self, call: &Call) -> String {
        let Call::Model(ask) = call;
        Request::new(ask.clone()).shown(&self.server)
    }

    fn halt(&mut self) {
        self.calls.halt(&Fault { stops: true, ..Fault::new(Kind::NoAnswer, "the run has stopped") });
    }

    fn leave(&mut self) {
        self.calls.halt(&Fault { stops: true, ..Fault::new(Kind::NoAnswer, "the output is closed") });
    }

    fn flying(&self) -> usize {
        self.calls.load.flying()
    }

    fn spent(&self) -> Spent {
        self.calls.load.spent()
    }
}
