//! What an answer's `Date` says of AWS's time.

use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};
use http::Response;

use crate::clock::Clock;

/// A `Date` between question and answer says that both clocks agree, however long the answer
/// took. A gateway's error or a captive portal's page has a clock of its own.
pub fn learn(clock: &Clock, asked: SystemTime, answer: &Response<Vec<u8>>) {
    let status = answer.status();
    if !(status.is_success() || status.is_client_error()) {
        return;
    }
    let date = answer.headers().get("date").and_then(|date| {
        let date = DateTime::from_str(date.to_str().ok()?, Format::HttpDate).ok()?;
        SystemTime::try_from(date).ok()
    });
    if let Some(date) = date {
        let answered = clock.local();
        let agree = asked <= date && date <= answered;
        let date = if agree { answered } else { date };
        clock.learn(date, status.is_success());
    }
}
