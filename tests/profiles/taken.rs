//! Good set-ups of people, which are taken as they are.

use super::{CONFIG, CREDENTIALS, PERMANENT, SERIAL, logged_in, login};
use crate::support::home::Home;

#[test]
fn empty_session_settings_are_ignored() {
    for marks in [
        "aws_session_token =",
        "aws_security_token=\naws_session_token = \"\"",
        "assumed_role = False",
        "assumed_role = false\nassumed_role_arn = None\nexpiration =",
    ] {
        let text = format!("[default]\nPERMANENT{marks}\nmfa_serial = SERIAL\n");
        logged_in(&[(CREDENTIALS, &text)], &[], &[]);
    }
}

#[test]
fn a_mark_beside_a_long_term_key_is_named_as_the_line_to_delete() {
    for (marks, line) in [
        (
            "aws_session_token = FwoGZXIvYXdzEOLD",
            "~/.aws/credentials:4 [default] aws_session_token",
        ),
        (
            "region = eu-west-1\naws_security_token = FwoGZXIvYXdzEOLD",
            "~/.aws/credentials:5 [default] aws_security_token",
        ),
        (
            "expiration = 2019-02-03 04:05:06",
            "~/.aws/credentials:4 [default] expiration",
        ),
    ] {
        let text = format!("[default]\nPERMANENT{marks}\nmfa_serial = SERIAL\n");
        let (run, requests) = login(&[(CREDENTIALS, &text)], &[], &[]);
        run.failure(1)
            .complains("hint: delete ~/.aws/credentials:")
            .complains(line);
        assert!(
            requests.is_empty() && !run.stderr.contains("FwoG"),
            "{}",
            run.story()
        );
    }
}

/// The nearest device to the profile asked for, whatever its sources say.
#[test]
fn the_nearest_device_wins() {
    let role = "role_arn = arn:aws:iam::123456789012:role/dev\n";
    let old = "mfa_serial = arn:aws:iam::123456789012:mfa/old\n";
    let config = format!(
        "[profile dev]\n{role}mfa_serial = {SERIAL}\nsource_profile = mid\n\
         [profile mid]\n{role}{old}source_profile = base\n[profile base]\n{old}\n\
         [profile inherits]\n{role}source_profile = dev\n"
    );
    let home = Home::new();
    home.write(CONFIG, config);
    home.write(CREDENTIALS, format!("[base]\n{PERMANENT}"));
    for profile in ["dev", "inherits"] {
        let run = home.awsmfa(["plan", profile]).run();
        let device = format!("MFA device  {SERIAL} (~/.aws/config:3 [profile dev] mfa_serial)");
        run.success().says(&device);
    }
    let run = home.awsmfa(["plan", "mid"]).run();
    assert!(
        run.success().stdout.contains("mfa/old (~/.aws/config:7"),
        "{}",
        run.story()
    );
}

#[test]
fn the_partition_is_that_of_the_first_arn() {
    for (partition, region) in [
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-cn", "cn-north-1"),
        ("aws", "us-east-1"),
        ("aws-eusc", "eusc-de-east-1"),
    ] {
        let home = Home::new();
        home.write(CREDENTIALS, format!("[base]\n{PERMANENT}"));
        home.write(
            CONFIG,
            format!(
                "[profile dev]\nrole_arn = arn:{partition}:iam::123456789012:role/dev\n\
                 source_profile = base\nmfa_serial = GAHT12345678\n"
            ),
        );
        let run = home.awsmfa(["plan", "dev"]).run();
        let line = format!("region      {region} ");
        run.success().says(&line);
    }
}

#[test]
fn headers_by_the_rules_of_the_other_file_are_read() {
    let rest = "PERMANENTmfa_serial = SERIAL\n";
    for header in [
        "[profile dev]",
        "[ dev]",
        "[dev ]",
        "[\"dev\"]",
        "[profile 'dev']",
        "[profile  dev ]",
    ] {
        logged_in(
            &[(CREDENTIALS, &format!("{header}\n{rest}"))],
            &["dev"],
            &[],
        );
    }
    for header in ["[ dev]", "['dev']", "[ profile dev ]"] {
        logged_in(&[(CONFIG, &format!("{header}\n{rest}"))], &["dev"], &[]);
    }
    // A profile whose name is two words, as the AWS CLI has it.
    let config = "[profile 'profile dev']\nmfa_serial = SERIAL\n";
    let files = [(CONFIG, config), (CREDENTIALS, "[profile dev]\nPERMANENT")];
    logged_in(&files, &["profile dev"], &[]);
}

#[test]
fn a_section_that_is_nearly_right_is_named() {
    for header in ["Profile dev", "profile:dev"] {
        let (run, _) = login(&[(CONFIG, &format!("[{header}]\n"))], &["dev"], &[]);
        run.failure(1)
            .complains("there is no such profile")
            .complains(&format!("hint: the profiles are: {header}"));
    }
}

#[test]
fn shell_code_in_a_profile_file_is_reported() {
    let shell = format!(
        "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY=x\n",
        super::ID
    );
    for (text, cause) in [
        (
            format!("[dev]\n{shell}"),
            "no long-term keys in ~/.aws/credentials:1 [dev]; look at ~/.aws/credentials:2: the line is shell code",
        ),
        (
            format!("[dev]\nregion = eu-west-1\n  {}", shell.replace(' ', "\t")),
            "no long-term keys in ~/.aws/credentials:1 [dev]; look at ~/.aws/credentials:3: the line is shell code",
        ),
        (
            shell,
            "there is no such profile in ~/.aws/credentials or ~/.aws/config (not there); look at ~/.aws/credentials:1: the line is shell code",
        ),
    ] {
        let (run, requests) = login(&[(CREDENTIALS, &text)], &["dev"], &[]);
        run.failure(1).complains(cause);
        assert!(
            requests.is_empty() && !run.stderr.contains("AKIA"),
            "{}",
            run.story()
        );
    }
}
