//! Memory that only a program's start has needed, given back.
//!
//! The kernel maps sixteen pages of a program's file around each one that is touched, and more where they lie together in
//! its cache (Linux 6.18), and counts them all as the program's for as long as nobody else wants the memory. Most of a
//! tool's code is for its start: the flags, the prompt, the keys, the journal. A run touches little of it again, and what
//! lies beside that comes back with it. `scripts/bench --client` has the memory of a run.

mod mappings;

pub use mappings::{Mapping, mappings};

/// Stands where the program's constants do.
#[cfg(target_os = "linux")]
static CONSTANT: [u8; 1] = [0];

/// Gives back the program's own code and constants as far as they are in memory; what is needed again comes back from
/// the page cache as it is touched. To be called once, when the start is over. Says how many bytes of addresses that
/// were: 0 where the system does not say what is mapped, which is no trouble.
#[cfg(target_os = "linux")]
pub fn give_back_start() -> usize {
    let own = [(give_back_start as fn() -> usize as *const ()).addr(), (&raw const CONSTANT).addr()];
    let Ok(smaps) = std::fs::File::open("/proc/self/smaps") else { return 0 };
    mappings(std::io::BufReader::new(smaps))
        .filter(|mapping| mapping.unchanged && own.iter().any(|place| mapping.range.contains(place)))
        .map(|mapping| give_back(&mapping))
        .sum()
}

/// Other systems count such pages in other ways.
#[cfg(not(target_os = "linux"))]
pub fn give_back_start() -> usize {
    0
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the one call that this crate is for")]
fn give_back(mapping: &Mapping) -> usize {
    use rustix::mm::{Advice, madvise};

    let place = std::ptr::with_exposed_provenance_mut(mapping.range.start);
    let length = mapping.range.len();
    // SAFETY: this makes the kernel forget its copies of these pages and read them from the file when they are touched
    // again. That changes no byte, since (1) the range holds this program's own code or constants, so it is there until
    // the program ends, and nothing else can have taken its place since it was read where it is; (2) it may not be
    // written to, and none of its pages differs from the file's, so nothing that was changed is lost; (3) the file is
    // the one that is being executed, which the kernel reads in the same way whenever memory is short.
    let done = unsafe { madvise(place, length, Advice::LinuxDontNeed) };
    done.map_or(0, |()| length)
}
