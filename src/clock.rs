//! The one place that reads the clock, and the difference between it and AWS's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::TimeSource;
use nix::time::{ClockId, clock_gettime};

use crate::dates::LAST_SECOND;
use crate::duration::in_words;

/// Differences up to this many seconds are not worth following: `Date` counts whole seconds and
/// travels for a while, and AWS accepts a code of the neighbouring 30-second step anyway.
const IGNORED_SECONDS: u64 = 5;

/// A clock that has been set to within so many seconds of AWS's has been set right.
const RIGHT_SECONDS: u64 = 60;

/// AWS takes a request whose signature's time is off by up to 15 minutes ("Signature expired: … -
/// 15 min."). One more for the way.
const ACCEPTED_SECONDS: u64 = 16 * 60;

/// No answer of AWS is from before 2020 or after 2100: such a `Date` is that of a machine on the
/// way, whose clock was never set.
const PLAUSIBLE: std::ops::Range<u64> = 1_577_836_800..4_102_444_800;

/// Codes are computed for the time of the answer, so a forged one could ask for those of any future
/// day. A larger difference is reported and not followed.
const FARTHEST_FOR_CODES: u64 = 86_400;

/// The end of the year 9999, less what a session may last: requests are dated with four digits of a
/// year, and the SDK panics on five. A clock beyond it, or before 1970, is as wrong at the edge.
const LATEST: Duration = Duration::from_secs(LAST_SECOND - 3 * 86_400);

/// Suspend and hibernation do not stop it.
#[cfg(target_os = "linux")]
const COUNTS_SLEEP: ClockId = ClockId::CLOCK_BOOTTIME;
#[cfg(not(target_os = "linux"))]
const COUNTS_SLEEP: ClockId = ClockId::CLOCK_MONOTONIC;

/// The computer's clock, and what has been learned of AWS's from the `Date` of its answers.
/// Clones share what they learn.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Learned>);

#[derive(Debug, Default)]
struct Learned {
    /// AWS's time minus ours, in seconds.
    offset: AtomicI64,
    /// [`Clock::set_by`] when that was learned.
    set_by: AtomicI64,
    /// Whether the user has been told.
    told: AtomicBool,
}

impl Clock {
    /// The computer's time.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    #[expect(
        clippy::unused_self,
        reason = "the computer's clock is one of the two that this knows"
    )]
    pub fn local(&self) -> SystemTime {
        datable(SystemTime::now())
    }

    /// AWS's time, as far as it is known.
    pub fn aws(&self) -> SystemTime {
        let offset = self.offset_seconds();
        let distance = Duration::from_secs(offset.unsigned_abs());
        datable(match offset {
            ..0 => self.local() - distance,
            0.. => self.local() + distance,
        })
    }

    /// AWS's time since the Unix epoch, of which time steps are counted.
    pub fn aws_since_epoch(&self) -> Duration {
        since_epoch(self.aws())
    }

    /// An answer said that it is `date`. If the request was `accepted`, so was the time of its
    /// signature: a date that is far from it is not AWS's.
    pub fn learn(&self, date: SystemTime, accepted: bool) {
        let lies = accepted && seconds_from(self.aws(), date).unsigned_abs() > ACCEPTED_SECONDS;
        if lies || !PLAUSIBLE.contains(&since_epoch(date).as_secs()) {
            return;
        }
        let mut offset = seconds_from(self.local(), date);
        if offset.unsigned_abs() <= IGNORED_SECONDS {
            offset = 0;
        }
        self.0.set_by.store(self.set_by(), Ordering::Relaxed);
        self.0.offset.store(offset, Ordering::Relaxed);
    }

    /// Seconds from the clock that nobody can set to the computer's, which changes only when that is
    /// set: both count while the computer sleeps.
    fn set_by(&self) -> i64 {
        let unset = clock_gettime(COUNTS_SLEEP).map_or(0, |time| time.tv_sec());
        since_epoch(self.local()).as_secs().cast_signed() - unset
    }

    /// Whether AWS's time is another than it seemed when the difference was `offset` seconds: by
    /// more than an answer's way takes.
    pub fn has_moved_since(&self, offset: i64) -> bool {
        self.offset_seconds().abs_diff(offset) > IGNORED_SECONDS
    }

    /// AWS's time minus the computer's, in seconds; 0 until learned, and while they agree. If the
    /// computer's clock has been set right meanwhile, that counts. Any other jump does not: it may be
    /// time that has passed, as while a virtual machine is paused.
    pub fn offset_seconds(&self) -> i64 {
        let offset = self.0.offset.load(Ordering::Relaxed);
        if offset == 0 {
            return 0;
        }
        let remainder = offset - (self.set_by() - self.0.set_by.load(Ordering::Relaxed));
        match remainder.unsigned_abs() {
            distance if distance > RIGHT_SECONDS => offset,
            distance if distance > IGNORED_SECONDS => remainder,
            _ => 0,
        }
    }

    /// Whether AWS's time seems to be too far from the computer's to compute a code for it.
    pub fn is_too_far_for_codes(&self) -> bool {
        self.offset_seconds().unsigned_abs() > FARTHEST_FOR_CODES
    }

    /// The difference in words, the first time that there is one.
    pub fn untold_difference(&self) -> Option<String> {
        self.difference()
            .filter(|_| !self.0.told.swap(true, Ordering::Relaxed))
    }

    /// The difference in words: `this computer's clock is 3h 2m behind AWS's`.
    pub fn difference(&self) -> Option<String> {
        let offset = self.offset_seconds();
        let direction = match offset {
            0 => return None,
            1.. => "behind",
            _ => "ahead of",
        };
        let words = in_words(rounded(offset.unsigned_abs()));
        let far = self.is_too_far_for_codes();
        let is = if far { "seems to be" } else { "is" };
        Some(format!(
            "this computer's clock {is} {words} {direction} AWS's"
        ))
    }
}

/// The SDK signs with AWS's time.
impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        self.aws()
    }
}

/// The nearest time that a request can be dated with.
fn datable(time: SystemTime) -> SystemTime {
    time.clamp(UNIX_EPOCH, UNIX_EPOCH + LATEST)
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Whole seconds from one time to the other; negative if that is earlier.
fn seconds_from(one: SystemTime, other: SystemTime) -> i64 {
    match other.duration_since(one) {
        Ok(later) => later.as_secs().cast_signed(),
        Err(earlier) => -earlier.duration().as_secs().cast_signed(),
    }
}

/// To the minute from an hour on: `Date` has no fractions, and two hours would read 1h 59m 59s.
fn rounded(seconds: u64) -> u64 {
    match seconds {
        0..3_570 => seconds,
        _ => (seconds + 30) / 60 * 60,
    }
}

#[cfg(test)]
mod tests;
