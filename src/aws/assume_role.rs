//! `AssumeRole`: with long-term keys or a session, with a code or without.

use aws_sdk_sts::Client as Sts;
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;
use aws_sdk_sts::types::Tag;

use super::answer;
use super::client::Client;
use super::error::Failure;
use super::request::{Operation, RoleRequest};
use super::settings;
use crate::credentials::Credentials;
use crate::origin::Sourced;

/// With a code: repeated only if AWS has not looked at it. Without: always retried.
pub async fn assume_role(
    client: &Client<'_>,
    request: &RoleRequest<'_>,
) -> Result<Credentials, Failure> {
    let seconds = request.duration_seconds.value;
    let attempt = async || {
        let sts = match request.session {
            Some(session) => settings::signing_with(session, client.sts()),
            None => client.sts().clone(),
        };
        let answer = parameters(&sts, request).send().await?;
        answer::credentials(answer.credentials, client.clock.aws(), seconds)
    };
    client.call(Operation::AssumeRole(request), attempt).await
}

fn parameters(sts: &Sts, request: &RoleRequest<'_>) -> AssumeRoleFluentBuilder {
    let role = request.role;
    let value = |setting: &Option<Sourced<String>>| setting.as_ref().map(|text| text.value.clone());
    // `build` fails only if the key or the value is missing.
    let tags = role.tags.tags.iter().flat_map(|tags| &tags.value);
    let tags: Vec<_> = tags
        .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
        .collect();
    let transitive = role.tags.transitive.as_ref();
    sts.assume_role()
        .role_arn(&role.role_arn.value)
        .role_session_name(&role.role_session_name.value)
        .set_external_id(value(&role.external_id))
        .set_source_identity(value(&role.source_identity))
        .set_duration_seconds(i32::try_from(request.duration_seconds.value).ok())
        .set_serial_number(request.mfa.map(|(serial, _)| serial.to_owned()))
        .set_token_code(request.mfa.map(|(_, code)| code.expose().to_owned()))
        .set_tags((!tags.is_empty()).then_some(tags))
        .set_transitive_tag_keys(transitive.map(|keys| keys.value.clone()))
}
