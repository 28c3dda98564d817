//! A value that is refused says why, before anything is asked or sent.

use super::{CONFIG, CREDENTIALS, login};
use crate::support::home::Home;

/// `plan` and a login say the same, and nothing is sent.
#[track_caller]
pub(super) fn refused(config: &str, arguments: &[&str], words: &[&str]) {
    let files = [(CONFIG, config), (CREDENTIALS, "[base]\nPERMANENT")];
    let (run, requests) = login(&files, arguments, &[]);
    run.failure(1);
    let home = Home::new();
    home.write(CONFIG, config);
    home.write(CREDENTIALS, format!("[base]\n{}", super::PERMANENT));
    let plan = home.awsmfa(["plan"]).arguments(arguments).run();
    plan.failure(1);
    for word in words {
        run.complains(word);
        plan.complains(word);
    }
    assert!(requests.is_empty(), "{}", run.story());
}

#[test]
fn comments_and_quotes_behind_a_value_are_named() {
    let comment = "hint: put the comment on a line of its own";
    let quotes = "hint: remove the quotes";
    let role = "role_arn = arn:aws:iam::123456789012:role/dev";
    for line in [
        "region = eu-west-1 # Ireland",
        "region = eu-west-1\t; Ireland",
        "mfa_serial = arn:aws:iam::123456789012:mfa/alice # phone",
        "duration_seconds = 3600 # an hour",
        "use_fips_endpoint = true # we must",
        "use_dualstack_endpoint = True;",
        "session_tags = a=b # mine\nrole_arn = arn:aws:iam::123456789012:role/dev",
        "include_profile = base # mine",
        "mfa_source = prompt # mine",
        "role_arn = arn:aws:iam::123456789012:role/dev # mine",
    ] {
        let config = format!("[profile dev]\n{line}\nsource_profile = base\n");
        refused(
            &config,
            &["dev"],
            &["~/.aws/config:2 [profile dev] ", comment],
        );
    }
    for line in ["external_id = 42 # mine", "role_session_name = me # mine"] {
        let config = format!("[profile dev]\n{role}\n{line}\nsource_profile = base\n");
        refused(
            &config,
            &["dev"],
            &["~/.aws/config:3 [profile dev] ", comment],
        );
    }
    refused(
        "[profile dev]\nsource_profile = base # mine\n",
        &["dev"],
        &["does not exist: base # mine", comment],
    );
    refused(
        "[profile dev]\nsource_profile = \"base\"\n",
        &["dev"],
        &["does not exist", quotes],
    );
    refused(
        "[profile dev]\nsource_profile = base\nregion = 'eu-west-1'\n",
        &["dev"],
        &["region", quotes],
    );
    refused(
        "[profile dev]\nsource_profile = base\nregion = eu-west-1[profile x]\n",
        &["dev"],
        &["hint: it ends like a section header"],
    );
    refused(
        &format!("[profile dev]\n{role}\ncredential_source = Environment # x\n"),
        &["dev"],
        &[comment],
    );
    refused(
        "",
        &["base", "--region", "\"eu-west-1\""],
        &["--region", quotes],
    );
}

/// Settings that the environment of the other tests overrides.
#[test]
fn comments_behind_an_endpoint_are_named() {
    for line in [
        "services = s # mine",
        "sts_regional_endpoints = legacy # old",
        "endpoint_url = http://127.0.0.1:1 # mine",
    ] {
        let home = Home::new();
        home.write(CREDENTIALS, format!("[dev]\n{}{line}\n", super::PERMANENT));
        let run = home.awsmfa(["plan", "dev"]).run();
        run.failure(1)
            .complains("~/.aws/credentials:4 [dev] ")
            .complains("hint: put the comment on a line of its own");
    }
}

#[test]
fn an_availability_zone_is_no_region() {
    let zone = "is an availability zone, not a region: us-east-1a";
    let hint = "hint: regions look like eu-central-1, without the letter of a zone";
    refused(
        "[profile dev]\nsource_profile = base\nregion = us-east-1a\n",
        &["dev"],
        &["~/.aws/config:3", zone, hint],
    );
    refused(
        "",
        &["base", "--region", "us-east-1a"],
        &["--region", zone, hint],
    );
    let id = "is an availability zone, not a region: use1-az1";
    refused("", &["base", "--region", "use1-az1"], &["--region", id]);
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let files = [(CREDENTIALS, "[default]\nPERMANENT")];
        let proxy = ("HTTPS_PROXY", "http://127.0.0.1:1");
        let (run, requests) = login(&files, &[], &[(variable, "us-east-1a"), proxy]);
        run.failure(1)
            .complains(&format!("{variable} {zone}"))
            .complains(hint);
        assert!(
            requests.is_empty() && !run.stderr.contains("proxy"),
            "{}",
            run.story()
        );
    }
}

#[test]
fn arns_of_something_else_than_a_device_are_refused() {
    for (resource, what) in [
        ("user/alice", "is not an MFA device"),
        ("sms-mfa/alice", "is not an MFA device"),
        ("u2f/user/alice/key-X", "is a FIDO device"),
        ("root", "is not an MFA device"),
    ] {
        let serial = format!("arn:aws:iam::123456789012:{resource}");
        let config = format!("[profile dev]\nsource_profile = base\nmfa_serial = {serial}\n");
        refused(
            &config,
            &["dev"],
            &["~/.aws/config:3 [profile dev] mfa_serial", what],
        );
        refused(
            "",
            &["base", "--mfa-serial", &serial],
            &["--mfa-serial", what],
        );
    }
    let config = "[profile dev]\nmfa_serial = arn:aws:iam::123456789012:user/alice\n";
    refused(
        config,
        &[
            "base",
            "--mfa-serial",
            "arn:aws:iam::123456789012:user/alice",
        ],
        &["often arn:aws:iam::123456789012:mfa/alice"],
    );
    let home = Home::new();
    home.write(CONFIG, config);
    home.awsmfa(["code", "dev"])
        .run()
        .failure(1)
        .complains("is not an MFA device");
}

#[test]
fn a_name_with_a_control_character_is_refused() {
    for name in ["a\u{1b}[31mb", "a\tb", "a\u{9b}b", "a\nb"] {
        let config = format!("[profile '{name}']\nsource_profile = base\n");
        refused(
            &config,
            &["--profile", name],
            &["the profile's name has a control character"],
        );
    }
}
