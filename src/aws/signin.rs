//! The sign-in endpoint of the console: a role's session becomes an address that signs a browser in.
//! It answers in JSON, and refuses with a page.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>

use std::fmt::Write as _;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::endpoint::encoded;
use super::error::{CallError, Failure, Refusal, retry_after};
use super::request::Operation;
use crate::arn::Partition;
use crate::credentials::Credentials;
use crate::profile::warn_of_foreign;
use crate::secret::Secret;

/// Characters of a sign-in token: some hundred in practice, AWS states no limit.
const LONGEST_TOKEN: usize = 16 * 1024;

/// A session that becomes an address.
pub struct SignIn<'a> {
    pub partition: Partition,
    /// A role's: AWS refuses those of `GetSessionToken`.
    pub session: &'a Credentials,
    /// Seconds of the console's session, 900 to 43200; `None`: as long as `session`. It must be
    /// `None` for a role that was assumed with a session.
    pub duration_seconds: Option<u64>,
    /// The console's page.
    pub destination: &'a str,
}

/// In the endpoint's names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "these are AWS's names")]
struct Session<'a> {
    session_id: &'a str,
    session_key: &'a str,
    session_token: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    signin_token: Secret,
}

impl Client<'_> {
    /// The address that signs in whoever opens it within 15 minutes.
    pub async fn sign_in_url(&self, sign_in: &SignIn<'_>) -> Result<Secret, Failure> {
        let url = self.sign_in_endpoint(sign_in.partition);
        let form = sign_in.form();
        let attempt = async || self.sign_in_token(&url, form.expose()).await;
        let token = self.call(Operation::GetSigninToken, attempt).await?;
        Ok(Secret::new(format!(
            "{url}?Action=login&Issuer=awsmfa&Destination={}&SigninToken={}",
            encoded(sign_in.destination),
            encoded(token.expose())
        )))
    }

    fn sign_in_endpoint(&self, partition: Partition) -> String {
        let Some(custom) = &self.profile.signin_endpoint_url else {
            let domain = partition.console_domain().unwrap_or_default();
            return format!("https://signin.{domain}/federation");
        };
        warn_of_foreign(custom, self.messages);
        format!("{}/federation", custom.value.trim_end_matches('/'))
    }

    /// The session is sent in the body, which no server or proxy writes into its log.
    async fn sign_in_token(&self, url: &str, form: &str) -> Result<Secret, CallError> {
        let request = http::Request::post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(SdkBody::from(form))
            .map_err(|error| CallError::Unsendable(error.to_string()))?;
        let request = HttpRequest::try_from(request)
            .map_err(|error| CallError::Unsendable(error.to_string()))?;
        let answer = self.transport.send_any(request).await;
        let answer = answer.map_err(CallError::Transport)?;
        if answer.status().as_u16() != 200 {
            return Err(CallError::Refused(Refusal {
                status: answer.status().as_u16(),
                retry_after: retry_after(answer.headers()),
                ..Refusal::default()
            }));
        }
        let body = answer.body().bytes().unwrap_or_default();
        let token = serde_json::from_slice::<Answer>(body).map(|answer| answer.signin_token);
        let token = token.ok().filter(is_token);
        token.ok_or(CallError::Unusable("it has no sign-in token"))
    }
}

impl SignIn<'_> {
    fn form(&self) -> Secret {
        let session = Session {
            session_id: &self.session.access_key_id,
            session_key: self.session.secret_access_key.expose(),
            session_token: self.session.session_token.expose(),
        };
        // Text can always be written.
        let session = serde_json::to_string(&session).unwrap_or_default();
        let mut form = format!("Action=getSigninToken&Session={}", encoded(&session));
        if let Some(seconds) = self.duration_seconds {
            let _ = write!(form, "&SessionDuration={seconds}");
        }
        Secret::new(form)
    }
}

fn is_token(token: &Secret) -> bool {
    let text = token.expose();
    (1..=LONGEST_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
