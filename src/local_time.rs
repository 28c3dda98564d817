//! The time where the user is. The C library knows the time zone: `TZ`, else `/etc/localtime`.

use std::ffi::c_long;
use std::fmt;
use std::mem::MaybeUninit;
use std::time::{SystemTime, UNIX_EPOCH};

/// A date, a time of day, and how far ahead of UTC they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    date: (i32, i32, i32),
    time: (i32, i32, i32),
    offset_minutes: c_long,
}

impl LocalTime {
    /// `None` if the C library cannot say.
    pub fn of(time: SystemTime) -> Option<Self> {
        let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let parts = local(seconds)?;
        Some(Self {
            date: (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday),
            time: (parts.tm_hour, parts.tm_min, parts.tm_sec),
            offset_minutes: parts.tm_gmtoff / 60,
        })
    }

    /// `2026-01-02T04:04:05+01:00`.
    pub fn rfc3339(self) -> String {
        format!("{}T{}{}", self.date(), self.time(), self.offset())
    }

    /// `04:04`, and the date before it if that is not the date of `now`.
    pub fn brief(self, now: Option<Self>) -> String {
        let (hour, minute, _) = self.time;
        let time = format!("{hour:02}:{minute:02}");
        if now.is_some_and(|now| now.date == self.date) {
            return time;
        }
        format!("{} {time}", self.date())
    }

    fn date(self) -> String {
        let (year, month, day) = self.date;
        format!("{year:04}-{month:02}-{day:02}")
    }

    fn time(self) -> String {
        let (hour, minute, second) = self.time;
        format!("{hour:02}:{minute:02}:{second:02}")
    }

    fn offset(self) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// `2026-01-02 04:04:05 +01:00`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.date(), self.time(), self.offset())
    }
}

#[expect(
    unsafe_code,
    reason = "no safe function of the standard library knows the time zone"
)]
fn local(seconds: u64) -> Option<libc::tm> {
    let seconds = seconds.try_into().ok()?;
    let mut parts = MaybeUninit::uninit();
    // SAFETY: both pointers are valid for the call, which writes nothing but `parts`.
    let answer = unsafe { libc::localtime_r(&raw const seconds, parts.as_mut_ptr()) };
    // SAFETY: an answer that is not null points to `parts`, which has been filled in.
    (!answer.is_null()).then(|| unsafe { parts.assume_init() })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TIME: LocalTime = LocalTime {
        date: (2026, 1, 2),
        time: (3, 4, 5),
        offset_minutes: -210,
    };

    #[test]
    fn is_written_with_its_distance_from_utc() {
        assert_eq!(TIME.rfc3339(), "2026-01-02T03:04:05-03:30");
        assert_eq!(TIME.to_string(), "2026-01-02 03:04:05 -03:30");
    }

    #[test]
    fn a_local_time_on_another_day_says_so() {
        let tomorrow = LocalTime {
            date: (2026, 1, 3),
            ..TIME
        };
        assert_eq!(TIME.brief(Some(TIME)), "03:04");
        assert_eq!(tomorrow.brief(Some(TIME)), "2026-01-03 03:04");
    }

    /// Whatever the machine's time zone is, it is the same moment.
    #[test]
    fn local_times_are_the_same_moment() {
        let moment = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        let written = LocalTime::of(moment).unwrap().rfc3339();
        let read = aws_smithy_types::DateTime::from_str(
            &written,
            aws_smithy_types::date_time::Format::DateTimeWithOffset,
        );
        assert_eq!(read.unwrap().secs(), 1_767_323_045);
    }
}
