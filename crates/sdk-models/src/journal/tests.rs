//! The journal as storage: what is kept, what counts, what is refused.
