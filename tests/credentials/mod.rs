//! `awsmfa credentials`: a `credential_process` for programs that are not started from a terminal.

mod configured;
mod terminal;

use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::home::Run;
use crate::support::landing::{Landing, role};

/// What a program reads.
fn printed(run: &Run) -> Value {
    let text = &run.success().stdout;
    assert_eq!(text.lines().count(), 1, "{}", run.story());
    serde_json::from_str(text).expect("JSON")
}

/// The one line that a program shows, if there are no credentials.
fn why_not(run: &Run) -> String {
    run.failure(1).prints("");
    let line = run.stderr.strip_suffix('\n').expect("a line");
    assert!(!line.contains('\n'), "{}", run.story());
    let cause = line.strip_prefix("awsmfa: could not give credentials for ");
    cause
        .unwrap_or_else(|| panic!("{}", run.story()))
        .to_owned()
}

/// A landing account whose codes come from a file.
fn computing() -> Landing {
    let landing = Landing::new();
    landing.home.write(".aws-mfa", landing.aws.secret());
    landing
}

#[test]
fn a_session_is_printed_as_programs_want_it() {
    let landing = computing();
    let run = landing.awsmfa(["credentials", "dev"]).run();
    let answer = printed(&run);
    let names: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "AccessKeyId",
        "AccountId",
        "Expiration",
        "SecretAccessKey",
        "SessionToken",
        "Version",
    ];
    assert_eq!(names, expected);
    assert_eq!(answer["Version"], 1);
    assert_eq!(answer["AccountId"], "123456789012");
    let end = answer["Expiration"].as_str().unwrap();
    assert!(end.len() == 20 && end.ends_with('Z'), "{end}");
    assert!(run.stderr.is_empty(), "{}", run.story());
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

#[test]
fn the_terminals_session_comes_first() {
    let landing = Landing::new();
    let run = landing.holding("dev", 30, &["credentials", "dev"]).run();
    assert_eq!(printed(&run)["AccessKeyId"], "ASIAHELD");
    assert_eq!(printed(&run)["AccountId"], "123456789012");
    // With less left, a login is better, but there is no terminal here to ask on for a code.
    let run = landing.holding("dev", 12, &["credentials", "dev"]).run();
    assert_eq!(printed(&run)["AccessKeyId"], "ASIAHELD");
    assert!(landing.calls().is_empty());
    for (held, asked) in [("dev", "stage"), ("landing", "bob")] {
        let run = landing
            .holding(held, 30, &["credentials", asked, "--wait", "0s"])
            .run();
        assert_ne!(run.status.code(), Some(0), "{held} {asked}{}", run.story());
    }
}

/// A session without a role is a base session: roles are assumed with it, with plenty of time left.
#[test]
fn the_terminals_base_session_assumes_roles() {
    let landing = Landing::new();
    let session = crate::support::home::exported(&landing.log_in().stdout);
    let run = landing.awsmfa(["credentials", "long"]).envs(session).run();
    printed(&run);
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole long"]);
}

#[test]
fn the_agent_serves_every_terminal() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    landing.log_in();
    let of_agent = landing.awsmfa(["credentials", "dev"]).run();
    let id = printed(&of_agent)["AccessKeyId"].clone();
    // More than that of a terminal that is about to end.
    let run = landing.holding("dev", 15, &["credentials", "dev"]).run();
    assert_eq!(printed(&run)["AccessKeyId"], id);
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
    let run = landing
        .awsmfa(["credentials", "dev", "--no-agent", "--wait", "0s"])
        .run();
    why_not(&run);
}

/// Also by an agent that only starts meanwhile.
#[test]
fn without_a_terminal_credentials_waits_for_a_login_elsewhere() {
    let landing = Landing::new();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            landing
                .awsmfa(["credentials", "dev", "--wait", "50s"])
                .run()
        });
        std::thread::sleep(std::time::Duration::from_millis(300));
        let _agent = Agent::start(&landing.home);
        std::thread::sleep(std::time::Duration::from_millis(300));
        landing.log_in();
        printed(&waiting.join().unwrap());
    });
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

/// The agent is asked for nothing, so there is nothing to wait for.
#[test]
fn without_an_agent_credentials_does_not_wait() {
    let landing = Landing::new();
    let line = "exec perl -e 'alarm 30; exec @ARGV' awsmfa credentials dev --no-agent --wait 1h";
    let run = landing.home.program("sh", ["-c", line]).run();
    run.failure(1).complains("no source gave an MFA code");
}

/// They wait for each other only if there is a terminal to ask on.
#[test]
fn programs_without_a_terminal_all_say_why() {
    let landing = Landing::new();
    let line = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do \
        awsmfa credentials dev --wait 0s & done; wait";
    let run = landing.home.program("sh", ["-c", line]).run();
    let why = run.stderr.matches("no agent runs, and ").count();
    assert_eq!(why, 20, "{}", run.story());
}

#[test]
fn every_failure_is_one_line() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile denied]\nrole_arn = {}\nsource_profile = landing\n\
         [profile sso]\nsso_session = corp\n[profile empty]\nregion = eu-west-1\n",
        role("nosuch")
    ));
    let key = landing.aws.user().keys[0].clone();
    for (words, cause) in [
        ("nosuch", "there is no such profile"),
        ("sso", "IAM Identity Center"),
        ("empty", "no long-term keys"),
        ("dev", "no agent runs, and "),
    ] {
        let run = landing.awsmfa(["credentials", words, "--wait", "0s"]).run();
        let why = why_not(&run);
        assert!(
            why.starts_with(&format!("{words}: ")) && why.contains(cause),
            "{why}"
        );
        assert!(!why.contains(&key.secret), "{why}");
    }
    let _agent = Agent::start(&landing.home);
    let run = landing.awsmfa(["credentials", "dev", "--wait", "1s"]).run();
    let why = why_not(&run);
    assert!(why.contains("run aws-mfa-on in any terminal"), "{why}");
    landing.log_in();
    let run = landing.awsmfa(["credentials", "denied"]).run();
    assert!(
        why_not(&run).contains("AWS does not let"),
        "{}",
        run.story()
    );
}
