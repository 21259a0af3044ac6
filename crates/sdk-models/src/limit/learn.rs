//! What a server's headers say of its limits.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

use crate::wait;

/// What may be limited in a while.
pub(crate) const REQUESTS: usize = 0;
pub(crate) const TOKENS: usize = 1;
pub(crate) const INPUT: usize = 2;
pub(crate) const OUTPUT: usize = 3;
pub(crate) const METERS: usize = 4;

/// One limit, as far as it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Bucket {
    /// How much fits.
    pub(crate) limit: Option<f64>,
    /// How much is left.
    pub(crate) remaining: Option<f64>,
    /// When it is full again.
    pub(crate) reset: Option<Duration>,
}

/// All of them.
pub(crate) type Limits = [Bucket; METERS];

/// The limits in an answer's headers; `None` where there is none: `x-ratelimit-*` as OpenAI and others have it,
/// `anthropic-ratelimit-*`.
pub(crate) fn limits(headers: &HeaderMap, now: fn() -> SystemTime) -> Option<Limits> {
    let mut found = None::<Limits>;
    for (name, value) in headers {
        let Some((_, rest)) = name.as_str().split_once("ratelimit-") else { continue };
        let Ok(value) = value.to_str() else { continue };
        let mut words = [""; 3];
        let count = rest.split('-').zip(&mut words).map(|(word, at)| *at = word).count();
        // `limit-requests` and `requests-limit`, `input-tokens-limit`, `limit` alone.
        let (meter, what) = match (count, words) {
            (1, [what, ..]) | (2, [what, "requests", _] | ["requests", what, _]) => (REQUESTS, what),
            (2, [what, "tokens", _] | ["tokens", what, _]) => (TOKENS, what),
            (3, ["input", "tokens", what]) => (INPUT, what),
            (3, ["output", "tokens", what]) => (OUTPUT, what),
            _ => continue,
        };
        let number = || value.trim().parse::<f64>().ok().filter(|number| *number >= 0.0);
        let bucket = &mut found.get_or_insert_default()[meter];
        match what {
            "limit" => bucket.limit = number().filter(|limit| *limit > 0.0),
            "remaining" => bucket.remaining = number(),
            "reset" => bucket.reset = until(value.trim(), now()),
            _ => {}
        }
    }
    found
}

/// A length of time as headers say it: `6m0s`, `1.2s`, `20ms`, seconds, or a moment.
fn until(text: &str, now: SystemTime) -> Option<Duration> {
    if text.contains('T') {
        return Some(wait::moment(text)?.duration_since(now).unwrap_or_default());
    }
    let (mut rest, mut sum) = (text, 0.0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, unit) = rest.split_at(end);
        let end = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
        let (unit, others) = unit.split_at(end);
        let seconds = match unit {
            "d" => 86_400.0,
            "h" => 3600.0,
            "m" => 60.0,
            "s" | "" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * seconds;
        rest = others;
    }
    // A point in time as seconds since 1970 is none of these.
    (sum.is_finite() && sum < 1e7).then(|| Duration::from_secs_f64(sum))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Option<Limits> {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        limits(&headers.collect(), || UNIX_EPOCH + Duration::from_secs(784_111_777))
    }

    fn bucket(limit: f64, remaining: f64, reset: f64) -> Bucket {
        let reset = Some(Duration::from_secs_f64(reset));
        Bucket { limit: Some(limit), remaining: Some(remaining), reset }
    }

    #[test]
    fn both_families() {
        assert_eq!(read(&[("content-type", "text/plain")]), None);
        let openai = read(&[
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-limit-tokens", "150000"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ]);
        let none = Bucket::default();
        assert_eq!(openai, Some([bucket(60.0, 59.0, 1.0), bucket(150_000.0, 149_984.0, 360.0), none, none]));
        let anthropic = read(&[
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "49"),
            ("anthropic-ratelimit-requests-reset", "1994-11-06T08:49:40Z"),
            ("anthropic-ratelimit-input-tokens-limit", "30000"),
            ("anthropic-ratelimit-output-tokens-remaining", "7000"),
        ])
        .unwrap();
        assert_eq!(anthropic[REQUESTS], bucket(50.0, 49.0, 3.0));
        assert_eq!((anthropic[INPUT].limit, anthropic[OUTPUT].remaining), (Some(30_000.0), Some(7000.0)));
        let together =
            read(&[("x-ratelimit-limit", "10"), ("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1")]);
        assert_eq!(together.unwrap()[REQUESTS], bucket(10.0, 9.0, 1.0));
    }

    #[test]
    fn lengths_of_time() {
        for (text, wanted) in [
            ("6m0s", Some(360.0)),
            ("1.2s", Some(1.2)),
            ("20ms", Some(0.02)),
            ("1h2m3s", Some(3723.0)),
            ("2m59.56s", Some(179.56)),
            ("0", Some(0.0)),
            ("7", Some(7.0)),
            ("1700000000", None),
            ("soon", None),
            ("1x", None),
            ("1994-11-06T08:49:47Z", Some(10.0)),
            ("1994-11-06T09:49:47.5+01:00", Some(10.0)),
            ("1994-11-06T08:00:00Z", Some(0.0)),
            ("1994-13-06T08:00:00Z", None),
        ] {
            let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
            assert_eq!(until(text, now).map(|time| time.as_secs_f64()), wanted, "{text}");
        }
    }
}
