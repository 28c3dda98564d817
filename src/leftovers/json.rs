//! The JSON files of tools: sessions, tokens of IAM Identity Center, sign-ins of `aws login`, the store
//! of aws-sso-cli.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use super::end::{End, Zone, far};
use super::{Content, Recognised};
use crate::credentials::Credentials;
use crate::secret::Secret;

/// What `aws login` keeps can be refreshed so long after its last use.
const LONGEST_SIGN_IN: Duration = Duration::from_hours(12);

/// The answer of STS, as botocore, awsume and scripts write it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Option<Secret>,
    expiration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(alias = "AccessKey")]
    credentials: Keys,
}

/// `~/.aws/sso/cache`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SsoToken {
    #[serde(rename = "accessToken")]
    _access: Secret,
    expires_at: String,
    refresh_token: Option<Secret>,
    registration_expires_at: Option<String>,
}

/// The same place: what a token is asked for with.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    #[serde(rename = "clientId")]
    _client_id: String,
    #[serde(rename = "clientSecret")]
    _client_secret: Secret,
    expires_at: String,
}

/// `~/.aws/login/cache`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignIn {
    access_token: KeysOfSignIn,
    #[serde(rename = "refreshToken")]
    _refresh_token: Secret,
    #[serde(rename = "dpopKey")]
    _dpop_key: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeysOfSignIn {
    #[serde(rename = "accessKeyId")]
    _access_key_id: String,
    expires_at: String,
}

/// `store.json` of aws-sso-cli. It may hold long-term keys too (`StaticCredentials`).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Store {
    #[serde(rename = "RoleCredentials")]
    _role_credentials: serde::de::IgnoredAny,
    #[serde(rename = "CreateTokenResponse")]
    _create_token_response: serde::de::IgnoredAny,
}

/// What a file that was `written` then holds. `what` names a session in it.
pub fn recognise(bytes: &[u8], what: &'static str, written: SystemTime) -> Option<Content> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let answer = serde_json::from_slice::<Answer>(bytes).map(|answer| answer.credentials);
    if let Ok(keys) = answer.or_else(|_| serde_json::from_slice(bytes)) {
        return of_keys(keys, what);
    }
    let other = sign_in(bytes, written)
        .or_else(|| token(bytes))
        .or_else(|| registration(bytes))
        .or_else(|| store(bytes))?;
    Some(Content::Leftover(other))
}

fn of_keys(keys: Keys, what: &'static str) -> Option<Content> {
    // botocore's caches and credential processes write the zone, awsume does not.
    let end = keys.expiration.map(|text| End::read(&text, Zone::Local));
    Content::of_keys(
        what,
        &keys.access_key_id,
        keys.secret_access_key,
        keys.session_token,
        end.unwrap_or(End::Unknown),
    )
}

fn sign_in(bytes: &[u8], written: SystemTime) -> Option<Recognised> {
    let read: SignIn = serde_json::from_slice(bytes).ok()?;
    let End::At(end) = End::read(&read.access_token.expires_at, Zone::Utc) else {
        return None;
    };
    // The refresh token outlives the keys.
    Some(Recognised {
        better: Some("aws logout"),
        end: End::At(end.max(written + LONGEST_SIGN_IN)),
        ..Recognised::without_keys("sign-in of aws login")
    })
}

fn token(bytes: &[u8]) -> Option<Recognised> {
    let read: SsoToken = serde_json::from_slice(bytes).ok()?;
    let end = End::read(&read.expires_at, Zone::Utc);
    let registration = read.registration_expires_at.as_deref();
    let end = match (read.refresh_token, registration, end) {
        (None, ..) => end,
        // Without a registration, nothing refreshes it.
        (Some(_), Some(text), End::At(end)) => match End::read(text, Zone::Utc) {
            End::At(registration) => End::At(registration.max(end)),
            other => other,
        },
        (Some(_), ..) => End::Unknown,
    };
    Some(Recognised {
        better: Some("aws sso logout"),
        end,
        ..Recognised::without_keys("token of IAM Identity Center")
    })
}

fn registration(bytes: &[u8]) -> Option<Recognised> {
    let read: Registration = serde_json::from_slice(bytes).ok()?;
    Some(Recognised {
        end: End::read(&read.expires_at, Zone::Utc),
        ..Recognised::without_keys("registration with IAM Identity Center")
    })
}

fn store(bytes: &[u8]) -> Option<Recognised> {
    let _: Store = serde_json::from_slice(bytes).ok()?;
    Some(Recognised {
        better: Some("aws-sso flush"),
        is_of_tool: true,
        ..Recognised::without_keys("store of aws-sso-cli")
    })
}

impl Content {
    /// Keys that a tool wrote: a session's, or long-term ones. `None` for anything else: only AWS's
    /// own forms are known.
    pub fn of_keys(
        what: &'static str,
        access_key_id: &str,
        secret_access_key: Secret,
        session_token: Option<Secret>,
        end: End,
    ) -> Option<Self> {
        let id = access_key_id.to_owned();
        let is_sound =
            |rest: &str| rest.len() >= 12 && rest.bytes().all(|b| b.is_ascii_alphanumeric());
        if id.strip_prefix("AKIA").is_some_and(is_sound) {
            return Some(Self::LongTerm(id));
        }
        let session_token = session_token.filter(|token| !token.expose().is_empty())?;
        let is_whole = id.strip_prefix("ASIA").is_some_and(is_sound);
        (is_whole && !secret_access_key.expose().is_empty()).then(|| {
            let expiration = match end {
                End::At(end) => end,
                _ => far(),
            };
            Self::Leftover(Recognised {
                session: Some(Credentials {
                    access_key_id: id,
                    secret_access_key,
                    session_token,
                    expiration,
                }),
                end,
                ..Recognised::without_keys(what)
            })
        })
    }
}
