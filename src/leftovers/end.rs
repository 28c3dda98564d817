//! When a secret ends, in the ways that tools write it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::date_time::{DateTime, Format};

use crate::dates::{LAST_SECOND, from_local};
use crate::duration::roughly;

/// When a secret ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    At(SystemTime),
    /// The tool did not write it.
    Unknown,
    /// AWS was asked, and no longer accepts it.
    Refused,
    /// AWS was asked, and accepts it.
    Accepted,
}

/// The clock of a tool that writes no time zone.
#[derive(Clone, Copy)]
pub enum Zone {
    Utc,
    Local,
    /// The later one counts: a session that may be valid is not dead.
    Either,
}

impl End {
    /// [`End::Unknown`] if `text` is no date.
    pub fn read(text: &str, zone: Zone) -> Self {
        parse(text, zone).map_or(Self::Unknown, Self::At)
    }

    /// `expired 3d 4h ago`.
    pub fn in_words(&self, now: SystemTime) -> String {
        match self {
            Self::At(end) if *end > now => {
                let left = end.duration_since(now).unwrap_or_default();
                format!("valid for {}", roughly(left))
            }
            Self::At(end) => {
                let ago = now.duration_since(*end).unwrap_or_default();
                format!("expired {} ago", roughly(ago))
            }
            Self::Refused => "which AWS no longer accepts".to_owned(),
            Self::Accepted => "which AWS accepts".to_owned(),
            Self::Unknown => "without an expiry".to_owned(),
        }
    }
}

/// For a session without a known end, which must have one.
pub fn far() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(LAST_SECOND)
}

/// `2026-01-02T03:04:05` or `2026-01-02 03:04:05`, with or without a fraction, then nothing, `Z`,
/// `UTC`, `+01:00` or `+0100`; or seconds or milliseconds since the Unix epoch.
fn parse(text: &str, zone: Zone) -> Option<SystemTime> {
    let text = text.trim().trim_matches(['"', '\'']);
    if let Ok(number) = text.parse::<u64>() {
        return since_epoch(number);
    }
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let time = rest.get(..8)?;
    let is_of_fraction = |c: char| c == '.' || c.is_ascii_digit();
    let offset = rest.get(8..)?.trim_start_matches(is_of_fraction).trim();
    let moment = |offset: &str| {
        let text = format!("{date}T{time}{offset}");
        let read = DateTime::from_str(&text, Format::DateTimeWithOffset).ok()?;
        Some(UNIX_EPOCH + Duration::from_secs(u64::try_from(read.secs()).ok()?))
    };
    match (offset, zone) {
        ("", Zone::Utc) | ("Z" | "z" | "UTC" | "GMT", _) => moment("Z"),
        ("", Zone::Local) => from_local(moment("Z")?),
        ("", Zone::Either) => Some(from_local(moment("Z")?)?.max(moment("Z")?)),
        (offset, _) => moment(&with_colon(offset)?),
    }
}

/// `+01:00` for `+0100` and `+01`.
fn with_colon(offset: &str) -> Option<String> {
    let digits = offset.replace(':', "") + "00";
    Some(format!("{}:{}", digits.get(..3)?, digits.get(3..5)?))
}

/// No session ends after the year 5000, and none ended in the first months of 1970.
fn since_epoch(number: u64) -> Option<SystemTime> {
    const MILLISECONDS_FROM: u64 = 95_617_584_000;
    let seconds = match number {
        0..MILLISECONDS_FROM => number,
        _ => number / 1000,
    };
    (seconds <= LAST_SECOND).then(|| UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_in_which_tools_write_a_time() {
        let at = |seconds| Some(UNIX_EPOCH + Duration::from_secs(seconds));
        for (text, seconds) in [
            ("2026-01-02T03:04:05Z", 1_767_323_045),
            ("2026-01-02T03:04:05UTC", 1_767_323_045),
            ("2026-01-02T03:04:05.123Z", 1_767_323_045),
            ("2026-01-02T03:04:05+00:00", 1_767_323_045),
            ("2026-01-02 04:04:05+01:00", 1_767_323_045),
            ("2026-01-01T22:34:05-0430", 1_767_323_045),
            ("2026-01-02 03:04:05", 1_767_323_045),
            ("\"2026-01-02 03:04:05\"", 1_767_323_045),
            ("1767323045", 1_767_323_045),
            ("1767323045000", 1_767_323_045),
        ] {
            assert_eq!(parse(text, Zone::Utc), at(seconds), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-13-02 03:04:05",
            "2026-01-02",
            "2026-01-02 03:04:05 CET",
        ] {
            assert_eq!(parse(text, Zone::Utc), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,30}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.+-]{0,20}") {
            for zone in [Zone::Utc, Zone::Local, Zone::Either] {
                let _ = parse(&text, zone);
            }
        }
    }
}
