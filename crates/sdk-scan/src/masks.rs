//! From what each of 64 bytes is to where a token begins. A mask has one bit per byte, the first byte's lowest.

/// Which of 64 bytes are what, by themselves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Classes {
    pub(crate) quote: u64,
    pub(crate) backslash: u64,
    /// `{}[]:,` and newlines, and possibly other control characters: the walker sees the byte itself.
    pub(crate) operator: u64,
    /// Space, tab, carriage return.
    pub(crate) space: u64,
    /// Below 0x20.
    pub(crate) control: u64,
}

/// Which of 64 bytes are what in an escape: asked for only where there is a backslash.
#[derive(Clone, Copy, Default)]
pub(crate) struct Escapes {
    pub(crate) hex: u64,
    /// May follow a backslash.
    pub(crate) known: u64,
    /// The letter u.
    pub(crate) unicode: u64,
}

/// What the bytes before say of these.
#[derive(Clone, Copy, Default)]
pub(crate) struct Carry {
    /// Bit 0: the first byte's backslash is before it.
    escaped: u64,
    /// These must be hexadecimal: a `\u` is not over.
    digits: u64,
    /// All ones inside a string.
    inside: u64,
    /// Bit 0: a scalar that is no string goes on.
    scalar: u64,
}

/// Where tokens begin, and where a byte spoils the record.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    pub(crate) places: u64,
    pub(crate) bad: u64,
}

const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;

impl Carry {
    /// Whether an escape reaches in from the bytes before.
    #[inline(always)]
    pub(crate) fn escaping(&self) -> bool {
        self.escaped | self.digits != 0
    }

    /// Which bytes a backslash escapes, and which it should not have. No newline is a backslash, so that no escape
    /// goes on after a newline; and it is no digit, so that it ends a `\u` too.
    #[inline(always)]
    pub(crate) fn escapes(&mut self, backslash: u64, of: Escapes) -> (u64, u64) {
        let starts = backslash & !self.escaped;
        // In a run of backslashes every second one is escaped: the subtraction carries along the run, and so tells runs
        // that began on an odd bit from those that began on an even one.
        let codes = (((starts << 1) | ODD).wrapping_sub(starts)) ^ ODD;
        let escaped = codes ^ (backslash | self.escaped);
        self.escaped = (codes & backslash) >> 63;
        let unicode = escaped & of.unicode;
        let mut digits = unicode << 1;
        digits |= digits << 1;
        digits |= digits << 2;
        let before = self.digits;
        let mut after = unicode >> 60;
        after |= after >> 1;
        after |= after >> 2;
        let mut bad = (digits | before) & !of.hex;
        if bad != 0 {
            (bad, after) = cut_short(unicode, before, of.hex);
        }
        self.digits = after;
        (escaped, bad | escaped & !of.known)
    }

    /// `quotes` are those that are not escaped, `within` has each bit set that has an odd number of quotes up to and
    /// including it, and `bad` is what is already known to be. `group` is the bytes.
    #[inline(always)]
    pub(crate) fn marks(
        &mut self,
        of: Classes,
        quotes: u64,
        within: u64,
        mut bad: u64,
        group: &[u8; 64],
    ) -> Marks {
        // The opening quote is inside, the closing one is not.
        let mut inside = within ^ self.inside;
        if inside & of.control != 0 {
            (inside, bad) = broken_off(inside, of.control, group, bad);
        }
        self.inside = 0_u64.wrapping_sub(inside >> 63);
        let scalar = !(of.operator | of.space);
        let bare = scalar & !quotes;
        let starts = scalar & !((bare << 1) | self.scalar);
        self.scalar = bare >> 63;
        let tails = inside ^ quotes;
        Marks { places: (of.operator | starts) & !tails, bad }
    }
}

/// A control character spoils the string it stands in, and a newline ends that too.
#[cold]
fn broken_off(mut inside: u64, control: u64, group: &[u8; 64], mut bad: u64) -> (u64, u64) {
    let newline = group.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(byte == b'\n'));
    while inside & newline != 0 {
        let at = (inside & newline).trailing_zeros();
        inside ^= !0 << at;
        bad |= 1 << at;
    }
    (inside, bad | inside & control)
}

/// A `\u` that lacks digits is over at the first byte that is none: the next record is not to blame. Says where those
/// bytes are, and which of the bytes to come must still be digits.
#[cold]
fn cut_short(mut unicode: u64, before: u64, hex: u64) -> (u64, u64) {
    let mut bad = 0;
    let mut check = |from: u32, count: u32| {
        for at in from..from + count {
            if at == 64 {
                return (1 << (from + count - 64)) - 1;
            }
            if hex >> at & 1 == 0 {
                bad |= 1 << at;
                return 0;
            }
        }
        0
    };
    check(0, before.count_ones());
    let mut after = 0;
    while unicode != 0 {
        after |= check(unicode.trailing_zeros() + 1, 4);
        unicode &= unicode - 1;
    }
    (bad, after)
}
