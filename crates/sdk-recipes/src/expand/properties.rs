//! What an even draw promises, for any flags: tests only.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use sdk_record::Record;

use super::{ExpandFlags, Planner};

fn planner(sizes: &[usize], rows: Option<u64>, copies: u64, seed: u64) -> Planner {
    let key = |(key, size): (usize, &usize)| {
        let values: Vec<String> = (0..*size).map(|value| value.to_string()).collect();
        format!("k{key}={}", values.join(",")).parse().unwrap()
    };
    let vary = sizes.iter().enumerate().map(key).collect();
    Planner::new(&ExpandFlags { vary, rows, copies, taxonomy: None }, seed).unwrap()
}

fn base(count: u64) -> impl Iterator<Item = Record> {
    (0..count).map(|row| Record::parse(&format!("{{\"row\":{row}}}")).unwrap())
}

fn drawn(planner: &Planner, count: u64) -> Vec<Record> {
    planner.draw(count, base(count)).map(Result::unwrap).collect()
}

/// How often each value of a key comes, of those that come at all.
fn counts(rows: &[Record], key: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.get(key).unwrap().to_owned()).or_default() += 1;
    }
    counts
}

fn even(counts: &BTreeMap<String, u64>, of: u64, total: u64) -> bool {
    let most = counts.values().all(|&count| count <= total.div_ceil(of));
    most && (total < of || (counts.len() as u64 == of && counts.values().all(|&count| count >= total / of)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn draws_are_exact_even_and_without_repeat(
        sizes in prop::collection::vec(1_usize..5, 0..4), count in 1_u64..12, rows in 1_u64..150, seed: u64,
    ) {
        let planner = planner(&sizes, Some(rows), 1, seed);
        let drawn = drawn(&planner, count);
        prop_assert_eq!(drawn.len() as u64, rows);
        prop_assert!(even(&counts(&drawn, "row"), count, rows));
        for (key, &size) in sizes.iter().enumerate() {
            let counts = counts(&drawn, &format!("k{key}"));
            prop_assert!(even(&counts, size as u64, rows), "{:?}", counts);
        }
        let ids: HashSet<_> = drawn.iter().map(|row| row.get("id").unwrap()).collect();
        prop_assert_eq!(ids.len(), drawn.len());
        // A combination comes again only to rows that have had all of them.
        let all = sizes.iter().product::<usize>() as u64;
        let samples = drawn.iter().filter(|row| row.get("sdk").unwrap().contains("sample")).count() as u64;
        prop_assert_eq!(samples, rows.saturating_sub(count * all));
        prop_assert!(rows > count * all || drawn.iter().map(|row| row.without(&["id", "sdk"]).into_text())
            .collect::<HashSet<_>>().len() == drawn.len());
    }

    #[test]
    fn copies_are_part_of_the_number(count in 1_u64..6, rows in 1_u64..60, copies in 1_u64..5, seed: u64) {
        let planner = planner(&[2, 3], Some(rows), copies, seed);
        let drawn = drawn(&planner, count);
        prop_assert_eq!(drawn.len() as u64, rows);
        let ids: HashSet<_> = drawn.iter().map(|row| row.get("id").unwrap()).collect();
        prop_assert_eq!(ids.len(), drawn.len());
        for rows in drawn.chunks_exact(usize::try_from(copies).unwrap()) {
            prop_assert_eq!(rows[0].without(&["id", "sdk"]), rows[rows.len() - 1].without(&["id", "sdk"]));
        }
    }
}

#[test]
fn a_seed_names_the_draw() {
    let texts = |seed| -> Vec<String> {
        drawn(&planner(&[3, 4], Some(25), 1, seed), 10).into_iter().map(Record::into_text).collect()
    };
    assert_eq!(texts(3), texts(3));
    assert_ne!(texts(3), texts(4));
}

#[test]
fn without_a_number_all_come() {
    let planner = planner(&[2, 2], None, 3, 0);
    let drawn: Vec<_> = drawn(&planner, 5).into_iter().map(Record::into_text).collect();
    let all: Vec<_> = planner.rows(base(5)).map(|row| row.unwrap().into_text()).collect();
    assert_eq!((all.len(), &all), (60, &drawn));
}

#[test]
fn no_base_row_gives_no_row_and_refused_ones_cost_theirs() {
    let planner = planner(&[2], Some(4), 1, 0);
    assert_eq!(drawn(&planner, 0).len(), 0);
    let rows = ["{\"k0\":1}", "{}"].map(|row| Record::parse(row).unwrap());
    let (good, bad): (Vec<_>, Vec<_>) = planner.draw(2, rows.into_iter()).partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (2, 1));
}

#[test]
fn a_million_rows_stream() {
    let planner = planner(&[10, 10, 10], Some(1_000_000), 1, 1);
    assert_eq!(planner.draw(10_000, base(10_000)).flatten().count(), 1_000_000);
}
