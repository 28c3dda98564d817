//! What a share does not give.

use super::{DEV, Shared};
use crate::support::home::AWSMFA;

/// Each answer is `not_shared`, and says why.
#[test]
fn nothing_but_sessions_of_shared_profiles_is_given() {
    let Some(shared) = Shared::new() else { return };
    for (request, why) in [
        (DEV.replace("dev", "stage"), "profile stage is not shared"),
        (
            DEV.replace("dev", "landing"),
            "profile landing is not shared",
        ),
        (
            DEV.replace("credentials", "status")
                .replace(r#","profile":"dev""#, ""),
            "nothing else",
        ),
        (r#"{"v":1,"do":"forget"}"#.to_owned(), "nothing else"),
        (r#"{"v":1,"do":"stop"}"#.to_owned(), "nothing else"),
    ] {
        let answer = shared.told(&request);
        assert_eq!(answer["error"], "not_shared", "{request}: {answer}");
        let message = answer["message"].as_str().expect("a message");
        assert!(message.contains(why), "{request}: {answer}");
    }
    assert_eq!(
        shared
            .agent("status --json")
            .success()
            .stdout
            .matches("\"profile\"")
            .count(),
        1
    );
}

/// Refused before ssh starts: the session would be the base session.
#[test]
fn a_profile_without_a_role() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .ssh("--profile dev,landing server", "echo started")
        .run();
    run.failure(1)
        .prints("")
        .complains("could not share profile landing: it has no role")
        .complains("awsmfa: hint: ");
    assert!(shared.shares().is_empty());
}

#[test]
fn a_share_without_an_agent() {
    let Some(shared) = Shared::new() else { return };
    shared.agent("stop").success();
    let run = shared.ssh("--profile dev server", "echo started").run();
    run.failure(1)
        .prints("")
        .complains("could not share a session: no agent runs")
        .complains("awsmfa agent start");
}

/// The share would end at once: it lasts as long as the process that was started.
#[test]
fn an_ssh_in_the_background_is_refused() {
    let Some(shared) = Shared::new() else { return };
    for line in ["-f server", "-vnf -p 22 server", "server -fN"] {
        let line = format!("--profile dev {line}");
        let run = shared.ssh(&line, "echo started").run();
        run.failure(2)
            .prints("")
            .complains("a share ends when ssh leaves the terminal, as it does with -f")
            .complains("awsmfa: hint: ");
    }
    // Here it is a file's name, a user's, and the command's.
    let line = "--profile dev -F f -lf -o User=root server echo -f";
    shared.ssh(line, "f").run().failure(255);
}

#[test]
fn an_unknown_profile() {
    let Some(shared) = Shared::new() else { return };
    let run = shared.ssh("--profile nobody server", "echo started").run();
    run.failure(1)
        .prints("")
        .complains("could not share profile nobody: ");
}

/// sshd does not say so by itself: ssh ends before the command starts.
#[test]
fn a_machine_that_forwards_no_sockets_fails_before_the_command() {
    let Some(shared) = Shared::without_session("AllowStreamLocalForwarding no") else {
        return;
    };
    let run = shared.ssh("--profile dev server", "echo started").run();
    run.failure(255)
        .prints("")
        .complains("remote port forwarding failed");
    shared.ends();
}

#[test]
fn a_machine_without_ssh() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .landing
        .home
        .program("env", ["PATH=/nowhere", AWSMFA]);
    let run = run.arguments(["ssh", "--profile", "dev", "server"]).run();
    run.failure(127)
        .complains("could not run ssh: there is no such command in PATH");
}
