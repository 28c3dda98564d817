//! The client against scripted servers: one reaction per request.

mod calls;
mod clocks;
mod devices;
mod network;
mod server;

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::message::{Level, hint_of};
use crate::mfa::CodeOrigin;
use crate::origin::{Origin, Sourced};
use crate::profile::{Keys, MfaSettings, NetworkSettings, ToolSettings};
use crate::secret::Secret;
use server::{Reaction, answer, server};

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn profile(url: &str) -> Profile {
    let sourced = |value: &str| Sourced {
        value: value.to_owned(),
        origin: Origin::Variable("AWS_TEST"),
    };
    Profile {
        name: sourced("default"),
        keys: Keys::Static(keys()),
        roles: Vec::new(),
        mfa_serial: Some(sourced(SERIAL)),
        region: sourced("eu-west-1"),
        session_region: None,
        duration_seconds: None,
        base_duration_seconds: None,
        mfa: MfaSettings::default(),
        network: NetworkSettings {
            sts_endpoint_url: Some(sourced(url)),
            iam_endpoint_url: Some(sourced(url)),
            use_legacy_sts_endpoint: false,
            use_fips_endpoint: false,
            use_dualstack_endpoint: false,
            ca_bundle: None,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(6),
        },
        tool_settings: ToolSettings::default(),
    }
}

fn keys() -> LongTermKeys {
    LongTermKeys {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: Secret::new(SECRET.to_owned()),
        origin: Origin::File {
            path: PathBuf::from("~/.aws/credentials"),
            line: 3,
            section: "default".to_owned(),
            key: "aws_access_key_id".to_owned(),
        },
    }
}

thread_local! {
    static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn with_proxies<T>(
    profile: &Profile,
    proxies: Proxies,
    test: impl AsyncFnOnce(&Sts<'_>) -> T,
) -> T {
    let (keys, clock) = (keys(), Clock::default());
    let messages = Messages::new(
        |note| NOTES.with_borrow_mut(|notes| notes.push(note.to_owned())),
        Level::Normal,
    );
    let sts = Sts::with_proxies(profile, &keys, proxies, &clock, &messages).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test(&sts))
}

fn with<T>(profile: &Profile, test: impl AsyncFnOnce(&Sts<'_>) -> T) -> T {
    with_proxies(profile, Proxies::default(), test)
}

async fn login(sts: &Sts<'_>) -> Result<Credentials, Failure> {
    let code = TokenCode::parse("123456", CodeOrigin::Given).unwrap();
    sts.session_token(SERIAL, &code, 3_600).await
}

/// A failure's text with its hint; its Debug output must hold no secret either.
fn shown(failure: &Failure) -> String {
    let text = format!(
        "{:#} | {}",
        failure.error,
        hint_of(&failure.error).unwrap_or("no hint")
    );
    for secret in [SECRET, "123456,", TOKEN, TEMPORARY_SECRET] {
        assert!(
            !text.contains(secret) && !format!("{failure:?}").contains(secret),
            "{text}"
        );
    }
    text
}

fn identity_body() -> String {
    let text = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/\
         path/alice</Arn><UserId>AIDA</UserId><Account>123456789012</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>";
    text.to_owned()
}

const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN";
const TEMPORARY_SECRET: &str = "temporarySecretAccessKeyTemporarySecretX";

fn session_body() -> String {
    let end = Clock::default().local() + Duration::from_hours(1);
    let end = aws_smithy_types::DateTime::from(end);
    let end = end
        .fmt(aws_smithy_types::date_time::Format::DateTime)
        .unwrap();
    format!(
        "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
         <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><Expiration>{end}</Expiration>\
         <SecretAccessKey>{TEMPORARY_SECRET}</SecretAccessKey>\
         <SessionToken>{TOKEN}</SessionToken></Credentials></GetSessionTokenResult>\
         </GetSessionTokenResponse>"
    )
}

fn error_body(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>\
         </Error><RequestId>req-1</RequestId></ErrorResponse>"
    )
}
