//! From place to place through one value: is it JSON, and where do its members stand?

use crate::index::Index;
use crate::stack::Stack;
use crate::token::{literal, number};
use crate::{DEPTH, Span};

/// Walks a line's value from the place `at`, and pushes the members of an object; says where that begins and ends, or
/// (1, 0) for another value. `None` if it is no JSON: then the line's newline is still to come.
#[inline(always)]
pub(crate) fn line(
    index: &mut Index,
    at: &mut usize,
    stack: &mut Stack,
    block: &[u8],
    fields: &mut Vec<Span>,
) -> Option<(u32, u32)> {
    if index.places().byte(*at) != b'{' {
        value(index, at, stack, 0, block)?;
        return Some((1, 0));
    }
    let root = index.places().place(*at);
    *at += 1;
    if index.places().byte(*at) == b'}' {
        *at += 1;
        return Some((root, index.places().place(*at - 1) + 1));
    }
    loop {
        index.ensure(at, block);
        let ([key, colon, value, mut after], [quote, mark, first, mut next]) = index.places().four(*at);
        if (quote, mark) != (b'"', b':') {
            return None;
        }
        if first == b'"' || is_number(first) && number(block, value as usize, after as usize) {
            *at += 3;
        } else {
            *at += 2;
            self::value(index, at, stack, 1, block)?;
            (after, next) = (index.places().place(*at), index.places().byte(*at));
        }
        if next != b',' && next != b'}' {
            return None;
        }
        *at += 1;
        let (mut key_end, mut end) = (colon, after);
        if spaced(block, colon) || spaced(block, after) {
            (key_end, end) = (trimmed(block, colon), trimmed(block, after));
        }
        fields.push(Span {
            key: key.wrapping_add(1).wrapping_sub(root),
            key_end: key_end.wrapping_sub(1).wrapping_sub(root),
            start: value.wrapping_sub(root),
            end: end.wrapping_sub(root),
        });
        if next == b'}' {
            return Some((root, after + 1));
        }
    }
}

fn is_number(first: u8) -> bool {
    first.is_ascii_digit() || first == b'-'
}

/// Whether a key and its colon come next.
#[inline(always)]
fn keyed(index: &Index, at: usize) -> bool {
    index.places().byte(at) == b'"' && index.places().byte(at + 1) == b':'
}

/// Walks one value within `outer` open containers; four places are ahead, before and after.
#[inline(always)]
fn value(index: &mut Index, at: &mut usize, stack: &mut Stack, outer: usize, block: &[u8]) -> Option<()> {
    let mut object = false;
    let mut depth = outer;
    loop {
        let place = index.places().place(*at) as usize;
        let next = index.places().byte(*at + 1);
        match index.places().byte(*at) {
            b'"' => *at += 1,
            byte if is_number(byte) && number(block, place, index.places().place(*at + 1) as usize) => {
                *at += 1;
            }
            first @ (b'{' | b'[') => {
                if depth == DEPTH {
                    return None;
                }
                *at += 1;
                // The closing bracket is two after the opening one in ASCII.
                if next == first + 2 {
                    *at += 1;
                } else {
                    stack.set(depth, object);
                    depth += 1;
                    object = first == b'{';
                    if object {
                        if !keyed(index, *at) {
                            return None;
                        }
                        *at += 2;
                    }
                    index.ensure(at, block);
                    continue;
                }
            }
            b't' if literal(block, place, b"true") => *at += 1,
            b'f' if literal(block, place, b"false") => *at += 1,
            b'n' if literal(block, place, b"null") => *at += 1,
            _ => return None,
        }
        // The value is complete; so are the containers that close now.
        loop {
            index.ensure(at, block);
            if depth == outer {
                return Some(());
            }
            let next = index.places().byte(*at);
            if next == b',' {
                *at += 1;
                if object {
                    if !keyed(index, *at) {
                        return None;
                    }
                    *at += 2;
                }
                break;
            }
            if next != if object { b'}' } else { b']' } {
                return None;
            }
            *at += 1;
            depth -= 1;
            object = stack.get(depth);
        }
    }
}

/// Whether white space comes before this place.
#[inline(always)]
fn spaced(block: &[u8], place: u32) -> bool {
    block.get((place as usize).wrapping_sub(1)).is_some_and(|&byte| byte <= b' ')
}

/// The end of the token before this place: between the two is only white space.
#[cold]
fn trimmed(block: &[u8], mut place: u32) -> u32 {
    while spaced(block, place) {
        place -= 1;
    }
    place
}
