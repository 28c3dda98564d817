//! The one place that reads the clock, and the difference between it and AWS's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;

/// Differences up to this many seconds are not worth following: `Date` counts whole seconds and
/// travels for a while, and AWS accepts a code of the neighbouring 30-second step anyway.
const IGNORED_SECONDS: u64 = 5;

/// The computer's clock, and what has been learned of AWS's from the `Date` of its answers.
/// Clones share what they learn.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// AWS's time minus ours, in seconds.
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The computer's time.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    #[expect(
        clippy::unused_self,
        reason = "the computer's clock is one of the two that this knows"
    )]
    pub fn local(&self) -> SystemTime {
        SystemTime::now()
    }

    /// AWS's time, as far as it is known.
    pub fn aws(&self) -> SystemTime {
        let local = self.local();
        let offset = Duration::from_secs(self.offset_seconds().unsigned_abs());
        let aws = if self.offset_seconds() < 0 {
            local.checked_sub(offset)
        } else {
            local.checked_add(offset)
        };
        aws.unwrap_or(local)
    }

    /// An answer of AWS said that it is `date`.
    pub fn learn(&self, date: SystemTime) {
        let local = self.local();
        let (distance, ahead) = match date.duration_since(local) {
            Ok(distance) => (distance, true),
            Err(behind) => (behind.duration(), false),
        };
        let seconds = match distance.as_secs() {
            0..=IGNORED_SECONDS => 0,
            seconds => i64::try_from(seconds).unwrap_or(0),
        };
        self.offset
            .store(if ahead { seconds } else { -seconds }, Ordering::Relaxed);
    }

    /// AWS's time minus the computer's, in seconds; 0 until learned, and while they agree.
    pub fn offset_seconds(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }

    /// The difference in words: `this computer's clock is 3 h 2 min behind AWS's`.
    pub fn difference(&self) -> Option<String> {
        let offset = self.offset_seconds();
        let direction = match offset {
            0 => return None,
            1.. => "behind",
            _ => "ahead of",
        };
        let words = duration_in_words(offset.unsigned_abs());
        Some(format!(
            "this computer's clock is {words} {direction} AWS's"
        ))
    }
}

/// The SDK signs with AWS's time.
impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        self.aws()
    }
}

/// `3 h 2 min`, `41 s`: the two largest units that are not zero. Of hours, the minutes are rounded:
/// `Date` has no fractions, and two hours would be told as 1 h 59 min.
fn duration_in_words(seconds: u64) -> String {
    let seconds = if seconds < 3_570 {
        seconds
    } else {
        (seconds + 30) / 60 * 60
    };
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = parts
        .iter()
        .position(|(count, _)| *count > 0)
        .unwrap_or(parts.len() - 1);
    let shown = parts[first..]
        .iter()
        .take(2)
        .filter(|(count, _)| *count > 0);
    shown
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(difference: i64) -> Clock {
        let clock = Clock::default();
        let distance = Duration::from_secs(difference.unsigned_abs());
        // Half a second more, so that the time that passes in between does not change the figure.
        let half = Duration::from_millis(500);
        let local = clock.local();
        clock.learn(if difference < 0 {
            local - distance
        } else {
            local + distance + half
        });
        clock
    }

    #[test]
    fn small_differences_are_not_followed() {
        for difference in [-5, -1, 0, 1, 5] {
            assert_eq!(learned(difference).offset_seconds(), 0, "{difference}");
        }
    }

    #[test]
    fn a_difference_is_followed_in_both_directions() {
        for difference in [-10_920, -60, 60, 10_920] {
            let clock = learned(difference);
            assert!(
                (clock.offset_seconds() - difference).abs() <= 1,
                "{difference}"
            );
            let ahead = clock.aws() > clock.local();
            assert_eq!(ahead, difference > 0, "{difference}");
        }
    }

    #[test]
    fn an_agreement_clears_what_was_learned() {
        let clock = learned(3_600);
        clock.learn(clock.local());
        assert_eq!(clock.offset_seconds(), 0);
        assert_eq!(clock.difference(), None);
    }

    #[test]
    fn clones_share_what_they_learn() {
        let clock = Clock::default();
        clock.clone().learn(clock.local() + Duration::from_hours(2));
        assert!(clock.offset_seconds() > 7_000);
    }

    #[test]
    fn the_difference_is_told_in_words() {
        let behind = learned(10_920).difference().unwrap();
        assert_eq!(behind, "this computer's clock is 3 h 2 min behind AWS's");
        let ahead = learned(-86_400).difference().unwrap();
        assert_eq!(ahead, "this computer's clock is 1 d ahead of AWS's");
        for (seconds, words) in [
            (59, "59 s"),
            (3_569, "59 min 29 s"),
            (3_599, "1 h"),
            (7_199, "2 h"),
            (86_399, "1 d"),
        ] {
            assert_eq!(duration_in_words(seconds), words);
        }
    }

    #[test]
    fn absurd_dates_do_no_harm() {
        let clock = Clock::default();
        clock.learn(SystemTime::UNIX_EPOCH);
        assert!(clock.aws() < clock.local());
    }
}
