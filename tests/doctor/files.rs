//! What is wrong in the profile files.

use super::{Case, doctor, each_is_found, finds, home, is_content};

const CASES: &[Case] = &[
    // The device.
    (
        "[default]\nmfa_serial = arn:aws:iam::123456789012:user/alice\n",
        "[default]\nKEYS",
        "error |~/.aws/config:2|:mfa/alice",
    ),
    (
        "[default]\nmfa_serial = arn:aws:iam::123456789012:u2f/user/alice/key\n",
        "[default]\nKEYS",
        "error |~/.aws/config:2|FIDO|add a virtual MFA device",
    ),
    // Lines that the AWS CLI refuses or reads in another way.
    (
        "region = eu-west-1\n[default]\n",
        "[default]\nKEYS",
        "error |~/.aws/config:1|before any [section]|move it",
    ),
    (
        "[dev]\nregion = eu-west-1\n",
        "[dev]\nKEYS",
        "warning |~/.aws/config:1 [dev]|write [profile dev] in line 1",
    ),
    (
        "[Profile dev]\nregion = eu-west-1\n",
        "[dev]\nKEYS",
        "warning |~/.aws/config:1|write [profile dev] in line 1",
    ),
    (
        "[ default ]\nregion = eu-west-1\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:1|write [default] in line 1",
    ),
    (
        "",
        "[profile dev]\nKEYS",
        "warning |~/.aws/credentials:1|write [dev] in line 1",
    ),
    (
        "",
        "[default]\nKEYS[default]\nregion = x\n",
        "error |~/.aws/credentials:4|merge the two",
    ),
    // Sources, roles, durations.
    (
        "[profile dev]\nrole_arn = ROLE\nsource_profile = bsae\n",
        "[base]\nKEYS",
        "error |~/.aws/config:3 [profile dev] source_profile|did you mean base",
    ),
    (
        "[profile a]\nrole_arn = ROLE\nsource_profile = b\n[profile b]\nrole_arn = ROLE\nsource_profile = a\n",
        "",
        "error |~/.aws/config:6|circle",
    ),
    (
        "[profile dev]\nrole_arn = ROLE\nsource_profile = mid\nduration_seconds = 7200\n[profile mid]\nrole_arn = ROLE\nsource_profile = base\n",
        "[base]\nKEYS",
        "warning |an hour at most|~/.aws/config:4|source_profile",
    ),
    (
        "[profile dev]\nrole_arn = ROLE\nsource_profile = base\nduration_seconds = 99999\n",
        "[base]\nKEYS",
        "error |~/.aws/config:4",
    ),
    (
        "[profile dev]\nrole_arn = ROLE\nsource_profile = base\n[profile base]\nregion = eu-west-1\n",
        "",
        "warning |no long-term keys in ~/.aws/config:1 [profile dev]|put aws_access_key_id",
    ),
    (
        "[profile dev]\nregion = us-east-1a\n",
        "[dev]\nKEYS",
        "error |~/.aws/config:2|availability zone",
    ),
    (
        "[default]\nregion = me-south-1\nsts_regional_endpoints = legacy\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:3|delete the line",
    ),
    // Other tools.
    (
        "[default]\nlogin_session = arn:aws:iam::123456789012:user/alice\n",
        "",
        "warning |~/.aws/config:2 [default] login_session|export-credentials",
    ),
    // Commands.
    (
        "[default]\ncredential_process = cat ~/keys.json | jq .\n",
        "",
        "warning |~/.aws/config:2|sh -c",
    ),
    (
        "[default]\ncredential_process = /nowhere/at/all\n",
        "",
        "warning |~/.aws/config:2|not there",
    ),
    (
        "[default]\nmfa_process = no-such-program code\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:2|not there",
    ),
    (
        "[default]\nmfa_process = sh -c true; gopass otp aws\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:2|add -o",
    ),
    (
        "[default]\nmfa_process = true; pass show aws\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:2|mfa_secret_process",
    ),
    (
        "[default]\nmfa_process = true; bw get totp aws\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:2|bw unlock --raw",
    ),
    (
        "[default]\nmfa_secret_file = ~/nowhere\n",
        "[default]\nKEYS",
        "error |~/.aws/config:2|does not exist",
    ),
    (
        "[default]\nmfa_secret_file = ~/.aws/config\n",
        "[default]\nKEYS",
        "error |more than one line|~/.aws/config:2",
    ),
];

#[test]
fn each_mistake_is_one_line_with_its_place_and_what_to_type() {
    each_is_found(CASES);
}

/// One mistake of a source is one line, however many roles share it.
#[test]
fn a_shared_mistake_is_said_once() {
    let role = |n: usize| format!("[profile r{n}]\nrole_arn = ROLE\nsource_profile = base\n");
    let roles: String = (0..40).map(role).collect();
    let config =
        format!("{roles}[profile base]\nmfa_serial = arn:aws:iam::123456789012:user/alice\n");
    for credentials in ["[base]\nKEYS", ""] {
        let run = doctor(&home(&config, credentials), &[], &[]);
        let of_device = run
            .stdout
            .lines()
            .filter(|line| line.contains("is not an MFA device"));
        assert_eq!(of_device.count(), 1, "{}", run.story());
        let of_keys = run
            .stdout
            .lines()
            .filter(|line| line.contains("no long-term keys"));
        assert_eq!(
            of_keys.count(),
            usize::from(credentials.is_empty()),
            "{}",
            run.story()
        );
    }
}

/// All mistakes of a profile, not only the first.
#[test]
fn every_mistake_is_said() {
    let config = "[default]\nmfa_serial = nonsense!\nregion = 'x'\nduration_seconds = soon\nmfa_source = phone\nuse_fips_endpoint = true;\n";
    let run = doctor(&home(config, "[default]\nKEYS"), &[], &[]);
    for line in 2..=6 {
        finds(&run, &["error ", &format!("~/.aws/config:{line} ")]);
    }
}

#[test]
fn a_profile_that_is_named_is_checked_alone() {
    let config = "[profile a]\nregion = 'x'\n[profile b]\nregion = 'y'\n";
    let home = home(config, "[a]\nKEYS[b]\nKEYS");
    let run = doctor(&home, &["b"], &[]);
    finds(&run, &["error ", "~/.aws/config:4"]);
    run.keeps_quiet_about("config:2");
    finds(
        &doctor(&home, &["bb"], &[]),
        &["error ", "there is no such profile", "did you mean b"],
    );
}

/// What surprises people about other tools is no mistake, but is said of the profile in question.
#[test]
fn other_tools_are_explained() {
    let role = "role_arn = ROLE\nsource_profile = base\n";
    for (config, words) in [
        (
            format!("[profile dev]\n{role}mfa_serial = SERIAL\n"),
            ["~/.aws/config:4", "awsmfa exec dev -- COMMAND"],
        ),
        (
            format!("[profile dev]\n{role}[profile base]\nmfa_serial = SERIAL\n"),
            ["~/.aws/config:5", "only beside role_arn"],
        ),
        (
            "[profile dev]\nsource_profile = base\nmfa_serial = SERIAL\n".to_owned(),
            ["~/.aws/config:3", "without role_arn"],
        ),
        (
            "[profile dev]\nsource_profile = base\nmfa_process = true\n".to_owned(),
            ["~/.aws/config:3", "aws-vault"],
        ),
        (
            "[profile dev]\ncredential_process = true\n".to_owned(),
            ["~/.aws/config:2", "aws-mfa-on dev"],
        ),
    ] {
        let run = doctor(&home(&config, "[base]\nKEYS"), &["dev"], &[]);
        finds(&run, &["ok ", words[0], words[1]]);
        is_content(&run);
    }
}

/// Otherwise every profile of a long chain would cost as much as the whole chain.
#[test]
fn a_chain_that_nobody_has_is_refused() {
    let chain = |key: &str, value: &str, length: usize| {
        let link = |n: usize| format!("[profile p{n}]\n{key} = {value}p{}\n", n + 1);
        let links: String = (0..length).map(link).collect();
        format!("{links}[profile p{length}]\nregion = eu-west-1\nmfa_serial = SERIAL\n")
    };
    for (key, value) in [
        ("source_profile", ""),
        ("include_profile", ""),
        ("credential_process", "awsmfa credentials "),
    ] {
        let home_of = |length: usize| {
            let owner = if key == "include_profile" { 0 } else { length };
            home(&chain(key, value, length), &format!("[p{owner}]\nKEYS"))
        };
        is_content(&doctor(&home_of(32), &["p0"], &[]));
        let run = doctor(&home_of(40), &["p0"], &[]);
        let words = [
            "error ",
            "~/.aws/config:66 [profile p32]",
            "after 32 other profiles",
        ];
        finds(&run, &words);
    }
}

/// Comparing every name with every other would take too long.
#[test]
fn names_are_not_compared_if_there_are_thousands() {
    let profile = |n: usize| format!("[profile p{n}]\nregion = eu-west-1\n");
    for (count, hint) in [
        (20, "did you mean p1"),
        (2001, "awsmfa list shows the profiles"),
    ] {
        let config: String = (0..count).map(profile).collect();
        finds(
            &doctor(&home(&config, ""), &["p1x"], &[]),
            &["error ", hint],
        );
    }
}
