//! Profiles as people have them: the files of the AWS CLI, of aws-mfa, reusabit's awsmfa and
//! aws-vault log in unchanged, with the right keys, device, region and duration.

mod environment;
mod exchanged;
mod identity;
mod names;
mod order;
mod other_ways;
mod reasons;
mod taken;

use crate::support::home::{Home, Run, exported};
use crate::support::stand_in::{Options, Recorded, StandIn};

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
        .login("--timeout 4")
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .arguments(arguments)
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
fn a_file_of_aws_mfa_with_old_sessions_is_read() {
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

/// Debris of a version that marked nothing: `[P-long-term]` comes first all the same.
#[test]
fn long_term_sections_come_first() {
    let unmarked = "[default]\naws_access_key_id = AKIAOLDOLDOLDOLDOLD1\n\
                    aws_secret_access_key = 0000000000000000000000000000000000000000\n\
                    mfa_serial = arn:aws:iam::123456789012:mfa/old\n\
                    [default-long-term]\naws_mfa_device = SERIAL\nmfa_serial = SERIAL\nPERMANENT\n";
    logged_in(&[(CREDENTIALS, unmarked)], &[], &[]);
}

/// `aws-mfa --long-term-suffix none` and files without the device in them.
#[test]
fn the_variables_of_aws_mfa_are_read() {
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
fn an_old_session_of_aws_mfa_is_not_used_as_keys() {
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
fn bare_sections_of_reusabits_awsmfa_are_read() {
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
fn a_credential_process_of_aws_vault_is_run() {
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
fn a_secret_file_and_plain_profiles_are_enough() {
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
