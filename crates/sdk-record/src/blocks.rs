//! Bytes from a reader in blocks of 256 KB; a value longer than a block grows the block.

use std::io::{self, Read};

const BLOCK: usize = 256 * 1024;

pub(crate) struct Blocks {
    input: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

impl Blocks {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> Self {
        Blocks { input, bytes: vec![0; BLOCK], start: 0, end: 0, ended: false }
    }

    /// What was read and not yet consumed.
    pub(crate) fn available(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
    }

    /// One read(2), so that a slow producer's complete lines are seen at once. False at the end of the input.
    pub(crate) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.bytes.len() {
            self.bytes.resize(self.bytes.len() * 2, 0);
        } else if self.end < BLOCK / 2 && self.bytes.len() > BLOCK {
            self.bytes.truncate(BLOCK);
            self.bytes.shrink_to_fit();
        }
        loop {
            match self.input.read(&mut self.bytes[self.end..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.end += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
    }
}
