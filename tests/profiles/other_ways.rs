//! Profiles that get their credentials from a command, or in a way without long-term keys.

use super::CONFIG;
use super::reasons::refused;
use crate::support::home::Home;

#[test]
fn profiles_of_other_login_methods_get_their_command() {
    for (line, words) in [
        (
            "sso_session = corp",
            [
                "from IAM Identity Center (~/.aws/config:2 [profile dev] sso_session)",
                "log in with aws sso login --profile dev;",
            ],
        ),
        (
            "sso_start_url = https://x.awsapps.com/start",
            [
                "from IAM Identity Center",
                "log in with aws sso login --profile dev;",
            ],
        ),
        (
            "login_session = arn:aws:iam::123456789012:user/alice",
            [
                "from a sign-in to the AWS console",
                "log in with aws login --profile dev;",
            ],
        ),
        (
            "web_identity_token_file = /token",
            [
                "from a web identity token",
                "AWS_PROFILE=dev, tools use it without a code",
            ],
        ),
    ] {
        let config = format!("[profile dev]\n{line}\n");
        refused(&config, &["dev"], &words);
        let role = format!(
            "{config}[profile r]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = dev\n"
        );
        refused(&role, &["r"], &words);
    }
}

/// No shell ever sees a `credential_process`; every failure says how to get one, and shows nothing of
/// the line.
#[test]
fn a_failed_credential_process_gets_a_hint_about_shells() {
    for command in [
        "cat ~/hunter2.json",
        "cat \"${HOME}/hunter2.json\"",
        "~/bin/hunter2",
        "printf %s hunter2 | cat",
        "echo $(cat hunter2)",
        "KEY=hunter2 cat x",
        "false",
    ] {
        let home = Home::new();
        home.write(
            CONFIG,
            format!("[default]\ncredential_process = {command}\n"),
        );
        let run = home.awsmfa(["env", "-c", "123456"]).run();
        run.failure(1)
            .complains("from ~/.aws/config:2 [default] credential_process")
            .complains("no shell runs it")
            .complains("write credential_process = sh -c '…'");
        let ours: Vec<_> = run
            .stderr
            .lines()
            .filter(|line| line.starts_with("awsmfa: "))
            .collect();
        assert!(
            command.starts_with('~') || !ours.concat().contains("hunter2"),
            "{}",
            run.story()
        );
    }
}
