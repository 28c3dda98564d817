//! IAM's `ListMFADevices`, for a profile that names no device.
//!
//! AWS's SDK for IAM would make the program several times larger for this one call: the request is
//! signed with the SDK's signer and sent by the same HTTP client.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>

mod page;

use anyhow::{Result, anyhow};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use percent_encoding::utf8_percent_encode;

use super::client::Client;
use super::endpoint;
use super::error::{CallError, Failure, Kind, Refusal, retry_after};
use super::request::Operation;
use super::settings::keys_for_signing;
use crate::arn::{Arn, Partition};
use crate::message::hinted;
use crate::profile::warn_of_foreign;
use page::{Page, parse_page, parse_refusal};

/// A user has at most eight devices; AWS gives them in one page of up to a hundred.
const PAGES: usize = 8;

/// The serial numbers of the caller's own MFA devices as AWS gives them, unchecked.
pub async fn mfa_devices(client: &Client<'_>, caller: &str) -> Result<Vec<String>, Failure> {
    let network = &client.profile.network;
    let not_asked = |error: anyhow::Error| Failure {
        kind: Kind::Other,
        error: error.context(Operation::ListMfaDevices.could_not()),
    };
    let user = user_name(caller).map_err(not_asked)?;
    if let Some(custom) = &network.iam_endpoint_url {
        warn_of_foreign(custom, client.messages);
    }
    let partition = Arn::parse(caller).and_then(Partition::of_arn);
    let region = partition.unwrap_or(Partition::AWS).main_region;
    let url = endpoint::iam(partition, network).map_err(not_asked)?;
    let mut devices = Vec::new();
    let user = encoded(user);
    let first_form = format!("Action=ListMFADevices&Version=2010-05-08&UserName={user}");
    let mut form = first_form.clone();
    for _ in 0..PAGES {
        let attempt = async || page(client, &url, region, &form).await;
        let page = client.call(Operation::ListMfaDevices, attempt).await?;
        devices.extend(page.serial_numbers);
        let Some(marker) = page.marker else {
            break;
        };
        form = format!("{first_form}&Marker={}", encoded(&marker));
    }
    Ok(devices)
}

async fn page(client: &Client<'_>, url: &str, region: &str, form: &str) -> Result<Page, CallError> {
    let request = signed(client, url, region, form)
        .map_err(|error| CallError::Unsendable(format!("{error:#}")))?;
    let answer = client.transport.send(request).await;
    let answer = answer.map_err(CallError::Transport)?;
    // The transport has read it whole.
    let body = answer.body().bytes().unwrap_or_default();
    let text = std::str::from_utf8(body).unwrap_or_default();
    let status = answer.status().as_u16();
    if status == 200 {
        return parse_page(text);
    }
    Err(CallError::from_answer(Refusal {
        status,
        retry_after: retry_after(answer.headers()),
        ..parse_refusal(text).unwrap_or_default()
    }))
}

fn signed(client: &Client<'_>, url: &str, region: &str, form: &str) -> Result<HttpRequest> {
    let identity = keys_for_signing(client.keys).into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("iam")
        .time(client.clock.aws())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let content_type = ("content-type", "application/x-www-form-urlencoded");
    let body = SignableBody::Bytes(form.as_bytes());
    let signable = SignableRequest::new("POST", url, [content_type].into_iter(), body)?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let mut request = http::Request::post(url)
        .header(content_type.0, content_type.1)
        .body(SdkBody::from(form))?;
    instructions.apply_to_request_http1x(&mut request);
    Ok(HttpRequest::try_from(request)?)
}

/// The name of the IAM user whose keys these are.
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

/// For an HTML form (RFC 3986, section 2.1).
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, endpoint::RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_user_has_devices() {
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
