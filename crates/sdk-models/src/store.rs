//! Answers that are known already, where nobody else remembers them: the last few megabytes of a run. What outlives it
//! is in the journal.

use std::collections::{HashMap, VecDeque};

use sdk_prompt::{Key, Reply};

/// Bytes of replies that are remembered; the oldest leave first.
const MOST: usize = 16 * 1024 * 1024;

/// Answers in memory, for the length of a run.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    replies: HashMap<Key, Reply>,
    order: VecDeque<Key>,
    bytes: usize,
}

impl Memory {
    /// The answer to this request, if it is known.
    pub(crate) fn get(&self, key: Key) -> Option<Reply> {
        self.replies.get(&key).cloned()
    }

    /// Remembers an answer.
    pub(crate) fn put(&mut self, key: Key, reply: &Reply) {
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
