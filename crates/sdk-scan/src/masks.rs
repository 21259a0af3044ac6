//! From what each of 64 bytes is to where a token begins. A mask has one bit per byte, the first byte's lowest.

/// Which of 64 bytes are what, by themselves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Classes {
    pub(crate) quote: u64,
    pub(crate) backslash: u64,
    /// `{}[]:,`, and possibly control characters: the walker sees the byte itself.
    pub(crate) operator: u64,
    /// Space, tab, carriage return.
    pub(crate) space: u64,
    pub(crate) newline: u64,
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

/// What the bytes before say of these: bit 0 of each speaks of the first byte, but for `inside`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Carry {
    /// Its backslash is in the bytes before.
    escaped: u64,
    /// Must be hexadecimal, as the first to the fourth digit of a `\u`.
    digits: [u64; 4],
    /// All ones inside a string.
    inside: u64,
    /// A scalar that is no string goes on.
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
        let [first, second, third, fourth] = self.digits;
        self.escaped | first | second | third | fourth != 0
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
        let mut bad = escaped & !of.known;
        let mut found = escaped & of.unicode;
        for carry in &mut self.digits {
            let wanted = (found << 1) | *carry;
            *carry = found >> 63;
            bad |= wanted & !of.hex;
            found = wanted & of.hex;
        }
        (escaped, bad)
    }

    /// `quotes` are those that are not escaped, `within` has each bit set that has an odd number of quotes up to and
    /// including it, and `bad` is what is already known to be.
    #[inline(always)]
    pub(crate) fn marks(&mut self, of: Classes, quotes: u64, within: u64, mut bad: u64) -> Marks {
        // The opening quote is inside, the closing one is not.
        let mut inside = within ^ self.inside;
        if inside & of.newline != 0 {
            inside = broken_off(inside, of.newline, &mut bad);
        }
        self.inside = 0_u64.wrapping_sub(inside >> 63);
        bad |= of.control & inside;
        let scalar = !(of.operator | of.space | of.newline);
        let bare = scalar & !quotes;
        let starts = scalar & !((bare << 1) | self.scalar);
        self.scalar = bare >> 63;
        let tails = inside ^ quotes;
        Marks { places: (of.operator | of.newline | starts) & !tails, bad }
    }
}

/// A newline ends the string it stands in, and spoils the record.
#[cold]
fn broken_off(mut inside: u64, newline: u64, bad: &mut u64) -> u64 {
    while inside & newline != 0 {
        let at = (inside & newline).trailing_zeros();
        inside ^= !0 << at;
        *bad |= 1 << at;
    }
    inside
}
