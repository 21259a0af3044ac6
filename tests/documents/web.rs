//! Documents that have an address.

use crate::Fates;
use crate::shell::{folder, sh};
use crate::site::serve;

#[test]
fn pages_are_named_by_their_address_and_read_by_their_type() {
    let (folder, at) = (folder(), serve());
    let with_user = at.replace("http://", "http://me:secret@");
    std::fs::write(folder.path().join("list"), format!("{with_user}/page\n{at}/none\n")).unwrap();
    let line = format!(
        "sdk-extract --allow-private {at}/page '{at}/page?2' {at}/moved {at}/wrong.html --files-from list -v --rejects bad.jsonl"
    );
    let ran = sh(&line, folder.path()).ended(1);
    let fates = Fates::of(&ran, folder.path());
    let row = |path: &str| fates.rows[&format!("{at}{path}")][0].clone();
    assert_eq!(
        (row("/page")["text"].as_str(), row("/page?2")["text"].as_str()),
        (Some("Tides **rise**.\n"), Some("Tides fall.\n"))
    );
    assert_ne!(row("/page")["document"], row("/page?2")["document"]);
    assert_eq!(row("/moved")["title"], "Notes");
    // The same page, and nobody learns who asked for it.
    assert_eq!(fates.rows[&format!("{at}/page")].len(), 2);
    assert!(!ran.text().contains("secret") && !ran.stderr.contains("secret"));
    assert_eq!(fates.refused(&format!("{at}/none"))[0].0, "http");
    assert!(
        fates.rows.contains_key(&format!("{at}/wrong.html"))
            != (fates.refused(&format!("{at}/wrong.html")).len() == 1)
    );
    assert_eq!(ran.count("sdk-extract", "read"), 6);
}

#[test]
fn what_is_not_public_is_not_fetched_unasked() {
    let (folder, at) = (folder(), serve());
    let ran = sh(&format!("sdk-extract {at}/page --rejects bad.jsonl"), folder.path()).ended(1);
    let fates = Fates::of(&ran, folder.path());
    assert!(ran.stdout.is_empty() && fates.refused(&format!("{at}/page"))[0].1.contains("--allow-private"));
}
