//! Known, unknown, kept before it is heard of.
