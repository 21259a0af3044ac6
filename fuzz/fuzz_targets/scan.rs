//! Any bytes: they are text where the standard library says so, and every scanner that this CPU can run finds in them what `serde_json` does.
#![no_main]

#[path = "../../crates/sdk-scan/tests/reference/mod.rs"]
mod reference;

libfuzzer_sys::fuzz_target!(|block: &[u8]| {
    assert_eq!(sdk_scan::utf8(block), std::str::from_utf8(block).ok());
    reference::agree(block);
});
