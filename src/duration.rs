//! Durations as people write them: `12h`, `90m`, `1h30m`, `45s`, and `28800` for seconds, as AWS
//! does. Also the value parser of `--duration`.

use std::time::Duration;

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

/// For messages: `12 h`, `15 min`, `1 h 30 min`, `45 s`.
pub fn in_words(seconds: u64) -> String {
    let parts = [
        (seconds / 3600, "h"),
        (seconds % 3600 / 60, "min"),
        (seconds % 60, "s"),
    ];
    let words: Vec<_> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    if words.is_empty() {
        "0 s".to_owned()
    } else {
        words.join(" ")
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
    fn what_is_no_duration() {
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

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,12}|[0-9hms]{0,30}") {
            let _ = parse(&text);
        }

        #[test]
        fn hours_minutes_and_seconds_add_up(h in 0..1_000_000_u64, m: u32, s: u32) {
            let seconds = h * 3600 + u64::from(m) * 60 + u64::from(s);
            proptest::prop_assert_eq!(parse(&format!("{h}h{m}m{s}s")), Ok(seconds));
            proptest::prop_assert_eq!(parse(&in_words(seconds).replace(' ', "").replace("min", "m")), Ok(seconds));
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
