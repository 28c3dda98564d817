//! Durations as people write them: `12h`, `90m`, `1h30m`, `45s`, and `28800` for seconds, as AWS
//! does. Also the value parser of `--duration`.

use std::time::Duration;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Seconds. Whether AWS accepts that many is the plan's business.
pub fn parse(text: &str) -> Result<u64, String> {
    let text = text.trim();
    sum(text).filter(|_| !text.is_empty()).ok_or_else(|| {
        format!("{text:?} is not a duration: write 12h, 90m, 1h30m or a number of seconds")
    })
}

/// `None` for anything that is not a duration or does not fit.
fn sum(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let unit = rest.get(digits..)?;
        let seconds = match unit.chars().next() {
            Some('h') => 3600,
            Some('m') => 60,
            Some('s') => 1,
            // A bare number is only seconds when it stands alone: `1h30` could mean anything.
            None if digits == text.len() => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(seconds)?)?;
        rest = unit.get(1..).unwrap_or_default();
    }
    Some(total)
}

/// A time-out in seconds, as the AWS CLI's `--cli-connect-timeout` takes it; fractions are allowed.
/// 0.001 to 3600: no time-out at all would let a dead network hang the shell.
pub fn parse_timeout(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.trim().parse().ok();
    seconds
        .filter(|seconds| (0.001..=3600.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| format!("{text:?} is not a number of seconds between 0.001 and 3600"))
}

/// The one way to say a duration: `12h`, `1h 30m`, `45s`. Of more than two days, days: `3d 4h`.
pub fn in_words(seconds: u64) -> String {
    let days = seconds / DAY >= 3;
    let parts = [
        (if days { seconds / DAY } else { 0 }, "d"),
        (if days { seconds % DAY } else { seconds } / HOUR, "h"),
        (seconds % HOUR / 60, "m"),
        (seconds % 60, "s"),
    ];
    let words = parts.iter().filter(|(number, _)| *number > 0);
    let words: Vec<_> = words
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    if words.is_empty() {
        "0s".to_owned()
    } else {
        words.join(" ")
    }
}

/// A time of which nobody needs more than the two largest units: `3d 4h`, `12m 5s`.
pub fn roughly(time: Duration) -> String {
    let seconds = time.as_secs();
    in_words(match seconds {
        0..HOUR => seconds,
        HOUR..DAY => seconds / 60 * 60,
        _ => seconds / HOUR * HOUR,
    })
}

/// What is left of a session: `11h 59m`, and seconds only in the last hour.
pub fn time_left(left: Duration) -> String {
    let seconds = left.as_secs();
    in_words(match seconds {
        0..HOUR => seconds,
        _ => seconds / 60 * 60,
    })
}

/// A time-out or a pause, which may be a part of a second: `0.5s`.
pub fn precisely(time: Duration) -> String {
    match time.subsec_millis() {
        0 => in_words(time.as_secs()),
        _ => format!("{}s", (time.as_secs_f64() * 1000.0).round() / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_people_write_durations() {
        for (text, seconds) in [
            ("12h", 43_200),
            ("90m", 5_400),
            ("1h30m", 5_400),
            ("1h0m0s", 3_600),
            ("45s", 45),
            ("28800", 28_800),
            (" 900 ", 900),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn invalid_durations_are_refused() {
        for text in [
            "",
            " ",
            "h",
            "1h30",
            "-1",
            "+1",
            "1.5h",
            "1d",
            "1 h",
            "99999999999999999999",
            "9999999999999999999h",
            "٣h",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn one_way_to_say_a_duration() {
        for (seconds, words) in [
            (0, "0s"),
            (59, "59s"),
            (545, "9m 5s"),
            (3_600, "1h"),
            (43_199, "11h 59m 59s"),
            (129_600, "36h"),
            (273_600, "3d 4h"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
        for (millis, words) in [
            (500, "0.5s"),
            (15_000, "15s"),
            (1_200, "1.2s"),
            (90_000, "1m 30s"),
        ] {
            assert_eq!(precisely(Duration::from_millis(millis)), words);
        }
        let left = |seconds| time_left(Duration::from_secs(seconds));
        assert_eq!(
            [59, 3_599, 3_659, 43_199].map(left),
            ["59s", "59m 59s", "1h", "11h 59m"]
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,12}|[0-9hms]{0,30}") {
            let _ = parse(&text);
        }

        #[test]
        fn hours_minutes_and_seconds_add_up(h in 0..1_000_000_u64, m: u32, s: u32) {
            let seconds = h * 3600 + u64::from(m) * 60 + u64::from(s);
            proptest::prop_assert_eq!(parse(&format!("{h}h{m}m{s}s")), Ok(seconds));
            proptest::prop_assert_eq!(parse(&in_words(seconds % (3 * DAY)).replace(' ', "")), Ok(seconds % (3 * DAY)));
        }

        #[test]
        fn a_timeout_is_never_endless(text in "\\PC{0,8}|-?[0-9]{0,5}[.]?[0-9]{0,9}(e-?[0-9]{1,4})?|inf|nan") {
            if let Ok(timeout) = parse_timeout(&text) {
                let range = Duration::from_millis(1)..=Duration::from_hours(1);
                proptest::prop_assert!(range.contains(&timeout), "{text}");
            }
        }
    }
}
