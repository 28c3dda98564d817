//! `awsmfa rotate --delete`.

use super::*;

#[test]
fn only_an_inactive_key_is_deleted() {
    let (aws, home) = account_without_mfa();
    let run = home.awsmfa(["rotate", "--delete"]).run();
    run.failure(1).complains("has only AKIAIOSFODNN7EXAMPLE");
    let run = home.awsmfa(["rotate", "--quiet"]).run();
    let said = &run.success().stderr;
    assert!(said.starts_with("awsmfa: rotating the access key "));
    assert_eq!(said.lines().count(), 1, "{said}");
    let new = assert_rotated(&aws, &home);
    aws.change(|options| options.users[0].keys[0].active = true);
    let run = home.awsmfa(["rotate", "--delete"]).run();
    run.failure(1)
        .complains("it is not inactive")
        .complains("--status Inactive");
    assert_eq!(keys(&aws).len(), 2);
    aws.change(|options| options.users[0].keys[0].active = false);
    let run = home.awsmfa(["rotate", "--delete", "--json", "-q"]).run();
    let report: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
    assert_eq!(report["deleted_access_key_id"], OLD_ID);
    run.complains(&format!("deleting the access key {OLD_ID} (inactive, "));
    let left: Vec<_> = keys(&aws).into_iter().map(|key| key.id).collect();
    assert_eq!(left, [new.id]);
    assert_usable(&aws, &home);
}

#[test]
fn nothing_is_deleted_while_a_rotation_is_unfinished() {
    let (aws, home) = account_without_mfa();
    aws.outage("UpdateAccessKey", Fault::internal_failure());
    home.awsmfa(["rotate"]).run().failure(1);
    let run = home.awsmfa(["rotate", "--delete"]).run();
    run.failure(1)
        .complains("is not finished")
        .complains("run awsmfa rotate default again");
    assert_eq!(aws.count("DeleteAccessKey"), 0);
}

/// Whatever the profile is called, the command in the hint is one that can be typed.
#[test]
fn the_hint_quotes_the_profile() {
    let (aws, home) = account_without_mfa();
    home.write(
        ".aws/credentials",
        credentials(&home).replace("[default]", "[o'neill dev]"),
    );
    aws.change(|options| {
        let key = AccessKey::active("AKIASECOND", OLD_SECRET);
        options.users[0].keys.push(key);
    });
    let run = home
        .awsmfa(["rotate", "--delete", "--profile", "o'neill dev"])
        .run();
    run.failure(1)
        .complains(r"awsmfa exec 'o'\''neill dev' -- aws iam update-access-key");
}
