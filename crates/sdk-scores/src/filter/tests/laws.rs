//! The laws of `--sample`, `--unique` and `--top` over any rows.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{Filter, filtered, flags, run};

fn rows(numbers: &[i32]) -> Vec<String> {
    numbers.iter().enumerate().map(|(at, number)| format!("{{\"n\":{number},\"at\":{at}}}")).collect()
}

#[test]
fn a_share_is_a_share() {
    let rows: Vec<String> = (0..20_000).map(|id| format!("{{\"id\":\"r{id}\"}}")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    for (share, expected) in
        [("0", 0..=0), ("0.1", 1850..=2150), ("0.9", 17_850..=18_150), ("1", 20_000..=20_000)]
    {
        let kept = run(&["--sample", share], &rows).kept.len();
        assert!(expected.contains(&kept), "{share}: {kept}");
    }
    let seeded =
        |seed| filtered(&Filter::new(&flags(&["--sample", "0.5"]), None, seed).unwrap(), false, &rows).kept;
    assert_eq!(seeded(1), seeded(1));
    let (one, two): (HashSet<String>, HashSet<String>) =
        (seeded(1).into_iter().collect(), seeded(2).into_iter().collect());
    assert!((4_700..=5_300).contains(&one.intersection(&two).count()));
}

#[test]
fn rows_go_with_their_id_then_with_their_group() {
    // The numbers are the same value, and so is the order of keys where there is no id.
    for (one, other) in [
        (r#"{"id":7,"a":1}"#, r#"{"a":2,"id":7.0}"#),
        (r#"{"a":1,"b":"é","id":null}"#, r#"{"b":"\u00e9","id":null,"a":1.0}"#),
    ] {
        for share in ["0.2", "0.4", "0.6", "0.8"] {
            let ran = run(&["--sample", share], &[one, other]);
            assert_ne!(ran.kept.len(), 1, "{one} {share}");
        }
    }
    let rows: Vec<String> = (0..200).map(|id| format!("{{\"id\":{id},\"s\":null}}")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let by_id = run(&["--sample", "0.5"], &rows).kept;
    assert!((50..150).contains(&by_id.len()));
    for by in [".s", ".none", "empty", "[.s] | .[0]"] {
        assert_eq!(run(&["--sample", "0.5", "--by", by], &rows).kept, by_id, "{by}");
    }
    assert!(matches!(run(&["--sample", "0.5", "--by", "[.s]"], &rows).kept.len(), 0 | 200));
}

proptest! {
    #[test]
    fn a_sample_and_its_complement_do_not_know_the_order(
        numbers in prop::collection::vec(0_i32..20, 0..40), share in 0.0_f64..=1.0, seed: u64
    ) {
        let rows = rows(&numbers);
        let filter = Filter::new(&flags(&["--sample", &share.to_string(), "--by", ".n"]), None, seed).unwrap();
        let ran = |rows: Vec<&str>| filtered(&filter, false, &rows);
        let forward = ran(rows.iter().map(String::as_str).collect());
        let mut backward = ran(rows.iter().rev().map(String::as_str).collect());
        backward.kept.reverse();
        prop_assert_eq!(&forward.kept, &backward.kept);
        let mut all: Vec<String> = forward.kept.iter().chain(&forward.dropped).cloned().collect();
        let mut sorted = rows.clone();
        all.sort();
        sorted.sort();
        prop_assert_eq!(all, sorted);
        let group = |row: &String| row.split(',').next().map(str::to_owned);
        let kept: HashSet<_> = forward.kept.iter().map(group).collect();
        prop_assert!(forward.dropped.iter().all(|row| !kept.contains(&group(row))));
    }

    #[test]
    fn top_is_what_sorting_says(numbers in prop::collection::vec(-9_i32..9, 0..40), most in 1_usize..12) {
        let rows = rows(&numbers);
        let ran = run(&["--top", &most.to_string(), "--by", ".n"], &rows.iter().map(String::as_str).collect::<Vec<_>>());
        let mut places: Vec<usize> = (0..rows.len()).collect();
        places.sort_by_key(|at| (-numbers[*at], *at));
        places.truncate(most);
        places.sort_unstable();
        let expected: Vec<&String> = places.iter().map(|at| &rows[*at]).collect();
        prop_assert_eq!(ran.kept.iter().collect::<Vec<_>>(), expected);
        prop_assert_eq!(ran.kept.len() + ran.dropped.len(), rows.len());
    }

    #[test]
    fn unique_is_the_first_of_each(numbers in prop::collection::vec(0_i32..12, 0..40), exact: bool) {
        let rows = rows(&numbers);
        let line: &[&str] = if exact { &["--unique", ".n", "--exact"] } else { &["--unique", ".n"] };
        let ran = run(line, &rows.iter().map(String::as_str).collect::<Vec<_>>());
        let mut seen = HashSet::new();
        let expected: Vec<&String> = rows.iter().zip(&numbers).filter(|(_, n)| seen.insert(**n)).map(|(row, _)| row).collect();
        prop_assert_eq!(ran.kept.iter().collect::<Vec<_>>(), expected);
    }
}
