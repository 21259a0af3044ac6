//! From place to place through one value: is it JSON, and where do its members stand?

use crate::index::Index;
use crate::token::{byte, literal, number};
use crate::{DEPTH, Span};

/// A line's value.
pub(crate) enum Root {
    Object { start: u32, end: u32 },
    Other,
}

/// Which of the open containers are objects: one bit each, the outermost first.
pub(crate) struct Stack([u64; DEPTH / 64]);

impl Default for Stack {
    fn default() -> Self {
        Stack([0; DEPTH / 64])
    }
}

impl Stack {
    #[inline(always)]
    fn set(&mut self, depth: usize, object: bool) {
        let word = &mut self.0[depth / 64 % (DEPTH / 64)];
        *word = *word & !(1 << (depth % 64)) | u64::from(object) << (depth % 64);
    }

    #[inline(always)]
    fn get(&self, depth: usize) -> bool {
        self.0[depth / 64 % (DEPTH / 64)] >> (depth % 64) & 1 != 0
    }
}

/// Walks one value, and pushes the members of an outermost object; `None` if it is no JSON: then the line's newline is
/// still to be taken.
pub(crate) fn value(
    index: &mut Index,
    stack: &mut Stack,
    block: &[u8],
    fields: &mut Vec<Span>,
) -> Option<Root> {
    let root = index.peek();
    let rooted = byte(block, root) == b'{';
    let mut span = Span::default();
    let mut object = false;
    // Containers that are open.
    let mut depth = 0;
    loop {
        index.ensure(block);
        let at = index.take();
        if depth == 1 {
            span.start = at.wrapping_sub(root);
        }
        let mut end = at;
        match byte(block, at) {
            b'"' => {}
            b'-' | b'0'..=b'9' if number(block, at as usize) => {}
            first @ (b'{' | b'[') => {
                if depth == DEPTH {
                    return None;
                }
                let close = index.peek();
                // The closing bracket is two after the opening one in ASCII.
                if byte(block, close) == first + 2 {
                    index.skip();
                    end = close;
                } else {
                    stack.set(depth, object);
                    depth += 1;
                    object = first == b'{';
                    if object {
                        key(index, block, depth, root, &mut span)?;
                    }
                    continue;
                }
            }
            b't' if literal(block, at as usize, b"true") => {}
            b'f' if literal(block, at as usize, b"false") => {}
            b'n' if literal(block, at as usize, b"null") => {}
            _ => {
                index.back(1);
                return None;
            }
        }
        // The value is complete; so are the containers that close now.
        loop {
            if depth == 0 {
                return Some(if rooted { Root::Object { start: root, end: end + 1 } } else { Root::Other });
            }
            end = index.take();
            let next = byte(block, end);
            if depth == 1 && rooted {
                span.end = trimmed(block, end).wrapping_sub(root);
                fields.push(span);
            }
            if next == b',' {
                if object {
                    key(index, block, depth, root, &mut span)?;
                }
                break;
            }
            if next != if object { b'}' } else { b']' } {
                index.back(1);
                return None;
            }
            depth -= 1;
            object = stack.get(depth);
            index.ensure(block);
        }
    }
}

/// Takes a key and its colon.
#[inline(always)]
fn key(index: &mut Index, block: &[u8], depth: usize, root: u32, span: &mut Span) -> Option<()> {
    let key = index.take();
    let colon = index.take();
    if byte(block, key) != b'"' || byte(block, colon) != b':' {
        index.back(2);
        return None;
    }
    if depth == 1 {
        span.key = (key + 1).wrapping_sub(root);
        span.key_end = (trimmed(block, colon) - 1).wrapping_sub(root);
    }
    Some(())
}

/// The end of the token before this place: between the two is only white space.
#[inline(always)]
fn trimmed(block: &[u8], place: u32) -> u32 {
    let mut end = place;
    while end > 0 && matches!(block.get(end as usize - 1), Some(b' ' | b'\t' | b'\r')) {
        end -= 1;
    }
    end
}
