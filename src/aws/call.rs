//! One call: its attempts, the region that it falls back to, and what is said meanwhile.

use std::time::Duration;

use aws_sdk_sts::Client as Sts;
use aws_sdk_sts::config::Region;

use super::attempts::{Attempts, Exhausted, Repeat};
use super::call_error::CallError;
use super::explain::{CallInfo, Operation};
use super::{Client, Failure, answer};
use crate::arn::Partition;

/// STS can be switched off in a region, but never in this one.
const ALWAYS_ACTIVE_REGION: &str = "us-east-1";

/// Whether the user hears of attempts that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    Said,
    /// The user is busy with something else, and nothing is lost if the call fails.
    Silent,
}

impl Client<'_> {
    /// Makes a call within the profile's time-outs and explains its failure.
    pub(super) async fn call<T>(
        &self,
        info: &CallInfo<'_>,
        repeat: Repeat,
        attempt: impl AsyncFn() -> Result<T, CallError>,
    ) -> Result<T, Failure> {
        let attempts = Attempts::new(self.limits, repeat);
        let say = |exhausted: &Exhausted, pause| self.say_repeat(info, exhausted, pause);
        // The early call may turn to it while this one is under way.
        let at_fallback = self.fallback.get().is_some();
        let mut outcome = attempts.make(say, &attempt).await;
        // The region's refusal comes before the code is looked at.
        if matches!(&outcome, Err(exhausted) if exhausted.error.is_region_disabled())
            && !at_fallback
            && attempts.have_time_after(Duration::ZERO)
            && self.fall_back()
        {
            outcome = attempts.make(say, &attempt).await;
        }
        if matches!(&outcome, Err(exhausted) if exhausted.error.is_about_the_device())
            && attempts.have_time_after(Duration::ZERO)
        {
            self.learn_caller(&attempts).await;
        }
        self.tell(info.operation);
        outcome.map_err(|exhausted| match self.transport.take_trouble() {
            Some(trouble) => info.explain_trouble(trouble),
            None => info.explain(&exhausted, self),
        })
    }

    fn say_repeat(&self, info: &CallInfo<'_>, exhausted: &Exhausted, pause: Duration) {
        if info.repeats == Repeats::Said {
            let why = info.why_once(&exhausted.error, self);
            let seconds = pause.as_secs_f32();
            self.messages
                .note(&format!("{why}; trying again in {seconds:.1}s"));
        }
    }

    /// Whose keys these are, for a message; where AWS does not say, the message does without.
    async fn learn_caller(&self, attempts: &Attempts) {
        if self.caller_arn.get().is_some() {
            return;
        }
        let answer = attempts.make(
            |_, _| (),
            async || {
                let answer = self.client().get_caller_identity().send().await;
                answer::identity(answer.map_err(|error| CallError::from_sdk(&error))?)
            },
        );
        if let Ok(identity) = answer.await {
            let _ = self.caller_arn.set(identity.arn);
        }
    }

    pub(super) fn client(&self) -> &Sts {
        self.fallback.get().unwrap_or(&self.sts)
    }

    /// Turns to the region where STS is always active. Not for other partitions, nor where the
    /// user has named the endpoint.
    fn fall_back(&self) -> bool {
        let region = self.profile.region.value.as_str();
        if Partition::of_region(region) != Partition::Aws
            || region == ALWAYS_ACTIVE_REGION
            || self.profile.network.sts_endpoint_url.is_some()
        {
            return false;
        }
        let config = self.sts.config().to_builder();
        let client = Sts::from_conf(config.region(Region::new(ALWAYS_ACTIVE_REGION)).build());
        if self.fallback.set(client).is_ok() {
            self.messages.note(&format!(
                "STS is not active in {region} for this account; going on with {ALWAYS_ACTIVE_REGION}"
            ));
        }
        true
    }

    /// Where the call went, and once that the clocks differ.
    fn tell(&self, operation: Operation) {
        if let Some(target) = self.transport.target() {
            self.messages
                .detail(&format!("{} went to {target}", operation.name()));
        }
        if let Some(difference) = self.clock.news() {
            let then = if self.clock.is_too_far_for_codes() {
                "requests are signed with AWS's time"
            } else {
                "going on with AWS's time"
            };
            self.messages.note(&format!("{difference}; {then}"));
        }
    }
}
