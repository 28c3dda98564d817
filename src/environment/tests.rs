//! What `on` and `off` change, and what is held.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::credentials::Credentials;
use crate::origin::{Origin, Sourced};
use crate::secret::Secret;

impl Environment {
    /// An environment made up for a test.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        let pair = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        Self {
            user: OnceCell::from(None),
            ..Self::new(variables.iter().map(pair).collect())
        }
    }
}

/// 2026-01-02T03:04:05Z
const END: u64 = 1_767_323_045;

pub fn credentials() -> Credentials {
    Credentials {
        access_key_id: "ASIAEXAMPLE".into(),
        secret_access_key: Secret::new("secret/+=".into()),
        session_token: Secret::new("token".into()),
        expiration: UNIX_EPOCH + Duration::from_secs(END),
    }
}

/// `region` is `flag:NAME`, `profile:NAME` or nothing.
fn changes(region: &str, environment: &[(&str, &str)]) -> Vec<Change> {
    let region = region.split_once(':').map(|(origin, name)| Sourced {
        value: name.to_owned(),
        origin: if origin == "flag" {
            Origin::Flag("--region")
        } else {
            Origin::Rule("profile")
        },
    });
    let session = NewSession {
        credentials: &credentials(),
        profile: "work",
        role_arn: None,
        mfa_serial: Some("arn:aws:iam::1:mfa/a"),
        long_term_key_id: Some("AKIAEXAMPLE"),
        base_expires_at: None,
        bases: None,
        request: None,
        region: region.as_ref(),
        settings: &[],
        overlay: None,
    };
    on(session, &Environment::of(environment)).unwrap()
}

const UNSET: &str = "<unset>";
const LEFT: &str = "<left alone>";

/// What becomes of a variable.
fn value<'a>(changes: &'a [Change], name: &str) -> &'a str {
    let Some(change) = changes.iter().find(|change| change.name == name) else {
        return LEFT;
    };
    change.value.as_ref().map_or(UNSET, |value| value.as_str())
}

#[test]
fn sets_the_session_and_unsets_what_misleads() {
    let changes = changes("", &[]);
    for (name, expected) in [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret/+="),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_CREDENTIAL_EXPIRATION", "2026-01-02T03:04:05Z"),
        ("AWSMFA_PROFILE", "work"),
        ("AWSMFA_MFA_SERIAL", "arn:aws:iam::1:mfa/a"),
        ("AWSMFA_EXPIRES_AT", "1767323045"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAEXAMPLE"),
    ] {
        assert_eq!(value(&changes, name), expected, "{name}");
    }
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SECURITY_TOKEN",
        "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_SCOPE",
        "AWS_CREDENTIAL_FILE",
        "AWS_EB_PROFILE",
        "AWSMFA_ROLE_ARN",
        "AWSMFA_REGION",
    ] {
        assert_eq!(value(&changes, name), UNSET, "{name}");
    }
    assert_eq!(value(&changes, "AWS_REGION"), LEFT);
    assert!(
        changes.is_sorted_by_key(|change| change.value.is_some()),
        "unsets first"
    );
    assert!(
        changes
            .iter()
            .all(|change| VARIABLES.contains(&&*change.name) == change.exported)
    );
}

#[test]
fn regions_are_set_and_left_by_these_rules() {
    type Given<'a> = &'a [(&'a str, &'a str)];
    let own = [
        ("AWS_REGION", "r1"),
        ("AWS_DEFAULT_REGION", "r1"),
        ("AWSMFA_REGION", "r1"),
    ];
    let moved = [
        ("AWS_REGION", "r9"),
        ("AWS_DEFAULT_REGION", "r1"),
        ("AWSMFA_REGION", "r1"),
    ];
    let (a, b, marker) = (
        ("AWS_REGION", "t"),
        ("AWS_DEFAULT_REGION", "u"),
        ("AWSMFA_REGION", "r"),
    );
    let cases: [(&str, Given, [&str; 3]); 10] = [
        ("flag:f", &[a], ["f", "f", "f"]),
        ("profile:p", &[], ["p", "p", "p"]),
        ("profile:p", &[a], ["t", "t", UNSET]),
        ("profile:p", &[b], ["u", "u", UNSET]),
        ("", &[a, b], ["t", "u", UNSET]),
        ("", &[("AWS_REGION", "")], [LEFT, LEFT, UNSET]),
        ("profile:p2", &own, ["p2", "p2", "p2"]),
        ("", &own, [UNSET, UNSET, UNSET]),
        ("profile:p2", &moved, ["r9", "r1", UNSET]),
        ("", &[marker], [LEFT, LEFT, UNSET]),
    ];
    for (said, environment, expected) in cases {
        let changes = changes(said, environment);
        let found =
            ["AWS_REGION", "AWS_DEFAULT_REGION", "AWSMFA_REGION"].map(|n| value(&changes, n));
        assert_eq!(found, expected, "{environment:?}");
    }
}

#[test]
fn refuses_odd_values() {
    let bad = |credentials: &Credentials, profile: &str| {
        let session = NewSession {
            credentials,
            profile,
            role_arn: None,
            mfa_serial: None,
            long_term_key_id: None,
            base_expires_at: None,
            bases: None,
            request: None,
            region: None,
            settings: &[],
            overlay: None,
        };
        on(session, &Environment::of(&[])).is_err()
    };
    assert!(!bad(&credentials(), "it's $(me)"));
    for profile in ["a\nb", "a\0b", "a\u{1b}[2J", "a\u{85}b"] {
        assert!(bad(&credentials(), profile), "{profile:?}");
    }
    for key in ["", "a\tb", "a b", "a\nb", "ä"] {
        assert!(bad(
            &Credentials {
                session_token: Secret::new(key.into()),
                ..credentials()
            },
            "p"
        ));
        assert!(bad(
            &Credentials {
                access_key_id: key.into(),
                ..credentials()
            },
            "p"
        ));
    }
}

#[test]
fn off_touches_nothing_without_a_session_and_only_its_own_region() {
    assert!(off(&Environment::of(&[("AWS_ACCESS_KEY_ID", "AKIAOWN")])).is_empty());
    let names = |environment: &[(&str, &str)]| -> Vec<_> {
        off(&Environment::of(environment))
            .iter()
            .map(|change| change.name.clone().into_owned())
            .collect()
    };
    let held = ("AWSMFA_EXPIRES_AT", "1");
    assert!(names(&[held]).contains(&"AWS_SESSION_TOKEN".to_owned()));
    assert!(!names(&[held, ("AWS_REGION", "r")]).contains(&"AWS_REGION".to_owned()));
    let own = [
        held,
        ("AWS_REGION", "r"),
        ("AWS_DEFAULT_REGION", "r"),
        ("AWSMFA_REGION", "r"),
    ];
    assert!(names(&own).contains(&"AWS_REGION".to_owned()));
}

#[test]
fn invalid_session_variables_count_as_no_session() {
    let whole = [
        ("AWS_ACCESS_KEY_ID", "ASIA"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "t"),
        ("AWSMFA_PROFILE", "work"),
        ("AWSMFA_EXPIRES_AT", "1000"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIA"),
    ];
    let held = Held::read(&Environment::of(&whole)).unwrap();
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    assert!(held.serves("work", None, at(399)));
    assert!(!held.serves("work", None, at(400)));
    assert!(!held.serves("other", None, at(0)));
    assert_eq!(held.left(at(2000)), Duration::ZERO);
    for (name, _) in whole {
        let without: Vec<_> = whole.iter().copied().filter(|(n, _)| *n != name).collect();
        assert_eq!(Held::read(&Environment::of(&without)), None, "{name}");
    }
    for junk in [
        "",
        "x",
        "-1",
        "+5",
        "1e9",
        " 5",
        "18446744073709551616",
        "18446744073709551615",
    ] {
        let mut odd = whole;
        odd[4].1 = junk;
        assert_eq!(Held::read(&Environment::of(&odd)), None, "{junk}");
    }
}
