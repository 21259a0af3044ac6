//! Hugging Face's folder: Parquet under `data`, and `README.md`, the dataset card, whose head says what `datasets` needs
//! and whose text says what people do. It holds counts and no times: the same rows make the same card.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use sdk_record::quote;

use super::origin::{Counts, Makers};
use super::pile::Pile;
use super::{features, files};

pub(super) fn write(pile: &mut Pile, folder: &Path, name: &str) -> io::Result<()> {
    let data = folder.join(files::DATA);
    std::fs::create_dir_all(&data)?;
    let bytes = files::write(pile, &data)?;
    let mut card = head(pile, bytes);
    body(pile, name, &mut card);
    std::fs::write(folder.join(files::CARD), card)
}

/// The YAML that `datasets` and the hub read.
fn head(pile: &Pile, bytes: u64) -> String {
    let mut to = String::from("---\n");
    if let Some(license) = &pile.license {
        to.push_str(&format!("license: {}\n", quote(license)));
    }
    to.push_str(&format!("size_categories:\n- {}\n", size(pile.rows)));
    to.push_str("tags:\n- synthetic\n");
    to.push_str(
        "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*\n",
    );
    to.push_str("dataset_info:\n  features:");
    match pile.schema.fields() {
        [] => to.push_str(" []\n"),
        fields => {
            to.push('\n');
            features::yaml(fields, 2, &mut to);
        }
    }
    to.push_str(&format!(
        "  splits:\n  - name: train\n    num_bytes: {0}\n    num_examples: {1}\n  download_size: {bytes}\n  \
         dataset_size: {0}\n---\n",
        pile.bytes, pile.rows
    ));
    to
}

/// The hub's words for a number of rows.
fn size(rows: u64) -> &'static str {
    match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        100_000_000..1_000_000_000 => "100M<n<1B",
        _ => "n>1B",
    }
}

fn body(pile: &Pile, name: &str, to: &mut String) {
    let (rows, parts, shape) = (pile.rows, pile.parts(), pile.shape);
    let counted = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    to.push_str(&format!(
        "\n# {}\n\n{} in {}, of the shape `{}`: {}.\n",
        cell(name),
        counted(rows, "row"),
        counted(u64::from(parts), "file"),
        shape.name,
        cell(shape.about)
    ));
    to.push_str("\n## Fields\n\n| field | holds | rows that have it |\n|---|---|---|\n");
    for field in pile.schema.fields() {
        let holds = cell(&features::words(&field.kind));
        to.push_str(&format!("| `{}` | {holds} | {} |\n", cell(&field.name), field.count));
    }
    pile.origins.with(|counts| made(counts, to));
}

fn made(counts: &Counts, to: &mut String) {
    to.push_str("\n## How it was made\n\nWritten by `sdk-format`. ");
    match counts.made.is_empty() {
        true => to.push_str("The rows do not say what made them.\n"),
        false => {
            to.push_str("The rows say what made them:\n\n");
            table(&["tool", "task", "model", "prompt"], &counts.made, to);
        }
    }
    if !counts.judged.is_empty() {
        to.push_str("\nThey were judged:\n\n");
        table(&["rubric", "model"], &counts.judged, to);
    }
    if let Some([mean, least, most]) = counts.scores.summary() {
        let rows = counts.scores.count();
        let number = |number: f64| (number * 100.0).round() / 100.0;
        let _ = write!(to, "\n## Scores\n\n{rows} rows have a score: mean {}, ", number(mean));
        let _ = writeln!(
            to,
            "least {}, greatest {}.\n\n| score | rows |\n|---|---|",
            number(least),
            number(most)
        );
        for bucket in counts.scores.buckets() {
            let (from, to_) = (trim(bucket.from), trim(bucket.to));
            let _ = writeln!(to, "| {from} to below {to_} | {} |", bucket.count);
        }
    }
}

/// A border without the noise of its last digits.
fn trim(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

fn table(heads: &[&str], makers: &Makers, to: &mut String) {
    let _ = writeln!(to, "| {} | rows |\n|{}---|", heads.join(" | "), "---|".repeat(heads.len()));
    for (maker, rows) in makers {
        let cells: Vec<_> = maker.iter().map(|text| cell(text)).collect();
        let _ = writeln!(to, "| {} | {rows} |", cells.join(" | "));
    }
}

/// A text that stays in its cell and on its line.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
