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
use super::iam_action::IamCall;
use super::request::Operation;
use super::settings;
use super::xml::parse_refusal;
use crate::arn::{Arn, Partition};
use crate::message::hinted;
use crate::profile::warn_of_foreign;

const VERSION: &str = "2010-05-08";

/// A request's way: the URL, and the region that signs.
struct Way {
    url: String,
    region: &'static str,
}

impl Client<'_> {
    /// Calls IAM of the caller's partition. `read` takes what is needed out of the answer's XML; what
    /// it cannot read counts as no answer. A request that acts once is repeated only if AWS has not
    /// acted.
    pub async fn iam<T>(
        &self,
        call: IamCall<'_>,
        parameters: &[(&str, &str)],
        read: impl Fn(&str) -> Result<T, CallError>,
    ) -> Result<T, Failure> {
        let caller = match self.caller_arn() {
            Some(caller) => caller.to_owned(),
            None => caller_identity(self, false).await?,
        };
        let way = self.way(&caller).map_err(|error| Failure {
            kind: Kind::Other,
            error: error.context(call.action.could_not()),
        })?;
        let form = form(call, parameters);
        let attempt = async || self.attempt(call, &way, &form, &read).await;
        self.call(Operation::Iam(call), attempt).await
    }

    fn way(&self, caller: &str) -> Result<Way> {
        let network = &self.profile.network;
        if let Some(custom) = &network.iam_endpoint_url {
            warn_of_foreign(custom, self.messages);
        }
        let partition = Arn::parse(caller).and_then(Partition::of_arn);
        Ok(Way {
            url: endpoint::iam(partition, network)?,
            region: partition.unwrap_or(Partition::AWS).main_region,
        })
    }

    async fn attempt<T>(
        &self,
        call: IamCall<'_>,
        way: &Way,
        form: &str,
        read: impl Fn(&str) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let request = self
            .signed(call, way, form)
            .map_err(|error| CallError::Unsendable(format!("{error:#}")))?;
        let answer = self.transport.send(request).await;
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

    fn signed(&self, call: IamCall<'_>, way: &Way, form: &str) -> Result<HttpRequest> {
        let keys: SdkCredentials = match call.session {
            Some(session) => settings::session_for_signing(session),
            None => settings::keys_for_signing(self.keys),
        };
        let identity = keys.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(way.region)
            .name("iam")
            .time(self.clock.aws())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let content_type = ("content-type", "application/x-www-form-urlencoded");
        let body = SignableBody::Bytes(form.as_bytes());
        let signable = SignableRequest::new("POST", &way.url, [content_type].into_iter(), body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = http::Request::post(&way.url)
            .header(content_type.0, content_type.1)
            .body(SdkBody::from(form))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(HttpRequest::try_from(request)?)
    }
}

/// The name of the IAM user whose keys these are.
///
/// # Errors
/// `caller` is the root user or no user at all: then there is no name that IAM's calls need.
pub fn user_name(caller: &str) -> Result<&str> {
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

fn form(call: IamCall<'_>, parameters: &[(&str, &str)]) -> String {
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("&{name}={}", encoded(value)));
    let pairs: String = pairs.collect();
    format!("Action={}&Version={VERSION}{pairs}", call.action.name())
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
