//! `--wait-for-model`: before the first request, waits for a server that is still starting or loading, and only for
//! that.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::call::Calls;

/// The first wait between two looks; each is longer than the one before, up to the last.
const FIRST: Duration = Duration::from_millis(500);
const LAST: Duration = Duration::from_secs(5);
/// How often it is said that there is still nothing.
const SAID: Duration = Duration::from_secs(30);

impl Calls {
    /// Awaits this, unless the run is stopped meanwhile.
    ///
    /// # Errors
    /// It was.
    pub(crate) async fn unless_halted<T>(&self, what: impl Future<Output = T>) -> Result<T, ()> {
        let mut halt = self.state.halt.subscribe();
        let (mut halted, mut what) = (pin!(halt.wait_for(Option::is_some)), pin!(what));
        poll_fn(|context| match halted.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(Err(())),
            Poll::Pending => what.as_mut().poll(context).map(Ok),
        })
        .await
    }

    /// Waits until the server neither refuses connections nor says 503. Whatever else it says is for the first request
    /// to find out.
    ///
    /// # Errors
    /// The run has stopped meanwhile.
    pub(crate) async fn ready(&self) -> Result<(), ()> {
        let (mut wait, mut said) = (FIRST, None::<Instant>);
        while !self.unless_halted(self.socket.is_up()).await? {
            if said.is_none_or(|said| said.elapsed() >= SAID) {
                (self.say)(&format!("waits for {} at {}", self.name, self.server.address()));
                said = Some(Instant::now());
            }
            self.unless_halted(sleep(wait)).await?;
            wait = (wait * 2).min(LAST);
        }
        Ok(())
    }
}
