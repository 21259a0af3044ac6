//! Any bytes as what a system says is mapped: each range is some, and stands there.
#![no_main]

libfuzzer_sys::fuzz_target!(|smaps: &[u8]| {
    let text = String::from_utf8_lossy(smaps).to_ascii_lowercase();
    for mapping in sdk_memory::mappings(smaps) {
        assert!(!mapping.range.is_empty());
        assert!(text.contains(&format!("{:x}-", mapping.range.start)), "{mapping:?}");
    }
});
