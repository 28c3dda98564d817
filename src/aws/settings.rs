//! What the SDK's client is given.

use anyhow::Result;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::{Builder, Config, IdentityCache, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::TokioSleep;

use super::answer::WholeBody;
use super::endpoint;
use super::transport::Transport;
use crate::clock::Clock;
use crate::credentials::LongTermKeys;
use crate::profile::Profile;

/// Every setting that the SDK would otherwise look for in files, variables or a metadata server.
pub fn client_config(
    profile: &Profile,
    keys: &LongTermKeys,
    clock: &Clock,
    transport: &Transport,
) -> Result<Config> {
    let network = &profile.network;
    let region = endpoint::sts_region(&profile.region.value, network);
    let credentials = keys_for_signing(keys);
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .identity_cache(IdentityCache::no_cache())
        .http_client(transport.clone())
        .time_source(clock.clone())
        .sleep_impl(TokioSleep::new())
        .disable_clock_skew_correction(true)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .use_fips(network.use_fips_endpoint)
        .use_dual_stack(network.use_dualstack_endpoint)
        .app_name(AppName::new("awsmfa")?);
    if let Some(custom) = &network.sts_endpoint_url {
        config = config.endpoint_url(&custom.value);
    }
    let config = Builder::from(&config.build());
    Ok(config.interceptor(WholeBody).build())
}

/// The long-term keys alone: no session token of the terminal can get in.
pub fn keys_for_signing(keys: &LongTermKeys) -> aws_credential_types::Credentials {
    let secret = keys.secret_access_key.expose();
    aws_credential_types::Credentials::new(&keys.access_key_id, secret, None, None, "awsmfa")
}
