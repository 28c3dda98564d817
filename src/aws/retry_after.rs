//! How long whoever answered asks to wait: `Retry-After` (RFC 9110, section 10.2.3) in seconds or as
//! a date, and AWS's `x-amz-retry-after` in milliseconds.

use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::date_time::{DateTime, Format};

/// The wait, where one of the headers gives it. A date is measured from the answer's own `Date`:
/// the computer's clock may be wrong.
pub fn retry_after(headers: &Headers) -> Option<Duration> {
    let amazons = headers.get("x-amz-retry-after");
    if let Some(milliseconds) = amazons.and_then(|text| text.trim().parse().ok()) {
        return Some(Duration::from_millis(milliseconds));
    }
    let text = headers.get("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = date(headers.get("date")?)?;
    Some(date(text)?.duration_since(now).unwrap_or_default())
}

fn date(text: &str) -> Option<SystemTime> {
    let date = DateTime::from_str(text, Format::HttpDate).ok()?;
    SystemTime::try_from(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&'static str, &'static str)]) -> Option<u64> {
        let mut all = Headers::new();
        for (name, value) in headers {
            all.insert(*name, *value);
        }
        retry_after(&all).map(|wait| u64::try_from(wait.as_millis()).unwrap())
    }

    #[test]
    fn seconds_dates_and_milliseconds() {
        let date = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
        let at = |text| asked(&[date, ("retry-after", text)]);
        assert_eq!(at("3"), Some(3_000));
        assert_eq!(at("Fri, 02 Jan 2026 03:04:15 GMT"), Some(10_000));
        assert_eq!(at("Fri, 02 Jan 2026 03:04:00 GMT"), Some(0));
        for odd in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(at(odd), None, "{odd}");
        }
        let amazons = ("x-amz-retry-after", "250");
        assert_eq!(asked(&[amazons, ("retry-after", "3")]), Some(250));
        let undated = [("retry-after", "Fri, 02 Jan 2026 03:04:15 GMT")];
        assert_eq!(asked(&undated), None);
        assert_eq!(asked(&[]), None);
    }
}
