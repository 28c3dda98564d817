//! Failed calls in plain words: what happened, why, and what to do.

mod iam;
mod info;
mod network;
mod refusal;
mod role;
mod row;
mod signin;

use anyhow::anyhow;

use super::attempts::Exhausted;
use super::error::{CallError, Failure, Kind};
use crate::duration::precisely;
use crate::message::hinted;
pub use info::CallInfo;
use info::{Explanation, unusable};

const SPENT: &str = "the code may be spent; log in again with the next one";

/// The failure of a call that was given up.
pub fn failure(info: &CallInfo<'_>, exhausted: &Exhausted) -> Failure {
    let Explanation {
        kind,
        mut cause,
        mut hint,
    } = explain(info, &exhausted.error);
    if exhausted.attempts > 1 && !info.operation.is_silent() {
        let (times, seconds) = (exhausted.attempts, exhausted.elapsed.as_secs_f32());
        cause = format!("{cause} (tried {times} times in {seconds:.1}s)");
    }
    if kind == Kind::LostAnswer && info.operation.carries_code() {
        hint = format!("{SPENT}; {hint}");
    }
    let error = hinted(anyhow!(cause), hint).context(info.operation.could_not());
    Failure { kind, error }
}

/// Why one attempt failed.
pub fn cause(info: &CallInfo<'_>, error: &CallError) -> String {
    explain(info, error).cause
}

fn explain(info: &CallInfo<'_>, error: &CallError) -> Explanation {
    match error {
        CallError::Transport(error) => network::explain(info, error),
        CallError::Refused(refusal) => {
            let mut explanation = if refusal.is_from_aws() {
                refusal::explain(info, refusal)
            } else {
                signin::refused(info, refusal.status)
                    .unwrap_or_else(|| network::foreign(info, refusal.status))
            };
            if let Some(wait) = refusal.retry_after {
                let Explanation { cause, .. } = &mut explanation;
                *cause = format!("{cause}; the server asks to wait {}", precisely(wait));
            }
            explanation
        }
        CallError::Unusable(part) => unusable(info, part),
        CallError::Unsendable(why) => Explanation::new(
            Kind::Hopeless,
            format!("the request cannot be made: {why}"),
            "check the region, the endpoint, use_fips_endpoint and use_dualstack_endpoint",
        ),
    }
}
