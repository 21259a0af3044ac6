//! One request over one connection, and its answer.
//!
//! Nothing is held between them: what a connection costs while it waits is its socket. The answer is watched for while
//! the request is still on its way, since who refuses a long one need not read it to its end.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, ErrorKind, IoSlice};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::io::{Interest, Ready};
use tokio::net::TcpStream;
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, timeout};

use super::Broken;
use super::head::{self, Head};
use crate::socket::pieces::Pieces;

/// What is read at once.
const MOST: usize = 64 * 1024;

thread_local! {
    /// Where it is read to: one place for all connections of a thread, of which each takes its own bytes at once.
    static PLACE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What bounds an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Its body has so many bytes at most.
    pub(super) largest: usize,
    /// Within it nothing may be missing for longer.
    pub(super) idle: Duration,
}

/// An answer that came whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The connection may be used again.
    pub(super) keeps: bool,
}

/// Sends a request, its head and its body, and reads the answer. `last` becomes the time of its last byte.
pub(super) async fn exchange(
    stream: &TcpStream,
    request: [&[u8]; 2],
    bounds: Bounds,
    last: &mut Instant,
) -> Result<Answer, Broken> {
    let mut sending = Sending { parts: request, begun: false, broken: None };
    let mut coming = Coming::default();
    loop {
        // A server that is faster than this reads must not keep the thread from everybody else.
        consume_budget().await;
        sending.go_on(stream)?;
        let both =
            if sending.is_over() { Interest::READABLE } else { Interest::READABLE | Interest::WRITABLE };
        let ready = coming.wait(bounds.idle, stream.ready(both)).await?;
        if !ready.is_readable() && !ready.is_read_closed() {
            continue;
        }
        let read = PLACE.with_borrow_mut(|place| {
            place.resize(MOST, 0);
            match stream.try_read(place) {
                Ok(count) => {
                    coming.take(&place[..count], bounds.largest).map(|whole| Some((count == 0, whole)))
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
                Err(error) => Err(Broken::Off(sending.broken.take().unwrap_or(error).into())),
            }
        });
        let Some((ended, whole)) = read? else { continue };
        if !ended {
            *last = Instant::now();
        }
        if whole || ended && coming.ends_with_connection() {
            let Some(Head { status, headers, keeps, .. }) = coming.head else { continue };
            let keeps = keeps && !ended && sending.is_whole() && coming.early.is_empty();
            return Ok(Answer { status, headers, body: coming.body.whole(), keeps });
        }
        if ended {
            let early = || io::Error::new(ErrorKind::UnexpectedEof, "the connection was closed");
            return Err(Broken::Off(sending.broken.unwrap_or_else(early).into()));
        }
    }
}

/// What is still to be sent.
struct Sending<'a> {
    parts: [&'a [u8]; 2],
    begun: bool,
    /// Nobody takes the rest.
    broken: Option<io::Error>,
}

impl Sending<'_> {
    fn is_whole(&self) -> bool {
        self.parts.iter().all(|part| part.is_empty())
    }

    fn is_over(&self) -> bool {
        self.is_whole() || self.broken.is_some()
    }

    /// Sends what the connection takes now. Where it takes none of the rest, there may be an answer nevertheless.
    fn go_on(&mut self, stream: &TcpStream) -> Result<(), Broken> {
        while !self.is_over() {
            match stream.try_write_vectored(&self.parts.map(IoSlice::new)) {
                Ok(mut sent) => {
                    self.begun = true;
                    for part in &mut self.parts {
                        let of_it = sent.min(part.len());
                        (*part, sent) = (&part[of_it..], sent - of_it);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if !self.begun => return Err(Broken::Unsent(error.into())),
                Err(error) => self.broken = Some(error),
            }
        }
        Ok(())
    }
}

/// What has come.
#[derive(Default)]
struct Coming {
    /// The beginning of a head that is not all there, or what came behind the end.
    early: Vec<u8>,
    head: Option<Head>,
    body: Pieces,
}

impl Coming {
    /// Waits for the connection. A model may think for as long as it likes before the body begins.
    async fn wait(
        &self,
        idle: Duration,
        ready: impl Future<Output = io::Result<Ready>>,
    ) -> Result<Ready, Broken> {
        let ready = match self.body.is_empty() {
            true => ready.await,
            false => timeout(idle, ready).await.map_err(|_| Broken::Stalled)?,
        };
        ready.map_err(|error| Broken::Off(error.into()))
    }

    /// Whether the end of the connection is the end of the answer.
    fn ends_with_connection(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.framing.is_open())
    }

    /// Takes what was read. Says whether the answer is whole.
    fn take(&mut self, read: &[u8], largest: usize) -> Result<bool, Broken> {
        if self.head.is_some() {
            return self.more(read, largest);
        }
        let before = std::mem::take(&mut self.early);
        let all = match before.is_empty() {
            true => Cow::Borrowed(read),
            false => Cow::Owned([&before, read].concat()),
        };
        match head::read(&all).map_err(|why| Broken::Off(why.into()))? {
            Some((head, length)) => {
                self.body = Pieces::new(head.framing.promised());
                self.head = Some(head);
                self.more(&all[length..], largest)
            }
            None => {
                self.early = all.into_owned();
                Ok(false)
            }
        }
    }

    /// Takes more of the body.
    fn more(&mut self, read: &[u8], largest: usize) -> Result<bool, Broken> {
        let Some(head) = &mut self.head else { return Ok(false) };
        let end = if head.framing.is_empty() {
            Some(0)
        } else {
            head.framing.feed(read, self.body.end()).map_err(|why| Broken::Off(why.into()))?
        };
        if self.body.len() > largest {
            return Err(Broken::Large(head.status));
        }
        let Some(end) = end else { return Ok(false) };
        self.early = read[end..].to_vec();
        Ok(true)
    }
}
