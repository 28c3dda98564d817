//! What wins where several say something.

use super::{CONFIG, CREDENTIALS, SERIAL, logged_in, value};

#[test]
fn the_variables_choose_the_files() {
    let files = [
        ("c o/nfig", "[default]\nmfa_serial = SERIAL\n"),
        ("keys", "[default]\nPERMANENT\n"),
        (
            CONFIG,
            "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/wrong\n",
        ),
        (CREDENTIALS, "[default]\nDEBRIS\n"),
    ];
    let variables = [
        ("AWS_CONFIG_FILE", "~/c o/nfig"),
        ("AWS_SHARED_CREDENTIALS_FILE", "keys"),
    ];
    logged_in(&files, &[], &variables);
    // What no shell has expanded, the AWS CLI does; a name that is not set stays.
    let variables = [
        ("AWS_CONFIG_FILE", "~/c o/nfig"),
        (
            "AWS_SHARED_CREDENTIALS_FILE",
            "${HOME}/$SUB/$nobody/ke$$YS_$",
        ),
        ("SUB", "c o"),
        ("YS_", "y"),
    ];
    let expanded = [files[0], ("c o/$nobody/ke$y$", files[1].1), files[3]];
    logged_in(&expanded, &[], &variables);
    // Both in one file, as some have it.
    let one = [(CONFIG, "[default]\nmfa_serial = SERIAL\nPERMANENT\n")];
    logged_in(&one, &[], &[("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")]);
    logged_in(
        &one,
        &[],
        &[("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/at/all")],
    );
    logged_in(&one, &[], &[("AWS_SHARED_CREDENTIALS_FILE", "")]);
}

#[test]
fn profiles_have_this_precedence() {
    let one = "PERMANENT\nmfa_serial = SERIAL\n";
    let text = format!("[default]\n{one}[a]\n{one}[b]\n{one}[c]\n{one}[123456]\n{one}");
    let files = [(CREDENTIALS, text.as_str())];
    let all = [
        ("AWS_PROFILE", "a"),
        ("AWS_DEFAULT_PROFILE", "b"),
        ("AWSMFA_PROFILE", "c"),
    ];
    for (arguments, variables, expected) in [
        (&["default"][..], &all[..], "default"),
        (&["--profile", "default"], &all, "default"),
        (&["-p", "default"], &all, "default"),
        (&[], &all, "a"),
        (&[], &all[1..], "b"),
        (&[], &all[2..], "c"),
        (
            &[],
            &[("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "b")],
            "b",
        ),
        (&[], &[], "default"),
        (&["--profile", "123456"], &[], "123456"),
    ] {
        let (_, exported) = logged_in(&files, arguments, variables);
        assert_eq!(value(&exported, "AWSMFA_PROFILE"), Some(expected));
    }
}

#[test]
fn devices_have_this_precedence() {
    let other = "arn:aws:iam::123456789012:mfa/other";
    let own = "[default]\nPERMANENT\nmfa_serial = SERIAL\naws_mfa_device = arn:aws:iam::123456789012:mfa/old\n";
    logged_in(&[(CREDENTIALS, own)], &[], &[("MFA_DEVICE", other)]);
    let wrong = own.replace("SERIAL", other);
    logged_in(
        &[(CREDENTIALS, &wrong)],
        &["--mfa-serial", SERIAL],
        &[("MFA_DEVICE", other)],
    );
    let source =
        format!("[default]\nsource_profile = base\n[base]\nPERMANENT\nmfa_serial = {other}\n");
    logged_in(
        &[(CREDENTIALS, &source)],
        &[],
        &[("AWS_MFA_SERIAL", SERIAL)],
    );
    logged_in(&[(CREDENTIALS, &source.replace(other, "SERIAL"))], &[], &[]);
}

/// The region of the call, and what the terminal gets.
#[test]
fn regions_have_this_precedence() {
    let none = "[default]\nPERMANENT\nmfa_serial = SERIAL\n";
    let own = format!("{none}region = eu-west-1\n");
    let source = "[default]\nsource_profile = base\nmfa_serial = SERIAL\n[base]\nPERMANENT\nregion = eu-west-2\n";
    let both = [
        ("AWS_REGION", "eu-west-3"),
        ("AWS_DEFAULT_REGION", "eu-north-1"),
    ];
    for (text, arguments, variables, call, session) in [
        (
            own.as_str(),
            &["--region", "ap-south-1"][..],
            &both[..],
            "ap-south-1",
            Some("ap-south-1"),
        ),
        (&own, &[], &[], "eu-west-1", Some("eu-west-1")),
        (&own, &[], &both[..1], "eu-west-1", Some("eu-west-3")),
        (source, &[], &[], "eu-west-2", Some("eu-west-2")),
        (none, &[], &both[..1], "eu-west-3", Some("eu-west-3")),
        (none, &[], &both[1..], "eu-north-1", Some("eu-north-1")),
        (
            none,
            &[],
            &[("AWS_REGION", ""), both[1]],
            "eu-north-1",
            Some("eu-north-1"),
        ),
        (none, &[], &[], "us-east-1", None),
    ] {
        let (request, exported) = logged_in(&[(CREDENTIALS, text)], arguments, variables);
        assert_eq!(request.region, call, "{text} {variables:?}");
        let terminal = variables
            .iter()
            .find(|(name, _)| *name == "AWS_REGION")
            .map(|(_, region)| *region);
        let region =
            value(&exported, "AWS_REGION").or(terminal.filter(|region| !region.is_empty()));
        assert_eq!(region, session, "{text} {variables:?}");
    }
}

#[test]
fn durations_have_this_precedence() {
    let text = "[default]\nPERMANENT\nmfa_serial = SERIAL\nduration_seconds = 1000\n";
    let variables = [
        ("AWSMFA_DURATION", "20m"),
        ("MFA_STS_DURATION", "1300"),
        ("AWS_SESSION_TOKEN_TTL", "1h"),
    ];
    for (arguments, variables, expected) in [
        (&["--duration", "90m"][..], &variables[..], "5400"),
        (&[], &variables, "1200"),
        (&[], &variables[1..], "1300"),
        (&[], &variables[2..], "3600"),
        (&[], &[], "1000"),
    ] {
        let (request, _) = logged_in(&[(CREDENTIALS, text)], arguments, variables);
        assert_eq!(request.parameter("DurationSeconds"), Some(expected));
    }
}

/// Nor does a session in the variables win over keys in a file.
#[test]
fn a_session_of_the_terminal_is_never_taken_for_long_term_keys() {
    let session = [
        ("AWS_ACCESS_KEY_ID", "ASIAOLDOLDOLDOLDOLD1"),
        (
            "AWS_SECRET_ACCESS_KEY",
            "0000000000000000000000000000000000000000",
        ),
        ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEOLD"),
        ("AWS_SECURITY_TOKEN", "FwoGZXIvYXdzEOLD"),
    ];
    logged_in(
        &[(CREDENTIALS, "[default]\nPERMANENT\nmfa_serial = SERIAL\n")],
        &[],
        &session,
    );
}
