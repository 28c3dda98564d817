//! An access key id and its secret in each other's place: neither is shown or sent.

use super::identity::refused;
use super::{CONFIG, CREDENTIALS, ID};
use crate::support::home::Home;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
fn swapped_keys_are_neither_shown_nor_sent() {
    let swapped = format!("aws_access_key_id = {SECRET}\naws_secret_access_key = {ID}\n");
    let hint = "put each where it belongs";
    let keys = "~/.aws/credentials:2 [dev] aws_access_key_id";
    refused(
        &[(CREDENTIALS, &format!("[dev]\n{swapped}"))],
        "dev",
        &[keys, "are swapped", hint],
    );
    let plain = SECRET.replace('/', "x");
    for (id, secret, words) in [
        (plain.as_str(), ID, "are swapped"),
        (
            &plain,
            SECRET,
            "aws_access_key_id looks like a secret access key",
        ),
        (
            SECRET,
            SECRET,
            "aws_access_key_id looks like a secret access key",
        ),
        (
            &format!("{plain},"),
            "hunter2",
            "aws_access_key_id looks like a secret access key",
        ),
        (ID, ID, "aws_secret_access_key looks like an access key id"),
        (
            &plain,
            "hunter2",
            "aws_access_key_id looks like a secret access key",
        ),
    ] {
        let text = format!("[dev]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        refused(&[(CREDENTIALS, &text)], "dev", &[words, hint]);
    }
    let json = format!(r#"{{"Version": 1, "AccessKeyId": "{plain}", "SecretAccessKey": "{ID}"}}"#);
    let process = format!("[profile dev]\ncredential_process = printf %s '{json}'\n");
    refused(
        &[(CONFIG, &process)],
        "dev",
        &[
            "could not use the keys from ~/.aws/config:2",
            "are swapped",
            hint,
        ],
    );
    let home = Home::new();
    for command in ["env", "plan"] {
        let run = home
            .awsmfa([command])
            .env("AWS_ACCESS_KEY_ID", &plain)
            .env("AWS_SECRET_ACCESS_KEY", ID)
            .run();
        run.failure(1)
            .complains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are swapped")
            .complains(hint);
        assert!(
            !run.stderr.contains("wJalr") && !run.stdout.contains("wJalr"),
            "{}",
            run.story()
        );
    }
}

/// Of a session that somebody else has put there, too.
#[test]
fn swapped_keys_of_a_session_are_not_shown() {
    let home = Home::new();
    home.write(
        CONFIG,
        "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\ncredential_source = Environment\n",
    );
    let plain = SECRET.replace('/', "x");
    let swapped = [
        ("AWS_ACCESS_KEY_ID", plain.as_str()),
        ("AWS_SECRET_ACCESS_KEY", "ASIAOLDOLDOLDOLDOLD1"),
        ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEOLD"),
    ];
    let run = home.awsmfa(["env", "dev"]).envs(swapped).run();
    run.failure(1)
        .complains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are swapped");
    let ours = [
        ("AWSMFA_PROFILE", "dev"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAOLDOLDOLDOLDOLD2"),
    ];
    let ours = [&ours[..], &[("AWSMFA_EXPIRES_AT", "9999999999")]].concat();
    for command in ["status", "plan", "env"] {
        let run = home
            .awsmfa([command])
            .envs(swapped)
            .envs(ours.iter().copied())
            .run();
        assert!(
            !run.stderr.contains("wJalr") && !run.stdout.contains("wJalr"),
            "{}",
            run.story()
        );
    }
}
