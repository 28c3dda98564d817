//! IAM's `ListMFADevices`, for a profile that names no device.
//!
//! AWS's SDK for IAM would make the program several times larger for this one call: the request is
//! signed with the SDK's signer and sent by the same HTTP client.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>

mod page;

use std::fmt::Write as _;

use anyhow::anyhow;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http::Uri;

use super::attempts::Repeat;
use super::call_error::{CallError, Refusal};
use super::endpoint;
use super::explain::{CallInfo, Operation};
use super::retry_after::retry_after;
use super::settings::keys_for_signing;
use super::{CallerIdentity, Client, Failure, Kind, foreign_endpoint};
use crate::arn::{Arn, Partition};
use crate::message::hinted;
use page::{Page, parse_page, parse_refusal};

/// A user has at most eight devices; AWS gives them in one page of up to a hundred.
const PAGES: usize = 8;

impl Client<'_> {
    /// IAM's `ListMFADevices` for the caller's own user: the serial numbers as AWS gives them,
    /// unchecked.
    pub async fn mfa_devices(&self, caller: &CallerIdentity) -> Result<Vec<String>, Failure> {
        let user = user_name(caller)?;
        if let Some(custom) = &self.profile.network.iam_endpoint_url {
            foreign_endpoint::say(custom, self.messages);
        }
        match self.all_pages(caller, user).await {
            Err(failure) if failure.kind == Kind::ClockSkew => self.all_pages(caller, user).await,
            outcome => outcome,
        }
    }

    async fn all_pages(&self, caller: &CallerIdentity, user: &str) -> Result<Vec<String>, Failure> {
        let name = Arn::parse(&caller.arn).map_or("", |arn| arn.partition);
        let partition = Partition::named(name);
        let url = endpoint::iam(partition, &self.profile.network).map_err(not_found)?;
        let info = CallInfo::of(Operation::ListMfaDevices);
        let mut devices = Vec::new();
        let mut marker = None;
        for _ in 0..PAGES {
            let form = form(user, marker.as_deref());
            let page = self
                .call(&info, Repeat::Freely, async || {
                    self.page(&url, partition.iam_region(), &form).await
                })
                .await?;
            devices.extend(page.serial_numbers);
            marker = page.marker;
            if marker.is_none() {
                break;
            }
        }
        Ok(devices)
    }

    async fn page(&self, url: &Uri, region: &str, form: &str) -> Result<Page, CallError> {
        let request = self
            .signed(url, region, form)
            .map_err(|error| CallError::Unsendable(format!("{error:#}")))?;
        let answer = self.transport.call(request).await;
        let answer = answer.map_err(|error| CallError::from_connector(&error))?;
        let status = answer.status().as_u16();
        // The transport has read it whole.
        let body = answer.body().bytes().unwrap_or_default();
        let text = std::str::from_utf8(body).unwrap_or_default();
        if status == 200 {
            return parse_page(text);
        }
        Err(CallError::from_answer(Refusal {
            status,
            retry_after: retry_after(answer.headers()),
            ..parse_refusal(text).unwrap_or_default()
        }))
    }

    fn signed(&self, url: &Uri, region: &str, form: &str) -> anyhow::Result<HttpRequest> {
        let identity = keys_for_signing(self.keys).into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("iam")
            .time(self.clock.aws())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let content_type = ("content-type", "application/x-www-form-urlencoded");
        let url = url.to_string();
        let body = SignableBody::Bytes(form.as_bytes());
        let signable = SignableRequest::new("POST", &url, [content_type].into_iter(), body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = http::Request::post(&url)
            .header(content_type.0, content_type.1)
            .body(SdkBody::from(form))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(HttpRequest::try_from(request)?)
    }
}

/// The name in `arn:aws:iam::ACCOUNT:user/PATH/NAME`.
fn user_name(caller: &CallerIdentity) -> Result<&str, Failure> {
    let arn = Arn::parse(&caller.arn);
    match arn.and_then(Arn::user_name) {
        Some(name) => Ok(name),
        _ if arn.is_some_and(|arn| arn.resource == "root") => Err(not_found(root_keys(caller))),
        _ => Err(not_found(hinted(
            anyhow!("{} is not an IAM user", caller.arn),
            "only IAM users have MFA devices: use the long-term keys (AKIA…) of one",
        ))),
    }
}

fn root_keys(caller: &CallerIdentity) -> anyhow::Error {
    let hint = "use the keys of an IAM user, or set mfa_serial to the root user's device";
    hinted(
        anyhow!("these are the keys of the root user ({})", caller.arn),
        hint,
    )
}

fn not_found(error: anyhow::Error) -> Failure {
    Failure {
        kind: Kind::Other,
        error: error.context("could not find the MFA device"),
    }
}

/// `Action=ListMFADevices` in the encoding of an HTML form.
fn form(user: &str, marker: Option<&str>) -> String {
    let mut form = format!(
        "Action=ListMFADevices&Version=2010-05-08&UserName={}",
        encoded(user)
    );
    if let Some(marker) = marker {
        let _ = write!(form, "&Marker={}", encoded(marker));
    }
    form
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(resource: &str) -> CallerIdentity {
        let arn = format!("arn:aws:iam::123456789012:{resource}");
        CallerIdentity { arn }
    }

    #[test]
    fn the_user_name_is_the_last_part_of_the_arn() {
        assert_eq!(user_name(&caller("user/alice")).unwrap(), "alice");
        let root = user_name(&caller("root")).unwrap_err().error;
        assert!(format!("{root:#}").contains("root user"));
        for odd in ["", "user/", "assumed-role/admin/alice"] {
            assert!(user_name(&caller(odd)).is_err(), "{odd}");
        }
    }

    #[test]
    fn names_are_encoded() {
        let form = form("a+b=c,d@e é", Some("A/B=="));
        assert!(form.ends_with("&UserName=a%2Bb%3Dc%2Cd%40e%20%C3%A9&Marker=A%2FB%3D%3D"));
    }
}
