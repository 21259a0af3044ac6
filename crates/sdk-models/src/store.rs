//! Answers that are known already. This one remembers the last few megabytes of a run; one that outlives it takes the
//! same place.

use std::collections::{HashMap, VecDeque};

use sdk_prompt::Reply;

/// Where answers are kept, by the key of their request ([`sdk_prompt::hash`]).
pub trait Store {
    /// The answer to this request, if it is known.
    fn get(&self, key: &str) -> Option<Reply>;

    /// Keeps an answer.
    fn put(&mut self, key: &str, reply: &Reply);
}

/// Bytes of replies that are remembered; the oldest leave first.
const MOST: usize = 16 * 1024 * 1024;

/// Answers in memory, for the length of a run.
#[derive(Debug, Default)]
pub struct Memory {
    replies: HashMap<String, Reply>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Store for Memory {
    fn get(&self, key: &str) -> Option<Reply> {
        self.replies.get(key).cloned()
    }

    fn put(&mut self, key: &str, reply: &Reply) {
        self.bytes += size(key, reply);
        self.order.push_back(key.to_owned());
        self.replies.insert(key.to_owned(), reply.clone());
        while self.bytes > MOST {
            let Some(oldest) = self.order.pop_front() else { return };
            if let Some(reply) = self.replies.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(size(&oldest, &reply));
            }
        }
    }
}

fn size(key: &str, reply: &Reply) -> usize {
    key.len() * 2 + reply.text.len() + reply.reasoning.as_ref().map_or(0, String::len) + 200
}
