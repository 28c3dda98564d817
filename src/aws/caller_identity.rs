//! `GetCallerIdentity`: proves the keys, opens the connection, learns AWS's time. It needs no
//! permission.

use super::client::Client;
use super::error::{CallError, Failure, Refusal};
use super::request::Operation;
use super::settings;
use crate::credentials::Credentials;

/// The caller's ARN. Tried again for a while if it fails; the user hears of each attempt, unless it
/// is `silent` because the user is busy with something else.
pub async fn caller_identity(client: &Client<'_>, silent: bool) -> Result<String, Failure> {
    let operation = Operation::GetCallerIdentity { silent };
    client
        .call(operation, async || client.ask_caller().await)
        .await
}

/// Whether AWS accepts a session, which `client` need not be made for.
///
/// # Errors
/// AWS cannot be asked, or says something else.
pub async fn accepts(client: &Client<'_>, session: &Credentials) -> Result<bool, Failure> {
    let attempt = async || {
        let sts = settings::signing_with(session, client.sts());
        let answer = sts.get_caller_identity().send().await;
        match answer.map_err(CallError::from) {
            Ok(answer) if answer.arn().is_some_and(|arn| arn.starts_with("arn:")) => Ok(true),
            Ok(_) => Err(CallError::Unusable("it does not name the caller")),
            Err(error) if error.refusal().is_some_and(Refusal::is_of_dead_session) => Ok(false),
            Err(error) => Err(error),
        }
    };
    client.call(Operation::CheckSession, attempt).await
}
