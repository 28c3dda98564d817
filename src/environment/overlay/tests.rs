use super::super::Environment;
use super::*;

const D: &str = "/run/o";

fn environment(more: &[(&str, &str)]) -> Environment {
    let own = [
        (OVERLAY, D),
        ("AWS_CONFIG_FILE", "/run/o/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/run/o/credentials"),
        ("AWSMFA_CONFIG_FILE", "/home/a/config"),
        (SESSION, "ASIA1 the/secret the/token"),
        (BASES, "2 bases"),
        (PROFILE, "dev"),
        ("AWS_PROFILE", "dev"),
    ];
    Environment::of(&[&own, more].concat())
}

#[test]
fn awsmfa_sees_the_users_files_and_the_session() {
    let environment = environment(&[]);
    for (name, value) in [
        ("AWS_CONFIG_FILE", Some("/home/a/config")),
        ("AWS_SHARED_CREDENTIALS_FILE", None),
        ("AWS_ACCESS_KEY_ID", Some("ASIA1")),
        ("AWS_SECRET_ACCESS_KEY", Some("the/secret")),
        ("AWS_SESSION_TOKEN", Some("the/token")),
        ("AWSMFA_ACCESS_KEY_ID", Some("ASIA1")),
        ("AWS_PROFILE", None),
        (BASE, Some("2 bases")),
    ] {
        assert_eq!(environment.get(name), value, "{name}");
    }
    assert!(environment.holds_own_session() && environment.is_for_every_profile());
}

/// What was set since the login counts.
#[test]
fn what_no_longer_names_the_overlay_stays() {
    let environment = environment(&[
        ("AWS_CONFIG_FILE", "/other"),
        ("AWS_PROFILE", "prod"),
        ("AWS_ACCESS_KEY_ID", "ASIA2"),
        (BASE, "2 mine"),
    ]);
    for (name, value) in [
        ("AWS_CONFIG_FILE", Some("/other")),
        ("AWS_PROFILE", Some("prod")),
        ("AWS_ACCESS_KEY_ID", Some("ASIA2")),
        ("AWS_SESSION_TOKEN", None),
        ("AWSMFA_ACCESS_KEY_ID", Some("ASIA1")),
        (BASE, Some("2 mine")),
    ] {
        assert_eq!(environment.get(name), value, "{name}");
    }
    assert!(environment.holds_other_keys());
}

#[test]
fn without_an_overlay_nothing_is_taken_out() {
    let environment = Environment::of(&[(SESSION, "a b c"), ("AWSMFA_CONFIG_FILE", "/x")]);
    assert_eq!(environment.get("AWS_ACCESS_KEY_ID"), None);
    assert_eq!(environment.get("AWS_CONFIG_FILE"), None);
    for session in ["", "a", "a b", "a b c d"] {
        let environment = environment_of(session);
        assert_eq!(environment.get("AWS_ACCESS_KEY_ID"), None, "{session}");
    }
}

fn environment_of(session: &str) -> Environment {
    Environment::of(&[(OVERLAY, D), (SESSION, session)])
}
