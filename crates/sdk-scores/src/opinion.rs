//! What several answers come to: the median of the votes of one model, and of the models of a panel.

use sdk_prompt::{Usage, write_usage};
use sdk_record::{Fault, quote};
use serde_json::Value;

use crate::bench::Bench;
use crate::inquiry::{Outcome, sum};
use crate::judgment::{Judged, criteria, plain, reason};
use crate::pair;
use crate::subject::Subject;

/// One answer about a row.
pub(crate) enum Vote {
    Rated(f64, Vec<Judged>),
    Unrated(Fault),
}

impl Vote {
    /// The score of what was found of a row.
    ///
    /// # Errors
    /// Nothing was: there was no answer.
    pub(crate) fn new(bench: &Bench, subject: &Subject, outcome: Outcome) -> Result<Vote, Fault> {
        let asked = match outcome {
            Outcome::Judged(asked) => asked,
            Outcome::Unrated(fault) => return Ok(Vote::Unrated(fault)),
            Outcome::Lost(fault) => return Err(fault),
        };
        if bench.pair.is_some() {
            return Ok(Vote::Rated(pair::outcome(&asked), asked));
        }
        let computed = match &subject.computed {
            Ok(computed) => computed,
            Err(fault) => return Ok(Vote::Unrated(fault.clone())),
        };
        let all = bench.rubric.ordered(&asked, computed);
        Ok(match bench.rubric.score(&all, &subject.values) {
            Ok(score) => Vote::Rated(score, all),
            Err(fault) => Vote::Unrated(fault),
        })
    }

    fn score(&self) -> Option<f64> {
        match self {
            Vote::Rated(score, _) => Some(*score),
            Vote::Unrated(_) => None,
        }
    }
}

/// What one model finds of a row.
pub(crate) struct Opinion {
    pub(crate) whom: usize,
    pub(crate) votes: Vec<Vote>,
    pub(crate) usage: Option<Usage>,
    /// Whether it was asked at all.
    pub(crate) asked: bool,
}

impl Opinion {
    fn scores(&self) -> Vec<f64> {
        self.votes.iter().filter_map(Vote::score).collect()
    }

    pub(crate) fn score(&self) -> Option<f64> {
        median(&self.scores())
    }

    /// The first of the votes that are nearest to their median.
    fn nearest(&self) -> Option<(f64, &[Judged])> {
        let median = self.score()?;
        let rated = self.votes.iter().filter_map(|vote| match vote {
            Vote::Rated(score, judged) => Some((*score, judged.as_slice())),
            Vote::Unrated(_) => None,
        });
        rated.min_by(|(one, _), (other, _)| (one - median).abs().total_cmp(&(other - median).abs()))
    }

    /// Adds what it is to an object that is being written: `first`, then the reasons and the figures.
    fn write(&self, bench: &Bench, first: &str, object: &mut String) {
        object.push_str(first);
        match self.nearest() {
            Some((score, judged)) => {
                if let Some(value) = value(bench, self.score(), score, judged) {
                    object.extend([",\"value\":", &value.to_string()]);
                }
                object.extend([",\"reason\":", &quote(&reason(judged))]);
                object.extend([",\"criteria\":", &criteria(judged).to_string()]);
            }
            None => object.push_str(&self.error()),
        }
        if self.votes.len() > 1 {
            let votes: Vec<Value> = self.votes.iter().map(|vote| number(vote.score())).collect();
            object.extend([",\"votes\":", &Value::from(votes).to_string()]);
            object.push_str(&spread(&self.scores()));
        }
        if let Some(usage) = self.usage {
            write_usage(usage, bench.judges.get(self.whom).and_then(|judge| judge.price.as_ref()), object);
        }
    }

    /// Why there is no score.
    fn error(&self) -> String {
        let fault = self.votes.iter().find_map(|vote| match vote {
            Vote::Unrated(fault) => Some(fault),
            Vote::Rated(..) => None,
        });
        let Some(fault) = fault else { return String::new() };
        let message = quote(&fault.message);
        format!(",\"error\":{{\"kind\":\"{}\",\"message\":{message}}}", fault.kind.name())
    }
}

/// The score of all opinions of a row, and `judge`, as raw JSON.
pub(crate) fn verdict(bench: &Bench, opinions: &[Opinion]) -> (String, String) {
    let mut judge = format!("{{\"rubric\":{}", quote(&bench.rubric.file.name));
    let named =
        |opinion: &Opinion| bench.judges.get(opinion.whom).map_or_else(String::new, |one| quote(&one.name));
    if let [one] = opinions {
        let first = if one.asked { format!(",\"model\":{}", named(one)) } else { String::new() };
        one.write(bench, &first, &mut judge);
        judge.push('}');
        return (number(one.score()).to_string(), judge);
    }
    let rated: Vec<(f64, &Opinion)> =
        opinions.iter().filter_map(|opinion| Some((opinion.score()?, opinion))).collect();
    let scores: Vec<f64> = rated.iter().map(|(score, _)| *score).collect();
    let score = median(&scores);
    let far = |one: f64| score.map_or(0.0, |score| (one - score).abs());
    match rated.iter().min_by(|(one, _), (other, _)| far(*one).total_cmp(&far(*other))) {
        Some((near, opinion)) => {
            // Of several votes, that of the one whose judgment it is: their median may be what none of them says.
            let (near, judged) = opinion.nearest().unwrap_or((*near, &[]));
            if let Some(value) = value(bench, score, near, judged) {
                judge.extend([",\"value\":", &value.to_string()]);
            }
            judge.extend([",\"reason\":", &quote(&reason(judged))]);
        }
        None => judge.push_str(&opinions.first().map(Opinion::error).unwrap_or_default()),
    }
    judge.push_str(",\"panel\":[");
    for (at, opinion) in opinions.iter().enumerate() {
        judge.push_str(if at == 0 { "{" } else { ",{" });
        let first = format!("\"model\":{},\"score\":{}", named(opinion), number(opinion.score()));
        opinion.write(bench, &first, &mut judge);
        judge.push('}');
    }
    judge.push(']');
    judge.push_str(&spread(&scores));
    if let Some(agreement) = agreement(&scores, bench.scale()) {
        judge.extend([",\"agreement\":", &plain(agreement).to_string()]);
    }
    judge.push_str(&spent(bench, opinions));
    judge.push('}');
    (number(score).to_string(), judge)
}

/// Tokens and money of all models of a panel; no sum of money where one of the prices is not known.
fn spent(bench: &Bench, opinions: &[Opinion]) -> String {
    let mut text = String::new();
    let Some(usage) = opinions.iter().fold(None, |usage, opinion| sum(usage, opinion.usage)) else {
        return text;
    };
    write_usage(usage, None, &mut text);
    let cost = |opinion: &Opinion| match opinion.usage {
        None => Some(0),
        Some(usage) => bench.judges.get(opinion.whom)?.price.map(|price| price.cost(usage).0),
    };
    let costs: Option<Vec<u64>> = opinions.iter().map(cost).collect();
    if let Some(costs) = costs {
        let all = costs.into_iter().fold(0, u64::saturating_add);
        text.extend([",\"cost\":", &sdk_prompt::Cost(all).to_string()]);
    }
    text
}

/// What a judgment says that is no number: a word or yes and no, where all of them come to it.
fn value(bench: &Bench, score: Option<f64>, near: f64, judged: &[Judged]) -> Option<Value> {
    let score = score?;
    if bench.pair.is_some() {
        return Some(pair::word(score).into());
    }
    match judged {
        [one] if !one.score.is_number() && (score - near).abs() < f64::EPSILON => Some(one.score.clone()),
        _ => None,
    }
}

fn number(score: Option<f64>) -> Value {
    score.map_or(Value::Null, plain)
}

/// The middle of these, or what lies between both middles.
fn median(scores: &[f64]) -> Option<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// How far they lie apart.
fn apart(scores: &[f64]) -> f64 {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    most - least
}

fn spread(scores: &[f64]) -> String {
    if scores.is_empty() { String::new() } else { format!(",\"spread\":{}", plain(apart(scores))) }
}

/// 1 where all models give the same score, 0 where they stand at both ends of the scale; of one score there is none.
fn agreement(scores: &[f64], scale: Option<(f64, f64)>) -> Option<f64> {
    if scores.len() < 2 {
        return None;
    }
    let apart = apart(scores);
    match scale {
        Some((least, most)) => Some((1.0 - apart / (most - least)).clamp(0.0, 1.0)),
        None if apart == 0.0 => Some(1.0),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_ends() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[9.0, 1.0, 7.0]), Some(7.0));
        assert_eq!(median(&[9.0, 6.0, 7.0, 1.0]), Some(6.5));
        assert_eq!(spread(&[7.0, 9.0, 6.5]), ",\"spread\":2.5");
        assert_eq!(agreement(&[7.0], Some((1.0, 10.0))), None);
        assert_eq!(agreement(&[7.0, 7.0], None), Some(1.0));
        assert_eq!(agreement(&[1.0, 10.0], Some((1.0, 10.0))), Some(0.0));
        assert_eq!(agreement(&[4.0, 7.0, 5.0], Some((1.0, 10.0))), Some(1.0 - 3.0 / 9.0));
    }
}
