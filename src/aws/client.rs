//! A client for one set of long-term keys: how every call is made, which region it falls back to,
//! and what the user hears meanwhile.

use std::cell::OnceCell;
use std::time::Duration;

use aws_sdk_sts::Client as Sts;

use super::attempts::{Attempts, Timeouts};
use super::error::{CallError, Failure, Kind, Refusal};
use super::explain::{self, CallInfo};
use super::request::Operation;
use super::settings;
use super::transport::{Target, Transport};
use crate::arn::Partition;
use crate::clock::Clock;
use crate::context::Context;
use crate::credentials::LongTermKeys;
use crate::message::Messages;
use crate::profile::{NetworkSettings, Profile, Proxies, warn_of_foreign};

/// STS can be switched off in a region, but never in this one.
const ALWAYS_ACTIVE_REGION: &str = "us-east-1";

/// A transport for these settings; `variable` looks up the variables that name proxies.
pub fn transport_for(
    network: &NetworkSettings,
    variable: impl Fn(&str) -> Option<String>,
    clock: &Clock,
) -> Transport {
    let connect_timeout = Timeouts::of(network).connect;
    let bundle = network.ca_bundle.clone();
    Transport::new(
        Proxies::read(variable),
        bundle,
        connect_timeout,
        clock.clone(),
    )
}

pub struct Client<'a> {
    pub(super) profile: &'a Profile,
    pub(super) keys: &'a LongTermKeys,
    pub(super) clock: &'a Clock,
    pub(super) messages: &'a Messages,
    pub(super) transport: Transport,
    timeouts: Timeouts,
    sts: Sts,
    /// The client for us-east-1, once STS has turned out to be switched off in the region.
    fallback: OnceCell<Sts>,
    /// Whose keys these are, once `GetCallerIdentity` has said so, and where it went.
    caller: OnceCell<(String, Target)>,
}

impl<'a> Client<'a> {
    /// Everything is given explicitly; nothing is read from the environment but proxies.
    pub fn new(profile: &'a Profile, keys: &'a LongTermKeys, context: &Context<'a>) -> Self {
        let Context {
            environment,
            clock,
            messages,
            ..
        } = context;
        if let Some(custom) = &profile.network.sts_endpoint_url {
            warn_of_foreign(custom, messages);
        }
        let variable = |name: &str| environment.get(name).map(str::to_owned);
        let transport = transport_for(&profile.network, variable, clock);
        Self::over(transport, profile, keys, clock, messages)
    }

    /// A client that shares its connections with others.
    pub fn over(
        transport: Transport,
        profile: &'a Profile,
        keys: &'a LongTermKeys,
        clock: &'a Clock,
        messages: &'a Messages,
    ) -> Self {
        Self {
            sts: settings::sts(profile, keys, clock, &transport),
            profile,
            keys,
            clock,
            messages,
            transport,
            timeouts: Timeouts::of(&profile.network),
            fallback: OnceCell::new(),
            caller: OnceCell::new(),
        }
    }

    /// Whose keys these are, if AWS has said so already.
    pub fn caller_arn(&self) -> Option<&str> {
        self.caller.get().map(|(arn, _)| arn.as_str())
    }

    /// Asks AWS whose keys these are.
    pub(super) async fn ask_caller(&self) -> Result<String, CallError> {
        let answer = self.sts().get_caller_identity().send().await?;
        let arn = answer.arn.filter(|arn| arn.starts_with("arn:"));
        let arn = arn.ok_or(CallError::Unusable("it does not name the caller"))?;
        let target = self.transport.target().unwrap_or_default();
        Ok(self.caller.get_or_init(|| (arn, target)).0.clone())
    }

    /// The SDK's client for the region that is asked.
    pub(super) fn sts(&self) -> &Sts {
        self.fallback.get().unwrap_or(&self.sts)
    }

    /// Makes a call within the profile's time-outs and explains its failure. If it fails because
    /// this computer's clock is wrong, AWS's time is known afterwards: a call without a code is made
    /// again with it.
    pub(super) async fn call<T>(
        &self,
        operation: Operation<'_>,
        attempt: impl AsyncFn() -> Result<T, CallError>,
    ) -> Result<T, Failure> {
        match self.call_once(operation, &attempt).await {
            Err(failure) if failure.kind == Kind::ClockSkew && !operation.carries_code() => {
                self.call_once(operation, &attempt).await
            }
            outcome => outcome,
        }
    }

    async fn call_once<T>(
        &self,
        operation: Operation<'_>,
        attempt: impl AsyncFn() -> Result<T, CallError>,
    ) -> Result<T, Failure> {
        let attempts = Attempts::new(self.timeouts, operation.acts_once());
        let announce = |error: &CallError, pause| self.announce(operation, error, pause);
        // Another call may switch to the fallback while this one is under way.
        let at_fallback = self.fallback.get().is_some();
        let mut outcome = attempts.make(announce, &attempt).await;
        let has_time = attempts.have_time_after(Duration::ZERO);
        // AWS looks at the region before it looks at the code.
        let is_disabled =
            matches!(&outcome, Err(end) if end.is_refusal(Refusal::is_region_disabled));
        if is_disabled && has_time && !at_fallback && self.fall_back() {
            outcome = attempts.make(announce, &attempt).await;
        }
        // The message names the caller, if AWS says who it is.
        let of_device =
            matches!(&outcome, Err(end) if end.is_refusal(Refusal::is_about_the_device));
        if of_device && has_time && self.caller.get().is_none() {
            let ask = async || self.ask_caller().await;
            let _ = attempts.make(|_, _| (), ask).await;
        }
        self.say_what_was_learned(operation);
        outcome.map_err(|exhausted| explain::failure(&self.info(operation), &exhausted))
    }

    /// Replaces the connection to STS before it gets too old, without a request. (The last request may
    /// have gone to IAM.)
    pub async fn refresh_connection(&self) -> Result<(), Failure> {
        let Some((_, target)) = self.caller.get() else {
            return Ok(());
        };
        let attempts = Attempts::new(self.timeouts, false);
        let refreshed = attempts.make(
            |_, _| (),
            async || {
                let refreshed = self.transport.refresh(target.clone()).await;
                refreshed.map_err(CallError::Transport)
            },
        );
        let operation = Operation::GetCallerIdentity { silent: true };
        let failed = |exhausted| explain::failure(&self.info(operation), &exhausted);
        refreshed.await.map_err(failed)
    }

    fn info<'b>(&'b self, operation: Operation<'b>) -> CallInfo<'b> {
        CallInfo {
            operation,
            profile: self.profile,
            keys: self.keys,
            clock: self.clock,
            timeouts: self.timeouts,
            caller_arn: self.caller_arn(),
            target: self.transport.target().unwrap_or_default(),
        }
    }

    fn announce(&self, operation: Operation<'_>, error: &CallError, pause: Duration) {
        if !operation.is_silent() {
            let why = explain::cause(&self.info(operation), error);
            self.messages.retry(&why, pause);
        }
    }

    /// Switches to the region where STS is always active, and says whether it could: not in other
    /// partitions, nor if the user has set the endpoint.
    fn fall_back(&self) -> bool {
        let region = self.profile.region.value.as_str();
        if Partition::of_region(region) != Partition::AWS
            || region == ALWAYS_ACTIVE_REGION
            || self.profile.network.sts_endpoint_url.is_some()
        {
            return false;
        }
        let sts = settings::in_region(ALWAYS_ACTIVE_REGION, &self.sts);
        if self.fallback.set(sts).is_ok() {
            self.messages.note(&format!(
                "STS is not active in {region} for this account; going on with {ALWAYS_ACTIVE_REGION}"
            ));
        }
        true
    }

    /// Where the call went, and once by how much the clocks differ.
    fn say_what_was_learned(&self, operation: Operation<'_>) {
        if let Some(target) = self.transport.target() {
            self.messages
                .detail(&format!("{} went to {target}", operation.name()));
        }
        if let Some(difference) = self.clock.untold_difference() {
            let then = if self.clock.is_too_far_for_codes() {
                "requests are signed with AWS's time"
            } else {
                "going on with AWS's time"
            };
            self.messages.note(&format!("{difference}; {then}"));
        }
    }
}
