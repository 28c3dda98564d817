//! `GetCallerIdentity`: proves the keys, opens the connection, learns AWS's time. It needs no
//! permission.

use super::client::Client;
use super::error::Failure;
use super::request::Operation;

/// The answer of `GetCallerIdentity`.
#[derive(Debug)]
pub struct CallerIdentity {
    pub arn: String,
}

/// Tried again for a while if it fails; the user hears of each attempt.
pub async fn caller_identity(client: &Client<'_>) -> Result<CallerIdentity, Failure> {
    call(client, false).await
}

/// The same, while the user is busy with something else: nothing is said.
pub async fn caller_identity_silently(client: &Client<'_>) -> Result<CallerIdentity, Failure> {
    call(client, true).await
}

async fn call(client: &Client<'_>, silent: bool) -> Result<CallerIdentity, Failure> {
    let operation = Operation::GetCallerIdentity { silent };
    let arn = client
        .call(operation, async || client.ask_caller().await)
        .await?;
    Ok(CallerIdentity { arn })
}
