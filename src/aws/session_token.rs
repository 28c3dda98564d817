//! `GetSessionToken`: a session from long-term keys, with a code or without.

use super::answer;
use super::client::Client;
use super::error::Failure;
use super::request::Operation;
use crate::credentials::Credentials;
use crate::mfa::TokenCode;

/// With a code: one attempt, and another only if AWS has not looked at it. `mfa` is the device's serial
/// number and its code; without them the session can assume only roles that do not ask for MFA.
pub async fn session_token(
    client: &Client<'_>,
    mfa: Option<(&str, &TokenCode)>,
    duration_seconds: u64,
) -> Result<Credentials, Failure> {
    let serial_number = mfa.map(|(serial, _)| serial);
    let operation = Operation::GetSessionToken { serial_number };
    let attempt = async || {
        let answer = client
            .sts()
            .get_session_token()
            .set_serial_number(serial_number.map(str::to_owned))
            .set_token_code(mfa.map(|(_, code)| code.expose().to_owned()))
            .set_duration_seconds(i32::try_from(duration_seconds).ok())
            .send()
            .await?;
        answer::credentials(answer.credentials, client.clock.aws(), duration_seconds)
    };
    client.call(operation, attempt).await
}
