//! Which containers are open.

use crate::DEPTH;

/// Which of the open containers are objects: one bit each, the outermost first.
pub(crate) struct Stack([u64; DEPTH / 64]);

impl Default for Stack {
    fn default() -> Self {
        Stack([0; DEPTH / 64])
    }
}

impl Stack {
    #[inline(always)]
    pub(crate) fn set(&mut self, depth: usize, object: bool) {
        let word = &mut self.0[depth / 64 % (DEPTH / 64)];
        *word = *word & !(1 << (depth % 64)) | u64::from(object) << (depth % 64);
    }

    #[inline(always)]
    pub(crate) fn get(&self, depth: usize) -> bool {
        self.0[depth / 64 % (DEPTH / 64)] >> (depth % 64) & 1 != 0
    }
}
