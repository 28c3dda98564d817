//! The calls to STS (and the one to IAM that finds an MFA device).
//!
//! The SDK makes the requests and reads the answers. Identity, region, HTTP client, clock, retries
//! and time-outs are given to it here; it reads no file and no variable of its own.

mod answer;
mod assume_role;
mod attempts;
mod call;
mod call_error;
mod endpoint;
mod explain;
mod failure;
mod foreign_endpoint;
pub mod mfa_devices;
mod retry_after;
mod settings;
mod transport;

use std::cell::OnceCell;

use anyhow::{Context, Result};
use aws_sdk_sts::Client as Sts;

use crate::clock::Clock;
use crate::credentials::{Credentials, LongTermKeys};
use crate::environment::Environment;
use crate::message::Messages;
use crate::mfa::TokenCode;
use crate::profile::Profile;
pub use assume_role::RoleRequest;
use attempts::{Limits, Repeat};
pub use call::Repeats;
use call_error::CallError;
use explain::{CallInfo, Operation};
pub use failure::{Failure, Kind};
use transport::Transport;
use transport::proxy::Proxies;

/// The answer of `GetCallerIdentity`.
#[derive(Debug)]
pub struct CallerIdentity {
    pub arn: String,
}

/// A client for one set of long-term keys.
pub struct Client<'a> {
    profile: &'a Profile,
    keys: &'a LongTermKeys,
    clock: &'a Clock,
    messages: &'a Messages,
    limits: Limits,
    transport: Transport,
    sts: Sts,
    /// The client for us-east-1, once STS has turned out to be switched off in the region.
    fallback: OnceCell<Sts>,
    /// Whose keys these are, once `GetCallerIdentity` has said so.
    caller_arn: OnceCell<String>,
}

impl<'a> Client<'a> {
    /// Everything is given explicitly; nothing is read from the environment but proxies.
    pub fn new(
        profile: &'a Profile,
        keys: &'a LongTermKeys,
        environment: &Environment,
        clock: &'a Clock,
        messages: &'a Messages,
    ) -> Result<Self> {
        let proxies = Proxies::read(|name| environment.get(name).map(str::to_owned));
        let network = &profile.network;
        if let Some(custom) = &network.sts_endpoint_url {
            foreign_endpoint::say(custom, messages);
        }
        let limits = Limits {
            // The whole call's time must be the longer one: see `Attempts::have_time_after`.
            connect: network.connect_timeout.min(network.timeout * 9 / 10),
            call: network.timeout,
        };
        let bundle = network.ca_bundle.clone();
        let transport = Transport::new(proxies, bundle, limits.connect, clock.clone());
        let sts = settings::client_config(profile, keys, clock, &transport)
            .map(Sts::from_conf)
            .context("could not log in")?;
        Ok(Self {
            profile,
            keys,
            clock,
            messages,
            limits,
            transport,
            sts,
            fallback: OnceCell::new(),
            caller_arn: OnceCell::new(),
        })
    }

    /// Whose keys these are, where AWS has said so already.
    pub fn caller_arn(&self) -> Option<&str> {
        self.caller_arn.get().map(String::as_str)
    }

    /// Proves the keys, opens the connection, learns AWS's time. Needs no permission. Retried,
    /// bounded; a clock that is off is learned and the call made again.
    pub async fn caller_identity(&self) -> Result<CallerIdentity, Failure> {
        match self.caller_identity_once(Repeats::Said).await {
            Err(failure) if failure.kind == Kind::ClockSkew => {
                self.caller_identity_once(Repeats::Said).await
            }
            outcome => outcome,
        }
    }

    /// The same; where the clock is off, the difference is learned and the call has failed.
    pub async fn caller_identity_once(&self, repeats: Repeats) -> Result<CallerIdentity, Failure> {
        let info = CallInfo {
            repeats,
            ..CallInfo::of(Operation::GetCallerIdentity)
        };
        let identity = self
            .call(&info, Repeat::Freely, async || {
                let answer = self.client().get_caller_identity().send().await;
                answer::identity(answer.map_err(|error| CallError::from_sdk(&error))?)
            })
            .await?;
        // A second call can only say the same.
        let _ = self.caller_arn.set(identity.arn.clone());
        Ok(identity)
    }

    /// `GetSessionToken` with a code: one attempt, and another only while nobody has looked at the code.
    pub async fn session_token(
        &self,
        serial_number: &str,
        code: &TokenCode,
        duration_seconds: u64,
    ) -> Result<Credentials, Failure> {
        let info = CallInfo {
            serial_number: Some(serial_number),
            ..CallInfo::of(Operation::GetSessionToken)
        };
        self.call(&info, Repeat::Unspent, async || {
            let answer = self
                .client()
                .get_session_token()
                .serial_number(serial_number)
                .token_code(code.expose())
                .set_duration_seconds(i32::try_from(duration_seconds).ok())
                .send()
                .await;
            let answer = answer.map_err(|error| CallError::from_sdk(&error))?;
            answer::credentials(answer.credentials, self.clock.aws(), duration_seconds)
        })
        .await
    }
}
