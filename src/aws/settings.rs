//! What the SDK's client is given: every setting that it would otherwise look for in files,
//! variables or a metadata server.

use aws_sdk_sts::Client as Sts;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::config::{
    AppName, Config, Credentials as SdkCredentials, IdentityCache, Region,
    StalledStreamProtectionConfig,
};
use aws_smithy_async::rt::sleep::TokioSleep;

use super::endpoint;
use super::transport::Transport;
use crate::clock::Clock;
use crate::credentials::{Credentials, LongTermKeys};
use crate::profile::Profile;

/// Retries and time-outs are off: see [`super::attempts`].
pub fn sts(profile: &Profile, keys: &LongTermKeys, clock: &Clock, transport: &Transport) -> Sts {
    let network = &profile.network;
    let custom = network.sts_endpoint_url.as_ref();
    let mut config = Config::builder()
        .behavior_version_latest()
        .region(endpoint::sts_region(&profile.region.value, network))
        .credentials_provider(keys_for_signing(keys))
        .identity_cache(IdentityCache::no_cache())
        .http_client(transport.clone())
        .time_source(clock.clone())
        .sleep_impl(TokioSleep::new())
        .disable_clock_skew_correction(true)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .use_fips(network.use_fips_endpoint)
        .use_dual_stack(network.use_dualstack_endpoint);
    config
        .set_app_name(AppName::new("awsmfa").ok())
        .set_endpoint_url(custom.map(|url| url.value.clone()));
    Sts::from_conf(config.build())
}

/// The long-term keys alone: no session token of the terminal can get in.
pub fn keys_for_signing(keys: &LongTermKeys) -> SdkCredentials {
    let secret = keys.secret_access_key.expose();
    SdkCredentials::new(&keys.access_key_id, secret, None, None, "awsmfa")
}

pub fn session_for_signing(session: &Credentials) -> SdkCredentials {
    let secret = session.secret_access_key.expose();
    let token = Some(session.session_token.expose().to_owned());
    SdkCredentials::new(&session.access_key_id, secret, token, None, "awsmfa")
}

/// The same client with a session instead of the long-term keys.
pub fn signing_with(session: &Credentials, sts: &Sts) -> Sts {
    let keys = session_for_signing(session);
    let config = sts.config().to_builder().credentials_provider(keys);
    Sts::from_conf(config.build())
}

/// The same client for another region.
pub fn in_region(region: &'static str, sts: &Sts) -> Sts {
    let config = sts.config().to_builder();
    Sts::from_conf(config.region(Region::from_static(region)).build())
}
