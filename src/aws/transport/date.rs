//! AWS's time, from the `Date` of its answers.

use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};
use http::Response;

use crate::clock::Clock;

/// If the `Date` lies between the request and the answer, the clocks agree, however long the answer
/// took. A server error may come from a gateway, whose clock may be wrong.
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
