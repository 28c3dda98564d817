//! `awsmfa rotate`: a new access key in place of the old one.

mod crashes;
mod deletion;
mod refusals;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use crate::support::home::{Home, Run, account_with};
use crate::support::stand_in::{
    AccessKey, Fault, NewKeyUnknown, Options, Policy, Role, StandIn, User,
};
use crate::support::tools::venv;

const OLD_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const OLD_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Time steps of two seconds: a rotation needs two codes.
fn hasty() -> Options {
    Options {
        time_step: 2,
        ..Options::default()
    }
}

/// A home whose user has a secret file for such steps.
fn hasty_account(options: Options) -> (StandIn, Home) {
    let (aws, home) = account_with(options);
    let uri = format!("otpauth://totp/AWS?secret={}&period=2\n", aws.secret());
    home.write(".aws-mfa", uri);
    (aws, home)
}

/// A user without an MFA device, who needs no code and may do everything.
fn without_mfa() -> User {
    let mut user = User {
        devices: Vec::new(),
        ..User::default()
    };
    user.policy = user
        .policy
        .with_mfa
        .clone()
        .into_iter()
        .fold(user.policy, Policy::and);
    user
}

fn account_without_mfa() -> (StandIn, Home) {
    account_with(Options::of(without_mfa()))
}

fn credentials(home: &Home) -> String {
    fs::read_to_string(home.path().join(".aws/credentials")).expect("the credentials file")
}

/// The values of this setting in the file, in their order.
fn values(text: &str, key: &str) -> Vec<String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let values = pairs.filter(|(name, _)| name.trim() == key);
    values.map(|(_, value)| value.trim().to_owned()).collect()
}

/// Names in ~/.aws, sorted.
fn names(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path().join(".aws")).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.into_string().expect("text"))
        .collect();
    names.sort();
    names
}

fn keys(aws: &StandIn) -> Vec<AccessKey> {
    aws.user().keys
}

/// The old key is inactive, the other one active and in the file, and nothing is left to do. Returns
/// the new key.
#[track_caller]
fn assert_rotated(aws: &StandIn, home: &Home) -> AccessKey {
    let keys = keys(aws);
    let shown: Vec<_> = keys
        .iter()
        .map(|key| (key.id.as_str(), key.active))
        .collect();
    assert_eq!(keys.len(), 2, "{shown:?}");
    let (old, new) = (&keys[0], &keys[1]);
    assert_eq!(
        (old.id.as_str(), old.active, new.active),
        (OLD_ID, false, true)
    );
    let file = credentials(home);
    assert_eq!(values(&file, "aws_access_key_id"), [new.id.as_str()]);
    assert_eq!(
        values(&file, "aws_secret_access_key"),
        [new.secret.as_str()]
    );
    for name in names(home) {
        let path = home.path().join(".aws").join(&name);
        let is_lock = name.ends_with("-lock") && fs::read(path).expect("a file").is_empty();
        assert!(
            ["config", "credentials"].contains(&name.as_str()) || is_lock,
            "{name} is left"
        );
    }
    new.clone()
}

/// Whatever happens, the file has a key that works.
#[track_caller]
fn assert_usable(aws: &StandIn, home: &Home) {
    let file = credentials(home);
    let [id, secret] = ["aws_access_key_id", "aws_secret_access_key"].map(|key| values(&file, key));
    let works =
        |key: &AccessKey| key.active && id == [key.id.clone()] && secret == [key.secret.clone()];
    assert!(
        keys(aws).iter().any(works),
        "no key of the file works: {id:?}"
    );
}

/// No message shows a secret.
fn assert_discreet(run: &Run, aws: &StandIn) {
    for key in keys(aws) {
        assert!(!run.stderr.contains(&key.secret) && !run.stdout.contains(&key.secret));
    }
}

#[test]
fn two_values_of_the_file_change_and_nothing_else() {
    let (aws, home) = hasty_account(hasty());
    let text = format!(
        "\u{feff}# mine\r\n[other]\r\nregion=eu-west-1\r\n\r\n\r\n[default]\r\n; {OLD_ID}\r\n\
         aws_access_key_id\t:  {OLD_ID}  \r\ns3 =\r\n  max_concurrent_requests = 20\r\n\
         aws_secret_access_key={OLD_SECRET}\r\nx = {OLD_ID}"
    );
    let dotfiles = home.write("dotfiles/keys", &text);
    fs::set_permissions(&dotfiles, Permissions::from_mode(0o640)).unwrap();
    let link = home.path().join(".aws/credentials");
    fs::remove_file(&link).unwrap();
    symlink("../dotfiles/keys", &link).unwrap();
    let run = home.awsmfa(["rotate"]).run();
    run.success().prints("");
    let [old, new] = &keys(&aws)[..] else {
        panic!("two keys{}", run.story());
    };
    assert!(!old.active && new.active);
    let expected = text
        .replace(&format!(":  {OLD_ID}"), &format!(":  {}", new.id))
        .replace(OLD_SECRET, &new.secret);
    assert_eq!(fs::read_to_string(&dotfiles).unwrap(), expected);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&dotfiles).unwrap().mode() & 0o7777, 0o640);
    assert_eq!(
        fs::read_dir(home.path().join("dotfiles")).unwrap().count(),
        1
    );
    run.complains(&format!(
        "rotating the access key {OLD_ID} of ~/.aws/credentials:8 [default]"
    ));
    run.complains(&format!("is now {}", new.id))
        .complains(&format!("{OLD_ID} is inactive"));
    assert_discreet(&run, &aws);
    assert_eq!(aws.spent().len(), 2, "a login with each key");
}

#[test]
fn the_key_of_a_role_s_source_is_rotated_by_the_user_s_own_session() {
    let (aws, home) = hasty_account(Options {
        roles: vec![Role::named("admin")],
        ..hasty()
    });
    let serial = aws.serial();
    home.write(".aws/config", format!(
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = base\n\
         [profile base]\nmfa_serial = {serial}\n"
    ));
    home.write(
        ".aws/credentials",
        format!(
            "[base-long-term]\naws_access_key_id = {OLD_ID}\naws_secret_access_key = {OLD_SECRET}\n"
        ),
    );
    let run = home.awsmfa(["rotate", "admin", "--json"]).run();
    let report: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
    let new = assert_rotated(&aws, &home);
    assert_eq!(report["access_key_id"], new.id.as_str());
    assert_eq!(report["old_access_key_id"], OLD_ID);
    assert_eq!(report["old_key_status"], "Inactive");
    assert_eq!(aws.count("AssumeRole"), 0);
    home.login("admin").run().success();
}

#[test]
fn a_device_that_is_not_configured_is_looked_up() {
    let (aws, home) = hasty_account(hasty());
    home.write(".aws/config", "");
    home.awsmfa(["rotate"]).run().success();
    assert_rotated(&aws, &home);
}

#[test]
fn a_key_counts_as_new_until_sts_and_iam_know_it() {
    for (sts, iam) in [(2, 0), (0, 2), (1, 1)] {
        let (aws, home) = account_with(Options {
            new_key_unknown: NewKeyUnknown { sts, iam },
            ..Options::of(without_mfa())
        });
        let run = home.awsmfa(["rotate"]).run();
        run.success()
            .complains("AWS does not know the new key everywhere yet");
        assert_rotated(&aws, &home);
    }
}

/// The AWS CLI works before, in between and afterwards.
#[test]
fn the_aws_cli_takes_the_new_key() {
    let (aws, home) = account_without_mfa();
    let aws_cli = || {
        let caller = ["sts", "get-caller-identity", "--region", "us-east-1"];
        home.program(venv("aws"), caller)
            .run()
            .success()
            .says("user/alice");
    };
    aws_cli();
    aws.outage("UpdateAccessKey", Fault::internal_failure());
    home.awsmfa(["rotate"]).run().failure(1);
    assert_usable(&aws, &home);
    aws_cli();
    aws.recover();
    home.awsmfa(["rotate"]).run().success();
    assert_rotated(&aws, &home);
    aws_cli();
}

/// A code of the command line serves one login; a second run finishes.
#[test]
fn a_typed_code_for_each_login_finishes_in_two_runs() {
    let (aws, home) = account_with(Options::default());
    aws.settle();
    let run = home.awsmfa(["rotate", &aws.code()]).run();
    run.failure(1).complains("run awsmfa rotate default again");
    assert_usable(&aws, &home);
    aws.settle();
    let run = home.awsmfa(["rotate", &aws.code()]).run();
    run.success().complains("finishing the rotation");
    assert_rotated(&aws, &home);
}

#[test]
fn the_same_key_in_a_second_section_is_named_and_keeps_working() {
    let (aws, home) = account_without_mfa();
    let first = credentials(&home);
    let second =
        format!("[other]\naws_access_key_id = {OLD_ID}\naws_secret_access_key = {OLD_SECRET}\n");
    home.write(".aws/credentials", first.clone() + &second);
    let run = home.awsmfa(["rotate"]).run();
    run.success()
        .complains("the same key is in ~/.aws/credentials:5 [other]");
    assert!(keys(&aws).iter().all(|key| key.active), "both work");
    assert!(credentials(&home).ends_with(&second));
    // Nothing is created twice.
    home.awsmfa(["rotate"]).run().success();
    assert_eq!(aws.count("CreateAccessKey"), 1);
    let own = credentials(&home).replace(&second, "");
    home.write(".aws/credentials", own);
    home.awsmfa(["rotate"]).run().success();
    assert_rotated(&aws, &home);
}

#[test]
fn a_dry_run_asks_nobody_and_writes_nothing() {
    let (aws, home) = hasty_account(hasty());
    let before = (credentials(&home), names(&home));
    let run = home.awsmfa(["rotate", "--dry-run"]).run();
    run.success()
        .says("1. log in with the access key AKIAIOSFODNN7EXAMPLE")
        .says("in line 2")
        .says("in line 3");
    assert_eq!((credentials(&home), names(&home)), before);
    assert_eq!(aws.requests().len(), 0);
}

/// A file that nothing can be renamed over.
fn is_in(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found.contains(text))
}
