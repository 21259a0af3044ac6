//! Threads over blocks: N that do the same, each with the next block when it is free, and what they made is put back in
//! order; or one that reads ahead.
//!
//! A block of memory is taken before a block is read, so that at most 2 N of them are under way, and the one that
//! everybody waits for always has its own.

use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use sdk_record::{Block, Fault, Row};

use crate::each::{Worked, Worker};
use crate::input::Stretches;
use crate::signal;

/// Rows may be nested deeply; jq recurses.
const STACK: usize = 16 * 1024 * 1024;

/// Blocks that are under way while one is read ahead: that one, and the one that is looked at.
const AHEAD: usize = 2;

pub(crate) fn pull<T, W>(
    input: Stretches,
    jobs: usize,
    make: &(impl Fn() -> Worker<W> + Sync),
    mut settle: impl FnMut(Worked<T>) -> io::Result<Worked<T>>,
) -> io::Result<()>
where
    T: Send,
    W: FnMut(Row<'_>, &mut String) -> Result<T, Box<Fault>>,
{
    let (give, spare) = sync_channel(2 * jobs);
    for _ in 0..2 * jobs {
        let _ = give.send(Worked::default());
    }
    let (spare, input) = (&Mutex::new(spare), &Mutex::new((input, 0_u64)));
    thread::scope(|scope| {
        let (done, worked) = sync_channel(2 * jobs);
        for _ in 0..jobs {
            let done = done.clone();
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
                let mut looks = make();
                while let Some((number, block)) = next(spare, input) {
                    if done.send((number, looks.look(block))).is_err() {
                        return;
                    }
                }
            })?;
        }
        drop(done);
        // Dropped with this closure: nobody waits for memory that will not come.
        let give = give;
        let (mut early, mut turn) = (BTreeMap::new(), 0);
        for (number, block) in worked {
            early.insert(number, block);
            while let Some(block) = early.remove(&turn) {
                turn += 1;
                let block = settle(block).inspect_err(|_| signal::leave())?;
                let _ = give.send(block);
            }
        }
        Ok(())
    })
}

/// Blocks that are read by another thread while this one takes `step`s, each with a block whose memory it gives back.
pub(crate) fn ahead(
    mut input: Stretches,
    mut step: impl FnMut(Block) -> io::Result<Block>,
) -> io::Result<()> {
    let (give, spare) = sync_channel(AHEAD);
    for _ in 0..AHEAD {
        let _ = give.send(Block::default());
    }
    thread::scope(|scope| {
        let (done, blocks) = sync_channel(AHEAD);
        thread::Builder::new().spawn_scoped(scope, move || {
            while let Some(block) = spare.recv().ok().and_then(|memory| input.next(memory)) {
                if done.send(block).is_err() {
                    return;
                }
            }
        })?;
        // Dropped with this closure: nobody waits for memory that will not come.
        let give = give;
        for block in blocks {
            let block = step(block).inspect_err(|_| signal::leave())?;
            let _ = give.send(block);
        }
        Ok(())
    })
}

/// The next block and its number, in memory that was free.
fn next<T>(spare: &Mutex<Receiver<Worked<T>>>, input: &Mutex<(Stretches, u64)>) -> Option<(u64, Worked<T>)> {
    let mut memory = spare.lock().ok()?.recv().ok()?;
    let mut input = input.lock().ok()?;
    let block = input.0.next(memory.take())?;
    input.1 += 1;
    Some((input.1 - 1, memory.with(block)))
}
