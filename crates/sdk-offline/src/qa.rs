//! The pairs of a passage, best first.
//!
//! Gathers what the rules give, ranks it, and takes one pair of each sentence before it takes a second one of any.

use std::collections::HashSet;

use sdk_text::{beginning, blocks, sentences};

use crate::cloze::{cloze, counts};
use crate::condition::conditions;
use crate::entry::{entries, titles};
use crate::names::Names;
use crate::pair::{Line, Pair};
use crate::question::questions;

/// Bytes of a passage that are looked at; nobody reads questions on more than a book's chapter.
const READ: usize = 200_000;
/// Bytes of the longest sentence that is taken apart.
const LONGEST: usize = 700;
/// Below this a pair is not shown.
const LEAST: i32 = 5;

/// Up to `count` pairs of the passage; `sample` tells several answers to one request apart.
pub(crate) fn pairs(text: &str, count: usize, sample: u32, avoid: &[String]) -> Vec<Pair> {
    let text = beginning(text, READ);
    let found = sentences(text);
    let lines: Vec<Line> = found
        .iter()
        .enumerate()
        .filter(|(_, sentence)| sentence.range.len() <= LONGEST)
        // What announces a list or an example may still say something before its colon.
        .filter(|(_, sentence)| sentence.whole || text[sentence.range.clone()].ends_with(':'))
        .map(|(place, sentence)| Line::of(&text[sentence.range.clone()], place))
        .filter(|line| !line.plain.text.ends_with(['?', '!']))
        .collect();
    let names = Names::of(&lines);
    let blocks = blocks(text);
    let mut better: Vec<Pair> = lines.iter().flat_map(|line| questions(line, &names)).collect();
    better.extend(lines.iter().filter_map(|line| conditions(line, &names)));
    better.extend(entries(text, &blocks));
    better.retain(|pair| pair.worth >= LEAST);
    let mut used: HashSet<String> = avoid.iter().map(|question| question.to_lowercase()).collect();
    let better = turn(spread(rank(better, &mut used)), count, sample);
    let mut chosen: Vec<Pair> = better.into_iter().take(count).collect();
    if chosen.len() < count {
        // Missing words only fill up, half of a reply at most: few good ones over many poor ones.
        let most = (count - chosen.len()).min(count.div_ceil(2));
        let asked: HashSet<usize> = chosen.iter().map(|pair| pair.place).collect();
        let counts = counts(&lines);
        let rest = lines
            .iter()
            .filter(|line| !asked.contains(&line.place))
            .filter_map(|line| cloze(line, &counts, false));
        chosen.extend(turn(rank(rest.collect(), &mut used), most, sample).into_iter().take(most));
    }
    if chosen.is_empty() {
        let counts = counts(&lines);
        let loose = lines.iter().filter_map(|line| cloze(line, &counts, true));
        chosen = turn(rank(loose.collect(), &mut used), 1, sample).into_iter().take(count.min(1)).collect();
    }
    if chosen.is_empty() {
        let most = count.div_ceil(2);
        chosen = turn(rank(titles(text, &blocks), &mut used), most, sample).into_iter().take(most).collect();
    }
    chosen
}

/// Best first, no question twice.
fn rank(mut pairs: Vec<Pair>, used: &mut HashSet<String>) -> Vec<Pair> {
    pairs.sort_by_key(|pair| (-pair.worth, pair.place));
    pairs.retain(|pair| used.insert(pair.question.to_lowercase()));
    pairs
}

/// One of each sentence first.
fn spread(pairs: Vec<Pair>) -> Vec<Pair> {
    let mut seen = HashSet::new();
    let (mut first, second): (Vec<Pair>, Vec<Pair>) =
        pairs.into_iter().partition(|pair| seen.insert(pair.place));
    first.extend(second);
    first
}

/// Another sample begins where the one before it ended.
fn turn(mut pairs: Vec<Pair>, count: usize, sample: u32) -> Vec<Pair> {
    if !pairs.is_empty() {
        let start = (sample as usize).wrapping_mul(count) % pairs.len();
        pairs.rotate_left(start);
    }
    pairs
}
