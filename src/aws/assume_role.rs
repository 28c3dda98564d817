//! `AssumeRole`: with long-term keys or a session, with a code or without.

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::Client as Sts;
use aws_sdk_sts::types::Tag;

use super::attempts::Repeat;
use super::call_error::CallError;
use super::explain::{CallInfo, Operation};
use super::{Client, Failure, answer};
use crate::credentials::Credentials;
use crate::mfa::TokenCode;
use crate::origin::Sourced;
use crate::profile::{Role, SessionTags};

/// One call.
pub struct RoleRequest<'a> {
    pub role: &'a Role,
    /// Seconds, and who asked for so many.
    pub duration_seconds: &'a Sourced<u64>,
    /// The device's serial number and its code.
    pub mfa: Option<(&'a str, &'a TokenCode)>,
    /// The session that signs; without one, the long-term keys do.
    pub session: Option<&'a Credentials>,
    /// Whether that session was made with MFA, which the trust policy then sees.
    pub session_has_mfa: bool,
    /// Whether that session was made by an earlier run: roles may ask for a recent code.
    pub session_is_kept: bool,
}

impl Client<'_> {
    /// With a code: repeated only if AWS has not looked at the code. Without: always retried.
    pub async fn assume_role(&self, request: &RoleRequest<'_>) -> Result<Credentials, Failure> {
        let info = CallInfo {
            serial_number: request.mfa.map(|(serial, _)| serial),
            role: Some(request),
            ..CallInfo::of(Operation::AssumeRole {
                with_code: request.mfa.is_some(),
            })
        };
        let repeat = match request.mfa {
            Some(_) => Repeat::Unspent,
            None => Repeat::Freely,
        };
        let seconds = request.duration_seconds.value;
        self.call(&info, repeat, async || {
            let client = self.client_for(request.session);
            let answer = call(&client, request).send().await;
            let answer = answer.map_err(|error| CallError::from_sdk(&error))?;
            answer::credentials(answer.credentials, self.clock.aws(), seconds)
        })
        .await
    }

    /// The client that signs with `session`.
    fn client_for(&self, session: Option<&Credentials>) -> Sts {
        let Some(session) = session else {
            return self.client().clone();
        };
        let keys = aws_credential_types::Credentials::new(
            &session.access_key_id,
            session.secret_access_key.expose(),
            Some(session.session_token.expose().to_owned()),
            None,
            "awsmfa",
        );
        let config = self.client().config().to_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(keys));
        Sts::from_conf(config.build())
    }
}

fn call(
    client: &Sts,
    request: &RoleRequest<'_>,
) -> aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder {
    let role = request.role;
    let SessionTags { tags, transitive } = &role.tags;
    let value = |setting: &Option<Sourced<String>>| setting.as_ref().map(|text| text.value.clone());
    // The key is always set, the only thing that can be missing.
    let tags = tags.iter().flat_map(|tags| &tags.value);
    let tags: Vec<_> = tags
        .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
        .collect();
    client
        .assume_role()
        .role_arn(&role.role_arn.value)
        .role_session_name(&role.role_session_name.value)
        .set_external_id(value(&role.external_id))
        .set_source_identity(value(&role.source_identity))
        .set_duration_seconds(i32::try_from(request.duration_seconds.value).ok())
        .set_serial_number(request.mfa.map(|(serial, _)| serial.to_owned()))
        .set_token_code(request.mfa.map(|(_, code)| code.expose().to_owned()))
        .set_tags((!tags.is_empty()).then_some(tags))
        .set_transitive_tag_keys(transitive.as_ref().map(|keys| keys.value.clone()))
}
