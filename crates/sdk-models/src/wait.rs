//! How long to wait: before one request is sent again, and before anything is sent at all.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest wait that a server may ask for; beyond it the row is given up.
pub(crate) const LONGEST: Duration = Duration::from_mins(2);
/// The longest wait of our own.
const CAP: f64 = 30.0;

/// A number in `0..1` that is the same for the same run, call and attempt.
pub(crate) fn fraction(seed: u64, ticket: u64, attempt: u32) -> f64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes()).update(&ticket.to_le_bytes()).update(&attempt.to_le_bytes());
    let hash = hasher.finalize();
    let [a, b, c, d, ..] = *hash.as_bytes();
    f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

/// How long to wait after failure number `attempt` (from 0), with the server's own wish as the floor.
pub(crate) fn before_retry(seed: u64, ticket: u64, attempt: u32, asked: Option<Duration>) -> Duration {
    let fraction = fraction(seed, ticket, attempt);
    let exponent = i32::try_from(attempt.min(16)).unwrap_or(16);
    let own = Duration::from_secs_f64((0.5 + fraction / 2.0) * (0.5 * 2_f64.powi(exponent)).min(CAP));
    // The jitter keeps those that were told the same from coming back all at once.
    asked.map_or(own, |asked| own.max(asked.mul_f64(1.0 + fraction / 10.0)))
}

/// The wait that a server asks for: `retry-after-ms`, or `Retry-After` in seconds or as a date.
pub(crate) fn asked(milliseconds: Option<&str>, after: Option<&str>, now: SystemTime) -> Option<Duration> {
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    // Beyond a day all is the same, and a Duration has its limits.
    let seconds = |number: f64| Duration::from_secs_f64(number.min(86_400.0));
    if let Some(number) = milliseconds.and_then(number) {
        return Some(seconds(number / 1000.0));
    }
    let after = after?;
    match number(after) {
        Some(number) => Some(seconds(number)),
        None => Some(date(after)?.duration_since(now).unwrap_or_default()),
    }
}

/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(text: &str) -> Option<SystemTime> {
    let words: Vec<&str> = text.split([' ', ':']).filter(|word| !word.is_empty()).collect();
    let [_, day, month, year, hour, minute, second, "GMT"] = words[..] else { return None };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = u64::try_from(months.iter().position(|name| *name == month)?).ok()? + 1;
    let (day, year) = (within(day, 31)?, within(year, 9999)?);
    time((year, month, day), (within(hour, 23)?, within(minute, 59)?, within(second, 60)?))
}

/// A moment as RFC 3339 writes it: `1994-11-06T08:49:37Z`.
pub(crate) fn moment(text: &str) -> Option<SystemTime> {
    let (date, clock) = text.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let (clock, offset) = match clock.find(['Z', 'z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, "Z"),
    };
    let [hour, minute, second] = numbers(clock.split('.').next()?, ':')?;
    let utc = time((year, month, day), (hour, minute, second))?;
    let Some(shift) = offset.strip_prefix(['+', '-']) else { return Some(utc) };
    let (hours, minutes) = shift.split_once(':')?;
    let shift = Duration::from_secs(within(hours, 23)? * 3600 + within(minutes, 59)? * 60);
    if offset.starts_with('+') { utc.checked_sub(shift) } else { utc.checked_add(shift) }
}

/// Three numbers, parted.
fn numbers(text: &str, by: char) -> Option<[u64; 3]> {
    let mut numbers = text.split(by).map(|number| within(number, 9999));
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(three)
}

fn within(text: &str, most: u64) -> Option<u64> {
    text.parse::<u64>().ok().filter(|number| *number <= most)
}

/// A moment of the world's clock, from year, month, day and hour, minute, second.
fn time((year, month, day): (u64, u64, u64), (hour, minute, second): (u64, u64, u64)) -> Option<SystemTime> {
    if year < 1970 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years begin in March, so that the leap day is the last one.
    let (shifted, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * months + 2) / 5 + day - 1;
    let seconds = hour * 3600 + minute * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(days.checked_sub(719_468)? * 86_400 + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_waits_double_within_their_bounds() {
        for attempt in 0..12 {
            let full = (0.5 * 2_f64.powi(i32::try_from(attempt).unwrap())).min(30.0);
            for ticket in 0..50 {
                let wait = before_retry(1, ticket, attempt, None).as_secs_f64();
                assert!(wait >= full / 2.0 && wait <= full, "{attempt}: {wait}");
            }
        }
        assert_eq!(before_retry(1, 2, 3, None), before_retry(1, 2, 3, None));
        assert_ne!(before_retry(1, 2, 3, None), before_retry(1, 3, 3, None));
    }

    #[test]
    fn the_servers_wish_is_the_floor() {
        let wait = before_retry(1, 1, 0, Some(Duration::from_secs(10)));
        assert!(wait >= Duration::from_secs(10) && wait <= Duration::from_secs(11));
        assert!(before_retry(1, 1, 6, Some(Duration::from_millis(1))) >= Duration::from_secs(15));
    }

    #[test]
    fn wishes_in_all_forms() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (milliseconds, after, wanted) in [
            (None, None, None),
            (Some("1500"), Some("9"), Some(1500)),
            (Some("soon"), Some("2"), Some(2000)),
            (None, Some(" 0.25 "), Some(250)),
            (None, Some("-1"), None),
            (None, Some("inf"), None),
            (None, Some("1e300"), Some(86_400_000)),
            (None, Some("Sun, 06 Nov 1994 08:49:47 GMT"), Some(10_000)),
            (None, Some("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0)),
            (None, Some("Thu, 29 Feb 1996 00:00:00 GMT"), Some(41_440_223_000)),
            (None, Some("tomorrow"), None),
        ] {
            let found = asked(milliseconds, after, now).map(|wait| wait.as_millis());
            assert_eq!(found, wanted, "{milliseconds:?} {after:?}");
        }
    }
}
