//! Profiles as people have them: the files of the AWS CLI, of aws-mfa, reusabit's awsmfa and
//! aws-vault log in unchanged, with the right keys, device, region and duration; and what wins
//! where several say something.

use crate::support::home::{Home, Run, exported};
use crate::support::pty::Pty;
use crate::support::stand_in::{AccessKey, Device, Options, Recorded, StandIn, User};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";
const PERMANENT: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
/// What aws-mfa and others write: must never be sent.
const DEBRIS: &str = "aws_access_key_id = ASIAOLDOLDOLDOLDOLD1
aws_secret_access_key = 0000000000000000000000000000000000000000
aws_session_token = FwoGZXIvYXdzEOLD
";

/// A login; `files` are name and text, with PERMANENT, DEBRIS and SERIAL filled in.
fn login(
    files: &[(&str, &str)],
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (Run, Vec<Recorded>) {
    let aws = StandIn::start(Options::default());
    let home = Home::new();
    for (name, text) in files {
        let text = text.replace("PERMANENT", PERMANENT);
        let text = text.replace("DEBRIS", DEBRIS).replace("SERIAL", SERIAL);
        home.write(name, text);
    }
    let run = home
        .awsmfa(["env", "--shell", "sh", "--timeout", "4"])
        .arguments(arguments)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env("AWSMFA_TOKEN_CODE", aws.code())
        .envs(variables.iter().copied())
        .run();
    (run, aws.requests())
}

/// The one request of a login, and the values it exports.
#[track_caller]
fn logged_in(
    files: &[(&str, &str)],
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (Recorded, Vec<(String, String)>) {
    let (run, requests) = login(files, arguments, variables);
    run.success();
    assert!(run.stderr.is_empty(), "{}", run.story());
    assert_eq!(requests.len(), 1, "{}", run.story());
    let request = requests[0].clone();
    assert_eq!(request.access_key_id, ID, "{}", run.story());
    assert_eq!(
        request.parameter("SerialNumber"),
        Some(SERIAL),
        "{}",
        run.story()
    );
    assert_eq!(request.session_token, None);
    (request, exported(&run.stdout))
}

fn value<'a>(exported: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = exported.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

const CONFIG: &str = ".aws/config";
const CREDENTIALS: &str = ".aws/credentials";

#[test]
fn aws_mfas_file_with_its_debris() {
    let credentials = "[default-long-term]\naws_mfa_device = SERIAL\nPERMANENT\n\
                       [default]\nassumed_role = False\nDEBRIS\naws_security_token = FwoGZXIvYXdzEOLD\n\
                       expiration = 2019-02-03 04:05:06\n";
    for arguments in [
        &[][..],
        &["default"],
        &["default-long-term"],
        &["--profile", "default"],
    ] {
        let (request, _) = logged_in(&[(CREDENTIALS, credentials)], arguments, &[]);
        assert_eq!(request.parameter("DurationSeconds"), Some("43200"));
    }
    let (request, _) = logged_in(
        &[(CREDENTIALS, credentials)],
        &[],
        &[("MFA_STS_DURATION", "1800")],
    );
    assert_eq!(request.parameter("DurationSeconds"), Some("1800"));
}

/// `aws-mfa --long-term-suffix none` and files without the device in them.
#[test]
fn aws_mfas_variables() {
    let long_term = [(CREDENTIALS, "[dev-long-term]\nPERMANENT\n")];
    logged_in(&long_term, &["dev"], &[("MFA_DEVICE", SERIAL)]);
    logged_in(
        &long_term,
        &["dev"],
        &[("AWS_MFA_SERIAL", SERIAL), ("MFA_DEVICE", "")],
    );
    let plain = [(CREDENTIALS, "[dev]\nPERMANENT\naws_mfa_device = SERIAL\n")];
    logged_in(&plain, &["dev"], &[]);
}

/// A login of aws-mfa's that wrote no mark but the token.
#[test]
fn debris_alone_is_no_profile_to_log_in_with() {
    let (run, requests) = login(
        &[(CREDENTIALS, "[default]\nDEBRIS")],
        &["--mfa-serial", SERIAL],
        &[],
    );
    run.failure(1)
        .complains("~/.aws/credentials:2 [default] aws_access_key_id comes with aws_session_token")
        .complains("[default-long-term]");
    assert!(requests.is_empty());
}

#[test]
fn reusabits_bare_sections() {
    let config = "[dev]\nregion = eu-west-1\nsource_profile = devPerm\n\
                  [devPerm]\nmfa_serial = SERIAL\nuser_arn = arn:aws:iam::123456789012:user/alice\n";
    let files = [
        (CONFIG, config),
        (CREDENTIALS, "[dev]\nDEBRIS\n[devPerm]\nPERMANENT\n"),
    ];
    for arguments in [&["dev"][..], &["devPerm"]] {
        logged_in(&files, arguments, &[]);
    }
    let (request, exported) = logged_in(&files, &[], &[("AWS_PROFILE", "dev")]);
    assert_eq!(request.region, "eu-west-1");
    assert_eq!(value(&exported, "AWSMFA_PROFILE"), Some("dev"));
}

#[test]
fn aws_vaults_credential_process() {
    let json = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}"#;
    let config =
        format!("[profile dev]\nmfa_serial = SERIAL\ncredential_process = printf %s '{json}'\n");
    logged_in(&[(CONFIG, &config)], &["dev"], &[]);
    let source = format!("{config}[profile admin]\nsource_profile = dev\nregion = eu-west-1\n");
    let (request, _) = logged_in(&[(CONFIG, &source)], &["admin"], &[]);
    assert_eq!(request.region, "eu-west-1");
}

/// The home directory of an oathtool script: a secret in `~/.aws-mfa`, and plain profiles.
#[test]
fn a_secret_beside_the_aws_clis_own_files() {
    let files = [
        (
            CONFIG,
            "[default]\nregion = us-east-2\noutput = json\n[profile dev]\nmfa_serial = SERIAL\n",
        ),
        (CREDENTIALS, "[default]\nPERMANENT\n[dev]\nPERMANENT\n"),
        (".aws-mfa", "GEZD GNBV gy3t qojq GEZD GNBV GY3T QOJQ\n"),
    ];
    logged_in(&files, &["dev"], &[("AWSMFA_TOKEN_CODE", "")]);
    let (request, exported) = logged_in(
        &files,
        &["--mfa-serial", SERIAL],
        &[("AWSMFA_TOKEN_CODE", "")],
    );
    assert_eq!(request.region, "us-east-2");
    assert_eq!(value(&exported, "AWS_DEFAULT_REGION"), Some("us-east-2"));
}

#[test]
fn files_that_the_variables_name() {
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
fn the_profile_is_the_first_that_is_named() {
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
fn the_device_is_the_first_that_is_named() {
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
fn the_region_is_the_first_that_is_named() {
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
fn durations_are_the_first_that_is_named() {
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

/// Neither the session that the terminal holds nor keys that somebody exported.
#[test]
fn keys_of_the_terminal_are_never_taken() {
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
    let secret = PERMANENT
        .lines()
        .last()
        .and_then(|line| line.rsplit(' ').next())
        .unwrap_or_default();
    let keys = [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", secret)];
    for files in [&[][..], &[(CONFIG, "[default]\nmfa_serial = SERIAL\n")]] {
        let (run, requests) = login(files, &[], &keys);
        run.failure(1)
            .complains("those in the environment are not taken");
        assert!(
            requests.is_empty() && !run.stderr.contains(secret),
            "{}",
            run.story()
        );
    }
}

#[test]
fn names_that_are_nearly_right_are_suggested() {
    let text = "[default]\nPERMANENT\n[production]\nPERMANENT\n[staging-long-term]\nPERMANENT\n";
    let files = [
        (CREDENTIALS, text),
        (
            CONFIG,
            "[profile development]\n[profile two words]\n[sso-session prodution]\n",
        ),
    ];
    for (name, hint) in [
        ("prodution", "hint: did you mean production?"),
        ("Production", "hint: did you mean production?"),
        ("stagign", "hint: did you mean staging?"),
        ("devlopment", "hint: did you mean development?"),
        (
            "xyz",
            "hint: there are default, development, production, staging",
        ),
        (
            "12345",
            "hint: a number is taken for an MFA code when it has exactly six digits",
        ),
    ] {
        let (run, requests) = login(&files, &[name], &[("AWSMFA_TOKEN_CODE", "")]);
        run.failure(1)
            .complains(&format!("could not log in to profile {name}: there is no such profile in ~/.aws/credentials and ~/.aws/config"))
            .complains(hint);
        assert!(requests.is_empty());
    }
    let (run, _) = login(&files, &[], &[("AWS_PROFILE", "gone")]);
    run.failure(1)
        .complains("could not log in to profile gone (named by AWS_PROFILE): ");
    let (run, _) = login(&[], &[], &[]);
    run.failure(1)
        .complains(
            "no such profile in ~/.aws/credentials (not there) and ~/.aws/config (not there)",
        )
        .complains("hint: put your keys into ~/.aws/credentials: a line [default]");
}

/// Several devices: the choice is made on the terminal, and the line for it shown.
#[test]
fn the_device_is_chosen_on_the_terminal() {
    let phone = "arn:aws:iam::123456789012:mfa/phone";
    let aws = StandIn::start(Options {
        users: vec![User {
            devices: vec![Device::totp(phone), Device::totp(SERIAL)],
            keys: vec![AccessKey::active(
                ID,
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            )],
            ..User::default()
        }],
        ..Options::default()
    });
    let home = Home::new();
    home.write(CREDENTIALS, format!("[default]\n{PERMANENT}"));
    let out = home.path().join("out");
    let line = format!(
        "'{}' env --shell sh >{}",
        crate::support::home::AWSMFA,
        out.display()
    );
    let mut terminal = Pty::spawn(&["sh", "-c", &line], |command| {
        command.env_clear().envs(home.environment());
        command.env("AWS_ENDPOINT_URL", aws.endpoint());
    });
    terminal.expect(phone);
    terminal.expect(SERIAL);
    terminal.expect(": ");
    terminal.send("2\r");
    terminal.expect(&format!("mfa_serial = {SERIAL}"));
    aws.settle();
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.code()));
    assert!(terminal.wait().success(), "{}", terminal.seen());
    let login = aws.requests().pop().expect("a login");
    assert_eq!(login.parameter("SerialNumber"), Some(SERIAL));
    let session = std::fs::read_to_string(out).expect("the session");
    assert_eq!(
        value(&exported(&session), "AWSMFA_MFA_SERIAL"),
        Some(SERIAL)
    );
}
