//! Dates in UTC, and in the user's time zone, which the C library knows: `TZ`, else `/etc/localtime`.

use std::fmt;
use std::mem::MaybeUninit;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::date_time::{DateTime, Format};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The end of the year 9999, in seconds since the Unix epoch: neither AWS nor `on` writes a later date.
pub const LAST_SECOND: u64 = 253_402_300_799;

/// Whole seconds since the Unix epoch; 0 for a time before it.
pub fn since_epoch(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// `2026-01-02T03:04:05Z`: RFC 3339 with an offset, which is what botocore parses. Empty for a year
/// after 9999.
pub fn utc(time: SystemTime) -> String {
    let whole = DateTime::from_secs(since_epoch(time).cast_signed());
    whole.fmt(Format::DateTime).unwrap_or_default()
}

/// A moment that JSON has as [`utc`] writes it.
#[derive(Clone, Copy, PartialEq)]
pub struct Utc(pub SystemTime);

impl Utc {
    /// Zero once it is over.
    pub fn left(self, now: SystemTime) -> Duration {
        self.0.duration_since(now).unwrap_or_default()
    }
}

impl Serialize for Utc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&utc(self.0))
    }
}

impl<'de> Deserialize<'de> for Utc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let date = DateTime::from_str(&text, Format::DateTime).map_err(D::Error::custom)?;
        let seconds = u64::try_from(date.secs()).map_err(D::Error::custom)?;
        Ok(Self(UNIX_EPOCH + Duration::from_secs(seconds)))
    }
}

/// A date, a time of day, and how far ahead of UTC they are: `2026-01-02`, `04:04:05`, `+01:00`.
#[derive(Debug)]
pub struct LocalTime {
    date: String,
    time: String,
    offset: String,
}

impl LocalTime {
    /// `None` if the C library cannot say.
    pub fn of(time: SystemTime) -> Option<Self> {
        let tm = local(time.duration_since(UNIX_EPOCH).ok()?.as_secs())?;
        let (year, month) = (tm.tm_year + 1900, tm.tm_mon + 1);
        let sign = if tm.tm_gmtoff < 0 { '-' } else { '+' };
        let minutes = tm.tm_gmtoff.unsigned_abs() / 60;
        Some(Self {
            date: format!("{year:04}-{month:02}-{:02}", tm.tm_mday),
            time: format!("{:02}:{:02}:{:02}", tm.tm_hour, tm.tm_min, tm.tm_sec),
            offset: format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        })
    }

    /// `2026-01-02T04:04:05+01:00`.
    pub fn rfc3339(&self) -> String {
        format!("{}T{}{}", self.date, self.time, self.offset)
    }

    /// `04:04`, and the date before it if that is not the date of `now`.
    pub fn brief(&self, now: Option<&Self>) -> String {
        let (date, time) = (&self.date, self.time.get(..5).unwrap_or_default());
        match now {
            Some(now) if now.date == *date => time.to_owned(),
            _ => format!("{date} {time}"),
        }
    }
}

/// `2026-01-02 04:04:05 +01:00`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.date, self.time, self.offset)
    }
}

/// The moment at which the clock on the wall shows what `as_utc` shows in UTC. If it shows that twice
/// (as summer time ends), the later one. `None` if the C library cannot say.
pub fn from_local(as_utc: SystemTime) -> Option<SystemTime> {
    let wanted = since_epoch(as_utc).cast_signed();
    // The time zone changes at most once from the day before to the day after.
    let around = [wanted - DAY, wanted + DAY];
    let ahead = around.map(|at| Some(local(at.try_into().ok()?)?.tm_gmtoff));
    let candidates = ahead.into_iter().flatten().map(|ahead| wanted - ahead);
    let shows_it = |moment: &i64| {
        let parts = u64::try_from(*moment).ok().and_then(local);
        parts.is_some_and(|parts| moment + parts.tm_gmtoff == wanted)
    };
    // The clock may have jumped over it.
    let latest = candidates
        .clone()
        .filter(shows_it)
        .max()
        .or(candidates.max())?;
    Some(UNIX_EPOCH + Duration::from_secs(u64::try_from(latest).ok()?))
}

/// Seconds.
const DAY: i64 = 86_400;

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
    use super::*;

    fn on(date: &str) -> LocalTime {
        LocalTime {
            date: date.to_owned(),
            time: "03:04:05".to_owned(),
            offset: "-03:30".to_owned(),
        }
    }

    #[test]
    fn is_written_with_its_distance_from_utc() {
        let time = on("2026-01-02");
        assert_eq!(time.rfc3339(), "2026-01-02T03:04:05-03:30");
        assert_eq!(time.to_string(), "2026-01-02 03:04:05 -03:30");
    }

    #[test]
    fn a_local_time_on_another_day_says_so() {
        let (today, tomorrow) = (on("2026-01-02"), on("2026-01-03"));
        assert_eq!(today.brief(Some(&today)), "03:04");
        assert_eq!(tomorrow.brief(Some(&today)), "2026-01-03 03:04");
    }

    /// Whatever the machine's time zone is.
    #[test]
    fn a_local_time_is_a_moment() {
        for hours in 0..9_000 {
            let moment = UNIX_EPOCH + Duration::from_secs(1_767_323_045 + hours * 3_600);
            let parts = local(since_epoch(moment)).unwrap();
            let wall = since_epoch(moment).cast_signed() + parts.tm_gmtoff;
            let wall = UNIX_EPOCH + Duration::from_secs(wall.cast_unsigned());
            let back = from_local(wall).unwrap();
            // An hour that comes twice.
            assert!(back == moment || back == moment + Duration::from_hours(1));
        }
    }

    /// Whatever the machine's time zone is, it is the same moment.
    #[test]
    fn local_times_are_the_same_moment() {
        let moment = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        let written = LocalTime::of(moment).unwrap().rfc3339();
        let read = DateTime::from_str(&written, Format::DateTimeWithOffset);
        assert_eq!(read.unwrap().secs(), 1_767_323_045);
    }
}
