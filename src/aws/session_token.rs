//! `GetSessionToken`: a session from long-term keys and a code.

use super::answer;
use super::client::Client;
use super::error::Failure;
use super::request::Operation;
use crate::credentials::Credentials;
use crate::mfa::TokenCode;

/// One attempt with the code, and another only if AWS has not looked at it.
pub async fn session_token(
    client: &Client<'_>,
    serial_number: &str,
    code: &TokenCode,
    duration_seconds: u64,
) -> Result<Credentials, Failure> {
    let operation = Operation::GetSessionToken { serial_number };
    let attempt = async || {
        let answer = client
            .sts()
            .get_session_token()
            .serial_number(serial_number)
            .token_code(code.expose())
            .set_duration_seconds(i32::try_from(duration_seconds).ok())
            .send()
            .await?;
        answer::credentials(answer.credentials, client.clock.aws(), duration_seconds)
    };
    client.call(operation, attempt).await
}
