//! The terminal's session of a role, the agent's, or that of a login; how long the console's lasts.

use std::collections::BTreeMap;

use super::{address, sign_ins};
use crate::support::agent::Agent;
use crate::support::home::Run;
use crate::support::landing::Landing;
use crate::support::shells::BASH;
use crate::support::stand_in::{Fault, Refusal, Signer};

/// The address is whole, was made with a session of `role`, and the console's session lasts as long
/// as is said here.
#[track_caller]
fn signed_in(landing: &Landing, run: &Run, role: &str, seconds: Option<&str>) {
    let (endpoint, parameters) = address(run);
    assert_eq!(endpoint, format!("{}/federation", landing.aws.endpoint()));
    let token = landing.aws.signin_tokens().pop().expect("a token");
    let expected = [
        ("Action", "login"),
        ("Issuer", "awsmfa"),
        (
            "Destination",
            "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1",
        ),
        ("SigninToken", &token),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(parameters, BTreeMap::from(expected), "{}", run.story());
    let requests = sign_ins(&landing.aws);
    let [request] = &requests[..] else {
        panic!("{requests:?}{}", run.story());
    };
    assert_eq!(request.signer, Signer::Role(role.to_owned()));
    assert_eq!(
        request.parameter("SessionDuration"),
        seconds,
        "{}",
        run.story()
    );
}

#[test]
fn a_role_that_is_assumed_with_a_session_has_no_duration() {
    for (profile, role) in [("dev", "dev"), ("admin", "admin")] {
        let landing = Landing::new();
        let run = landing
            .awsmfa(["console", profile, "--print", "-c", &landing.aws.code()])
            .run();
        signed_in(&landing, &run, role, None);
        assert_eq!(landing.codes(), 1);
    }
}

#[test]
fn a_role_that_is_assumed_with_the_code_has_its_own_duration() {
    for (words, seconds) in [(&[][..], "7200"), (&["--duration", "90m"], "5400")] {
        let landing = Landing::new();
        let code = landing.aws.code();
        let run = landing.awsmfa(["console", "long", &code, "--print"]);
        let run = run.arguments(words).run();
        signed_in(&landing, &run, "long", Some(seconds));
        assert_eq!(landing.calls(), ["AssumeRole+code long"]);
    }
    let landing = Landing::new();
    let words = [
        "console",
        "long",
        "--duration",
        "1h",
        "--print",
        "-c",
        &landing.aws.code(),
    ];
    signed_in(&landing, &landing.awsmfa(words).run(), "long", None);
}

/// The terminal's session of a role needs no call to STS.
#[test]
fn the_terminals_session_is_used() {
    for profile in ["dev", "long"] {
        let landing = Landing::new();
        let script = format!(
            "aws-mfa-on {profile} {}\nawsmfa console --print",
            landing.aws.code()
        );
        let run = landing.script(BASH, &script).run();
        // Without a duration, the console lasts as long as the session.
        signed_in(&landing, &run, profile, None);
        assert_eq!(landing.codes(), 1);
        assert_eq!(landing.aws.assumed(profile), 1, "{}", run.story());
    }
}

/// Nothing in the environment of a command tells how its role was assumed.
#[test]
fn the_session_of_a_command_has_no_duration() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let words = [
        "exec", "dev", "-c", &code, "--", "awsmfa", "console", "--print",
    ];
    signed_in(&landing, &landing.awsmfa(words).run(), "dev", None);
    assert_eq!(landing.aws.assumed("dev"), 1);
}

#[test]
fn the_base_session_of_the_terminal_or_of_the_agent_needs_no_code() {
    let landing = Landing::new();
    let script = format!(
        "aws-mfa-on landing {}\nawsmfa console dev --print",
        landing.aws.code()
    );
    signed_in(&landing, &landing.script(BASH, &script).run(), "dev", None);
    assert_eq!(landing.codes(), 1);

    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    landing.log_in();
    let run = landing.awsmfa(["console", "dev", "--print"]).run();
    signed_in(&landing, &run, "dev", None);
    assert_eq!(landing.codes(), 1);
}

/// Where tools read an overlay, awsmfa reads the user's files.
#[test]
fn a_terminal_for_every_profile_signs_in_and_lists_as_any_other() {
    let landing = Landing::new();
    let script = format!(
        "aws-mfa-on --profiles landing {}\nawsmfa list >list\nawsmfa console dev --print",
        landing.aws.code()
    );
    let run = landing.script(BASH, &script).run();
    signed_in(&landing, &run, "dev", None);
    assert_eq!(landing.codes(), 1);
    let list = std::fs::read_to_string(landing.home.path().join("list")).expect("the list");
    let held: Vec<_> = list.lines().filter(|line| line.starts_with('*')).collect();
    assert!(
        held.len() == 1 && held[0].starts_with("* landing "),
        "{list}"
    );
    assert!(list.contains("~/.aws/config:"), "{list}");
}

/// AWS refuses a session of GetSessionToken, so it is never sent.
#[test]
fn without_a_role_the_user_is_told_of_the_login_form() {
    let landing = Landing::new();
    let code = landing.aws.code();
    landing.configure("[profile a b]\n");
    for run in [
        landing
            .awsmfa(["console", "landing", "--print", "-c", &code])
            .run(),
        landing
            .holding("landing", 60, &["console", "--print"])
            .run(),
        landing
            .holding("landing", 60, &["console", "landing", "s3"])
            .run(),
    ] {
        run.failure(1)
            .complains("could not sign in to the console with profile landing: it has no role")
            .complains("awsmfa: hint: ")
            .complains("`awsmfa code landing`");
        assert_eq!(run.stdout, "");
    }
    assert!(landing.aws.requests().is_empty());
}

#[test]
fn a_refused_session_and_a_foreign_answer_are_explained_without_the_page() {
    let landing = Landing::new();
    // These keys are not of AWS's making.
    let run = landing.holding("dev", 30, &["console", "--print"]).run();
    run.failure(1)
        .complains("could not sign in to the console: ")
        .complains("does not accept the role's session (HTTP 400)")
        .complains("hint: it may have expired or been revoked: awsmfa console --force")
        .keeps_quiet_about("security token");
    for (fault, said) in [
        (
            Fault::Refuse(Refusal::new(200, "", "")),
            "cannot be used: it has no sign-in token",
        ),
        (
            Fault::Body(br#"{"SigninToken":"x\r\nSet-Cookie: y"}"#.to_vec()),
            "cannot be used: it has no sign-in token",
        ),
        (
            Fault::Refuse(Refusal::new(302, "", "")),
            "it is a redirect, which awsmfa does not follow",
        ),
        (
            Fault::Refuse(Refusal::new(404, "", "")),
            "does not come from AWS",
        ),
    ] {
        landing.aws.outage("getSigninToken", fault);
        let run = landing
            .holding("dev", 30, &["console", "--print", "--timeout", "2"])
            .run();
        run.failure(1)
            .complains("could not sign in to the console: ")
            .complains(said);
        assert_eq!(run.stdout, "");
        landing.aws.recover();
    }
}

/// A lost answer costs nothing: the request is made again.
#[test]
fn a_fault_that_passes_is_waited_out() {
    let landing = Landing::new();
    landing.log_in();
    landing.aws.fail("getSigninToken", Fault::Close, 1);
    landing.aws.fail(
        "getSigninToken",
        Fault::Refuse(Refusal::new(503, "", "")),
        1,
    );
    let script = "aws-mfa-on dev\nawsmfa console --print";
    landing.aws.advance(30);
    let script = script.replace("dev\n", &format!("dev {}\n", landing.aws.code()));
    let run = landing.script(BASH, &script).run();
    address(&run);
    assert_eq!(sign_ins(&landing.aws).len(), 3);
}

#[test]
fn no_secret_is_in_what_is_said() {
    let landing = Landing::new();
    let words = [
        "console",
        "dev",
        "--print",
        "--verbose",
        "-c",
        &landing.aws.code(),
    ];
    let run = landing.awsmfa(words).run();
    run.success().complains("getSigninToken went to ");
    let token = landing.aws.signin_tokens().pop().expect("a token");
    run.keeps_quiet_about(&token[..20]);
    run.keeps_quiet_about("SigninToken=");
    let session = sign_ins(&landing.aws)[0]
        .parameter("Session")
        .unwrap_or_default()
        .to_owned();
    let session: serde_json::Value = serde_json::from_str(&session).expect("JSON");
    for name in ["sessionKey", "sessionToken"] {
        run.keeps_quiet_about(&session[name].as_str().expect("text")[..20]);
    }
}
