//! `--wait-for-model`: before the first request, waits for a server that is still starting or loading, and only for
//! that.

use std::time::Duration;

use tokio::time::Instant;

use crate::call::Calls;

/// The first wait between two looks; each is longer than the one before, up to the last.
const FIRST: Duration = Duration::from_millis(500);
const LAST: Duration = Duration::from_secs(5);
/// How often it is said that there is still nothing.
const SAID: Duration = Duration::from_secs(30);

impl Calls {
    /// Waits until the server neither refuses connections nor says 503. Whatever else it says is for the first request
    /// to find out.
    ///
    /// # Errors
    /// The run has stopped meanwhile.
    pub(crate) async fn ready(&self) -> Result<(), ()> {
        let (mut wait, mut said) = (FIRST, None::<Instant>);
        while !self.socket.is_up().await {
            if said.is_none_or(|said| said.elapsed() >= SAID) {
                (self.say)(&format!("waits for {} at {}", self.name, self.server.address()));
                said = Some(Instant::now());
            }
            self.sleep(Instant::now() + wait).await?;
            wait = (wait * 2).min(LAST);
        }
        Ok(())
    }
}
