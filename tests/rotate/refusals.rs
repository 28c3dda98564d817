//! What awsmfa does not rotate, and what it says instead.

use super::*;
use crate::support::stand_in::Refusal;

/// Nothing is created, and the files are as they were.
#[track_caller]
fn refused(aws: &StandIn, home: &Home, words: &[&str]) -> Run {
    let before = (credentials(home), names(home));
    let run = home.awsmfa(["rotate"]).arguments(words).run();
    run.failure(1).prints("");
    assert_eq!((credentials(home), names(home)), before);
    assert_eq!(aws.count("CreateAccessKey"), 0);
    assert_discreet(&run, aws);
    run
}

#[test]
fn keys_that_are_in_no_file_are_refused_with_what_to_do() {
    let (aws, home) = account_without_mfa();
    home.write(
        ".aws/credentials",
        "[cmd]\ncredential_process = print-keys\n[none]\nregion = us-east-1\n",
    );
    let run = refused(&aws, &home, &["cmd"]);
    run.complains("a command prints it")
        .complains("aws iam create-access-key");
    let home = home
        .with("AWS_ACCESS_KEY_ID", OLD_ID)
        .with("AWS_SECRET_ACCESS_KEY", OLD_SECRET);
    let run = refused(&aws, &home, &["none"]);
    run.complains("it comes from AWS_ACCESS_KEY_ID")
        .complains("hint: ");
    assert_eq!(aws.requests().len(), 0);
}

#[test]
fn two_keys_are_named_and_none_is_chosen() {
    for (active, advice) in [
        (true, "aws iam delete-access-key"),
        (false, "awsmfa rotate --delete default"),
    ] {
        let mut user = without_mfa();
        user.keys.push(AccessKey {
            active,
            ..AccessKey::active("AKIASECOND", OLD_SECRET)
        });
        let (aws, home) = account_with(Options::of(user));
        let run = refused(&aws, &home, &[]);
        let status = if active { "active" } else { "inactive" };
        run.complains(&format!(
            "AKIASECOND ({status}, created 2020-01-02T03:04:05Z, never used)"
        ));
        run.complains(OLD_ID)
            .complains("; in ~/.aws/credentials:2 [default])")
            .complains(advice);
        assert_eq!(
            aws.count("UpdateAccessKey") + aws.count("DeleteAccessKey"),
            0
        );
    }
}

#[test]
fn the_root_users_key_is_refused() {
    let user = User {
        root: true,
        ..without_mfa()
    };
    let (aws, home) = account_with(Options::of(user));
    refused(&aws, &home, &[]).complains("keys of the root user");
}

#[test]
fn a_missing_permission_is_named_with_the_statement_that_allows_it() {
    for action in ["ListAccessKeys", "CreateAccessKey"] {
        let (aws, home) = hasty_account(hasty());
        aws.change(|options| {
            let policy = &mut options.users[0].policy;
            *policy = policy.clone().but_not(action);
        });
        let run = home.awsmfa(["rotate"]).run();
        run.failure(1).complains(&format!("iam:{action}"));
        run.complains("arn:aws:iam::123456789012:user/alice");
        assert_eq!(keys(&aws).len(), 1);
        assert_eq!(names(&home), ["config", "credentials"]);
    }
}

/// The second line of the same section would still have the old key.
#[test]
fn a_pair_that_cannot_be_replaced_alone_is_refused_before_anything_is_created() {
    let (aws, home) = account_without_mfa();
    let pair = format!("aws_access_key_id = {OLD_ID}\naws_secret_access_key = {OLD_SECRET}\n");
    for text in [
        format!("[default]\n{pair}{pair}"),
        format!("[default]\n{pair}[profile default]\n{pair}"),
        format!(
            "[DEFAULT]\naws_secret_access_key = {OLD_SECRET}\n[default]\naws_access_key_id = {OLD_ID}\n"
        ),
    ] {
        home.write(".aws/credentials", text);
        refused(&aws, &home, &[]).complains("could not put a new key in place of the one in");
    }
    assert_eq!(aws.requests().len(), 0);
}

#[test]
fn one_rotation_at_a_time() {
    let (aws, home) = account_without_mfa();
    let lock = home.write(".aws/credentials.awsmfa-lock", "");
    let held = fs::File::open(&lock).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    refused(&aws, &home, &[]).complains("another awsmfa is changing it");
    drop(held);
    home.awsmfa(["rotate"]).run().success();
}

#[test]
fn a_rotation_of_another_profile_is_finished_first() {
    let (aws, home) = account_without_mfa();
    let pair = "aws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n";
    home.write(".aws/credentials", credentials(&home) + "[other]\n" + pair);
    let state = format!("[other]\nold_access_key_id = AKIAOLDER\n{pair}");
    home.write(".aws/credentials.awsmfa-rotation", state);
    let run = refused(&aws, &home, &[]);
    run.complains("the rotation of AKIAOLDER")
        .complains("awsmfa rotate other");
    assert_eq!(aws.requests().len(), 0);
}

/// The id of the old key, or text that is no id, from a server that is wrong: nothing is done to either
/// key on its word.
#[test]
fn an_answer_without_a_new_key_changes_nothing() {
    for id in [OLD_ID.to_owned(), "A".repeat(300), "AKIA".to_owned()] {
        let (aws, home) = account_without_mfa();
        let before = credentials(&home);
        aws.fail("CreateAccessKey", Fault::Replace("AccessKeyId", id), 1);
        let run = home.awsmfa(["rotate"]).run();
        let created = &keys(&aws)[1].id;
        run.failure(1)
            .complains(&format!("AWS now has the key {created} beside {OLD_ID}"));
        assert_eq!(credentials(&home), before);
        assert_eq!(names(&home), ["config", "credentials"]);
        assert!(keys(&aws).iter().all(|key| key.active));
    }
}

#[test]
fn a_key_that_aws_refuses_for_good_is_deleted_again() {
    for is_gone in [false, true] {
        let (aws, home) = account_without_mfa();
        let secret = Fault::Replace(
            "SecretAccessKey",
            "WrongWrongWrongWrongWrongWrongWrongWrong".to_owned(),
        );
        aws.fail("CreateAccessKey", secret, 1);
        if is_gone {
            let text = "The Access Key with id AKIAX cannot be found.";
            let refusal = Refusal::new(404, "NoSuchEntity", text);
            aws.fail("UpdateAccessKey", Fault::Refuse(refusal), 1);
        }
        let before = credentials(&home);
        let run = home.awsmfa(["rotate"]).run();
        run.failure(1).complains("awsmfa has deleted it");
        assert_eq!(credentials(&home), before);
        assert_eq!(names(&home), ["config", "credentials"]);
        assert_eq!((keys(&aws).len(), keys(&aws)[0].active), (1, true));
    }
}

#[test]
fn if_the_answer_is_lost_both_keys_are_named() {
    for fault in [
        Fault::Close,
        Fault::Truncate,
        Fault::Without("SecretAccessKey"),
    ] {
        let (aws, home) = account_without_mfa();
        aws.fail("CreateAccessKey", fault, 1);
        let run = home.awsmfa(["rotate"]).run();
        let lost = keys(&aws)[1].id.clone();
        run.failure(1)
            .complains(OLD_ID)
            .complains(&lost)
            .complains("delete-access-key");
        assert_eq!(aws.count("CreateAccessKey"), 1, "never blindly again");
        assert_usable(&aws, &home);
        let run = home.awsmfa(["rotate"]).run();
        run.failure(1).complains(OLD_ID).complains(&lost);
        assert_eq!(
            keys(&aws).iter().filter(|key| key.active).count(),
            2,
            "none is chosen"
        );
    }
}

/// The page of a network's sign-in, with status 200, is no answer.
#[test]
fn the_old_key_counts_as_inactive_only_if_aws_says_so() {
    let (aws, home) = account_without_mfa();
    aws.outage(
        "UpdateAccessKey",
        Fault::Body(b"<html><body>welcome</body></html>".to_vec()),
    );
    let run = home.awsmfa(["rotate"]).run();
    run.failure(1)
        .complains("cannot be used")
        .complains("run awsmfa rotate default again");
    assert!(names(&home).contains(&"credentials.awsmfa-rotation".to_owned()));
    aws.recover();
    home.awsmfa(["rotate"]).run().success();
    assert_rotated(&aws, &home);
}
