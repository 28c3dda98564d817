//! `GetCallerIdentity`: proves the keys, opens the connection, learns AWS's time. It needs no
//! permission.

use super::client::Client;
use super::error::Failure;
use super::request::Operation;

/// The caller's ARN. Tried again for a while if it fails; the user hears of each attempt.
pub async fn caller_identity(client: &Client<'_>) -> Result<String, Failure> {
    let operation = Operation::GetCallerIdentity { silent: false };
    client
        .call(operation, async || client.ask_caller().await)
        .await
}

/// The same, while the user is busy with something else: nothing is said.
pub async fn caller_identity_silently(client: &Client<'_>) -> Result<String, Failure> {
    let operation = Operation::GetCallerIdentity { silent: true };
    client
        .call(operation, async || client.ask_caller().await)
        .await
}
