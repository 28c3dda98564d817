//! What a profile says of a role: sent as it stands, or refused before any call.

use crate::support::landing::{Landing, role};

#[test]
fn what_is_configured_is_sent() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile base]\nsession_tags = team=ops, stage=dev\ntransitive_session_tags = team\n\
         [profile tagged]\ninclude_profile = base\nrole_arn = {}\nsource_profile = landing\n\
         role_session_name = me@here\nsource_identity = alice\nduration_seconds = 900\n",
        role("dev")
    ));
    landing
        .login(&format!("tagged {}", landing.aws.code()))
        .run()
        .success();
    let request = &landing.aws.requests()[1];
    for (name, value) in [
        ("RoleSessionName", "me@here"),
        ("SourceIdentity", "alice"),
        ("DurationSeconds", "900"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "ops"),
        ("Tags.member.2.Key", "stage"),
        ("TransitiveTagKeys.member.1", "team"),
    ] {
        assert_eq!(request.parameter(name), Some(value), "{name}");
    }
    let landing = Landing::new();
    let flags = [
        "--role-arn",
        &role("stage"),
        "--external-id",
        "42",
        "--role-session-name",
        "flag",
    ];
    let run = landing
        .login(&format!("landing {}", landing.aws.code()))
        .arguments(flags)
        .run();
    assert_eq!(run.exports("AWSMFA_ROLE_ARN"), role("stage"));
    assert_eq!(
        landing.aws.requests()[1].parameter("RoleSessionName"),
        Some("flag")
    );
    let landing = Landing::new();
    landing
        .login(&format!("landing {}", landing.aws.code()))
        .env("MFA_ASSUME_ROLE", role("dev"))
        .run()
        .success();
    assert_eq!(landing.calls()[1], "AssumeRole dev");
    let name = landing.aws.requests()[1]
        .parameter("RoleSessionName")
        .map(str::to_owned);
    assert!(name.expect("a name").starts_with("alice@"));
}

#[test]
fn assume_role_of_aws_mfa_is_a_role() {
    let landing = Landing::new();
    let user = landing.aws.user();
    landing.home.write(
        ".aws/credentials",
        format!(
            "[old-long-term]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_mfa_device = {}\nassume_role = {}\n",
            user.keys[0].id, user.keys[0].secret, user.devices[0].serial_number, role("dev")
        ),
    );
    landing
        .login(&format!("old {}", landing.aws.code()))
        .run()
        .success();
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

#[test]
fn without_a_device_the_role_is_assumed_without_a_code() {
    let landing = Landing::new();
    landing.aws.change(|options| {
        options.users[0].devices.clear();
        options.roles[0].trust_needs_mfa = false;
    });
    let config = std::fs::read_to_string(landing.home.path().join(".aws/config")).unwrap();
    let config: Vec<_> = config
        .lines()
        .filter(|line| !line.starts_with("mfa_serial"))
        .collect();
    landing.home.write(".aws/config", config.join("\n"));
    let run = landing
        .awsmfa(["env", "dev", "--verbose", "--shell", "sh"])
        .run();
    run.success().complains("assumed without an MFA code");
    assert_eq!(landing.calls(), ["GetCallerIdentity", "AssumeRole dev"]);
    let run = landing.login("stage").run();
    run.failure(1)
        .complains("no MFA code was sent")
        .complains("external id was 42");
}

/// Before any call, and nothing else is said.
#[track_caller]
fn refused(config: &str, profile: &str, words: &[&str]) {
    let landing = Landing::new();
    landing.configure(config);
    let run = landing.awsmfa(["env", profile, "123456"]).run();
    run.failure(1).prints("false\n");
    for word in words {
        run.complains(word);
    }
    let ours = |line: &str| line.starts_with("awsmfa: ");
    assert!(run.stderr.lines().all(ours), "{}", run.story());
    assert!(landing.aws.requests().is_empty(), "{}", run.story());
}

#[test]
fn what_aws_would_refuse_is_not_sent() {
    let many: Vec<_> = (0..51).map(|number| format!("k{number}=v")).collect();
    let many = format!("session_tags = {}", many.join(","));
    for (settings, words) in [
        (
            "role_session_name = a b",
            &["role_session_name is not a role session name", "' '"][..],
        ),
        ("role_session_name = a", &["2 to 64"]),
        ("external_id = 1", &["2 to 1224"]),
        ("source_identity = a:b", &["source identity", "':'"]),
        (&many, &["51 tags, AWS takes 50"]),
        (
            "session_tags = a=b\ntransitive_session_tags = c",
            &["\"c\""],
        ),
        (
            "duration_seconds = 899",
            &["15m to 12h", "duration_seconds"],
        ),
        (
            "duration_seconds = 43201",
            &["15m to 12h", "[profile x] duration_seconds"],
        ),
        (
            "credential_source = Environment",
            &["exclude each other", "source_profile", "credential_source"],
        ),
        (
            "include_profile = y\n[profile y]\ninclude_profile = x",
            &["include_profile goes in a circle: ", "[profile y]"],
        ),
        (
            "include_profile = gone",
            &["include_profile names a profile that does not exist: gone"],
        ),
    ] {
        let arn = role("dev");
        let role = format!("role_arn = {arn}\nsource_profile = landing");
        refused(&format!("[profile x]\n{role}\n{settings}\n"), "x", words);
    }
}

#[test]
fn a_role_that_cannot_be_reached_is_named() {
    let chain =
        (0..9).map(|number| format!("ROLE\nsource_profile = c{}\n[profile c{0}]", number + 1));
    let chain = chain.collect::<Vec<_>>().join("\n");
    for (settings, words) in [
        (
            "role_arn = admin\nsource_profile = landing",
            &[
                "role_arn is not the ARN of a role",
                "arn:aws:iam::123456789012:role/NAME",
            ][..],
        ),
        (
            "role_arn = arn:aws-cn:iam::123456789012:role/x\nsource_profile = landing",
            &["partition aws-cn", "mfa_serial is in aws"],
        ),
        (
            "ROLE\nsource_profile = c0",
            &["no long-term keys in ~/.aws/c"],
        ),
        (
            "ROLE\ncredential_source = Moon",
            &["\"Moon\"", "supports only Environment"],
        ),
        ("ROLE\nsource_profile = gone", &["does not exist: gone"]),
        (
            &format!("{chain}\nROLE\nsource_profile = landing"),
            &["the chain has 10 roles"],
        ),
    ] {
        let settings = settings.replace("ROLE", &format!("role_arn = {}", role("dev")));
        refused(&format!("[profile c0]\n{settings}\n"), "c0", words);
    }
}
