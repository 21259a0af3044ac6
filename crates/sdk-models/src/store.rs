//! Answers that are known already. This one remembers the last few megabytes of a run; one that outlives it takes the
//! same place.

use std::collections::{HashMap, VecDeque};

use sdk_prompt::{Key, Reply};

/// Where answers are kept, by the key of their request.
pub trait Store {
    /// The answer to this request, if it is known.
    fn get(&self, key: Key) -> Option<Reply>;

    /// Keeps an answer.
    fn put(&mut self, key: Key, reply: &Reply);
}

/// Bytes of replies that are remembered; the oldest leave first.
const MOST: usize = 16 * 1024 * 1024;

/// Answers in memory, for the length of a run.
#[derive(Debug, Default)]
pub struct Memory {
    replies: HashMap<Key, Reply>,
    order: VecDeque<Key>,
    bytes: usize,
}

impl Store for Memory {
    fn get(&self, key: Key) -> Option<Reply> {
        self.replies.get(&key).cloned()
    }

    fn put(&mut self, key: Key, reply: &Reply) {
        self.bytes += size(reply);
        self.order.push_back(key);
        self.replies.insert(key, reply.clone());
        while self.bytes > MOST {
            let Some(oldest) = self.order.pop_front() else { return };
            if let Some(reply) = self.replies.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(size(&reply));
            }
        }
    }
}

fn size(reply: &Reply) -> usize {
    reply.text.len() + reply.reasoning.as_ref().map_or(0, String::len) + 300
}
