//! `AssumeRole` with a base session, from what a client has sent and nothing else.

use std::time::Duration;

use crate::agent::SessionSpec;
use crate::aws::{Client, Failure, Transport};
use crate::base::Base;
use crate::clock::Clock;
use crate::credentials::{Credentials, LongTermKeys};
use crate::login;
use crate::message::Messages;
use crate::origin::{Origin, Sourced};
use crate::profile::{Keys, MfaSettings, Profile, Role, ToolSettings, UseOfAgent};
use crate::secret::Secret;

/// What stands for the long-term keys in messages.
const ORIGIN: Origin = Origin::Rule("the agent's session");

/// Seconds.
const DEFAULT: u64 = 3_600;

/// The most for a time-out, whatever a client sends.
const LONGEST: Duration = Duration::from_hours(1);

/// The session of the last role, or the base session if there is no role.
pub async fn assume(
    spec: &SessionSpec,
    base: &Base,
    transport: Transport,
    clock: &Clock,
    messages: &Messages,
) -> Result<Credentials, Failure> {
    let profile = profile(spec);
    // These keys sign nothing: only messages name them.
    let keys = LongTermKeys {
        access_key_id: spec.login.long_term_key_id.clone(),
        secret_access_key: Secret::new(String::new()),
        origin: ORIGIN,
    };
    let sts = Client::over(transport, &profile, &keys, clock, messages);
    let default = Sourced::new(DEFAULT, Origin::Rule("the default"));
    let seconds = |role: &Role| role.duration_seconds.clone().unwrap_or(default.clone());
    let seconds: Vec<_> = spec.roles.iter().map(seconds).collect();
    let session = login::assume(&sts, spec.roles.iter().zip(&seconds), Some(base)).await?;
    Ok(session.unwrap_or_else(|| base.credentials.clone()))
}

/// As much of a profile as a call needs.
fn profile(spec: &SessionSpec) -> Profile {
    let mut network = spec.connection.network.clone();
    network.timeout = network.timeout.min(LONGEST);
    network.connect_timeout = network.connect_timeout.min(LONGEST);
    Profile {
        name: Sourced::new(String::new(), Origin::Argument),
        keys: Keys::Terminal(ORIGIN),
        roles: spec.roles.clone(),
        mfa_serial: None,
        region: spec.connection.region.clone(),
        session_region: None,
        duration_seconds: None,
        base_duration_seconds: None,
        mfa: MfaSettings::default(),
        network,
        signin_endpoint_url: None,
        tool_settings: ToolSettings::default(),
        use_of_agent: UseOfAgent::Off,
    }
}
