//! The clock, against the `Date` of AWS's answers.

use super::super::clock::SET_IT;
use super::super::finding::Finding;
use crate::clock::Clock;

const CLOCK: &str = "clock";

/// Seconds of a clock's error that AWS forgives the codes of authenticators on this computer.
const OF_CODES: u64 = 30;

/// Seconds after which AWS refuses the requests of tools that follow this computer's clock.
const OF_SIGNATURES: u64 = 15 * 60;

pub fn finding(clock: &Clock) -> Finding {
    let Some(difference) = clock.difference() else {
        return Finding::ok(CLOCK, "this computer's clock agrees with AWS's");
    };
    match clock.offset_seconds().unsigned_abs() {
        0..OF_CODES => Finding::ok(CLOCK, difference),
        OF_CODES..OF_SIGNATURES => {
            let text =
                format!("{difference}: AWS refuses the codes that other programs here compute");
            Finding::warning(CLOCK, text, SET_IT)
        }
        _ => {
            let text = format!("{difference}: AWS refuses what other tools here sign");
            Finding::error(CLOCK, text, SET_IT)
        }
    }
}
