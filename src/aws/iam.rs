//! IAM's query API.
//!
//! AWS's SDK for IAM would make the program several times larger for a few calls: the requests are
//! signed with the SDK's signer and sent by the same HTTP client as those to STS.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>

use anyhow::{Result, anyhow};
use aws_sdk_sts::config::Credentials as SdkCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::caller_identity::caller_identity;
use super::client::Client;
use super::endpoint::{self, encoded};
use super::error::{CallError, Failure, Kind, Refusal, retry_after};
use super::iam_action::{IamAction, IamCall};
use super::request::Operation;
use super::settings;
use super::xml::parse_refusal;
use crate::arn::{Arn, Partition};
use crate::credentials::Credentials;
use crate::message::hinted;
use crate::profile::warn_of_foreign;

const VERSION: &str = "2010-05-08";

/// Where a request goes: the URL, and the region that signs.
struct Endpoint {
    url: String,
    region: &'static str,
}

/// IAM for one user: what asks it, and what signs.
#[derive(Clone, Copy)]
pub struct Iam<'a> {
    pub client: &'a Client<'a>,
    /// Without a session, the long-term keys sign.
    pub session: Option<&'a Credentials>,
    /// The user's name: with a session, IAM does not derive it from the signature.
    pub user: &'a str,
}

impl<'a> Iam<'a> {
    /// For `caller`, the user of the client's keys, which sign.
    ///
    /// # Errors
    /// `caller` is the root user or no user at all: then there is no name that IAM's calls need.
    pub fn of(client: &'a Client<'a>, caller: &'a str) -> Result<Self> {
        let user = user_name(caller)?;
        Ok(Self {
            client,
            session: None,
            user,
        })
    }

    /// Calls IAM of the caller's partition. `read` takes what is needed out of the answer's XML; what
    /// it cannot read counts as no answer. A request that acts once is repeated only if AWS has not
    /// acted.
    pub(super) async fn call<T>(
        self,
        action: IamAction,
        parameters: &[(&str, &str)],
        read: impl Fn(&str) -> Result<T, CallError>,
    ) -> Result<T, Failure> {
        let Self {
            client, session, ..
        } = self;
        let caller = match client.caller_arn() {
            Some(caller) => caller.to_owned(),
            None => caller_identity(client, false).await?,
        };
        let endpoint = self.endpoint(&caller).map_err(|error| Failure {
            kind: Kind::Other,
            error: error.context(action.could_not()),
        })?;
        let form = form(action, parameters);
        let attempt = async || self.attempt(&endpoint, &form, &read).await;
        let operation = Operation::Iam(IamCall { action, session });
        client.call(operation, attempt).await
    }

    fn endpoint(self, caller: &str) -> Result<Endpoint> {
        let network = &self.client.profile.network;
        if let Some(custom) = &network.iam_endpoint_url {
            warn_of_foreign(custom, self.client.messages);
        }
        let partition = Arn::parse(caller).and_then(Partition::of_arn);
        Ok(Endpoint {
            url: endpoint::iam(partition, network)?,
            region: partition.unwrap_or(Partition::AWS).main_region,
        })
    }

    async fn attempt<T>(
        self,
        endpoint: &Endpoint,
        form: &str,
        read: impl Fn(&str) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let request = self
            .signed(endpoint, form)
            .map_err(|error| CallError::Unsendable(format!("{error:#}")))?;
        let answer = self.client.transport.send(request).await;
        let answer = answer.map_err(CallError::Transport)?;
        // The transport has read it whole.
        let body = answer.body().bytes().unwrap_or_default();
        let text = std::str::from_utf8(body).unwrap_or_default();
        let status = answer.status().as_u16();
        if status == 200 {
            return read(text);
        }
        Err(CallError::from_answer(Refusal {
            status,
            retry_after: retry_after(answer.headers()),
            ..parse_refusal(text).unwrap_or_default()
        }))
    }

    fn signed(self, endpoint: &Endpoint, form: &str) -> Result<HttpRequest> {
        let keys: SdkCredentials = match self.session {
            Some(session) => settings::session_for_signing(session),
            None => settings::keys_for_signing(self.client.keys),
        };
        let identity = keys.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(endpoint.region)
            .name("iam")
            .time(self.client.clock.aws())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let content_type = ("content-type", "application/x-www-form-urlencoded");
        let body = SignableBody::Bytes(form.as_bytes());
        let signable =
            SignableRequest::new("POST", &endpoint.url, [content_type].into_iter(), body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = http::Request::post(&endpoint.url)
            .header(content_type.0, content_type.1)
            .body(SdkBody::from(form))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(HttpRequest::try_from(request)?)
    }
}

fn user_name(caller: &str) -> Result<&str> {
    let arn = Arn::parse(caller);
    if let Some(name) = arn.and_then(Arn::user_name) {
        return Ok(name);
    }
    Err(if arn.is_some_and(|arn| arn.resource == "root") {
        let hint = "use the keys of an IAM user, or set mfa_serial to the root user's device";
        hinted(
            anyhow!("these are the keys of the root user ({caller})"),
            hint,
        )
    } else {
        let hint = "only IAM users have MFA devices: use the long-term keys (AKIA…) of one";
        hinted(anyhow!("{caller} is not an IAM user"), hint)
    })
}

fn form(action: IamAction, parameters: &[(&str, &str)]) -> String {
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("&{name}={}", encoded(value)));
    let pairs: String = pairs.collect();
    format!("Action={}&Version={VERSION}{pairs}", action.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_user_has_a_name() {
        let name = |resource: &str| {
            let arn = format!("arn:aws:iam::123456789012:{resource}");
            user_name(&arn)
                .map(str::to_owned)
                .map_err(|error| error.to_string())
        };
        assert_eq!(name("user/team/alice").unwrap(), "alice");
        assert!(name("root").unwrap_err().contains("root user"));
        for odd in ["", "user/", "assumed-role/admin/alice"] {
            assert!(name(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn names_are_encoded() {
        assert_eq!(encoded("a+b=c,d@e é"), "a%2Bb%3Dc%2Cd%40e%20%C3%A9");
    }
}
