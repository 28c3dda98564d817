//! `GetCallerIdentity`: proves the keys, opens the connection, learns AWS's time. It needs no
//! permission.

use super::client::Client;
use super::error::Failure;
use super::request::Operation;

/// The caller's ARN. Tried again for a while if it fails; the user hears of each attempt, unless it
/// is `silent` because the user is busy with something else.
pub async fn caller_identity(client: &Client<'_>, silent: bool) -> Result<String, Failure> {
    let operation = Operation::GetCallerIdentity { silent };
    client
        .call(operation, async || client.ask_caller().await)
        .await
}
