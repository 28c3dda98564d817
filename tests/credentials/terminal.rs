//! When a prompt asks for a code, and when it must not.

use std::fs;

use crate::support::agent::Agent;
use crate::support::landing::Landing;

const QUESTION: &str = "MFA code for arn:aws:iam::123456789012:mfa/alice: ";

#[test]
fn it_asks_on_the_terminal() {
    let landing = Landing::new();
    let mut pty = landing.home.terminal("credentials landing");
    pty.expect(QUESTION);
    pty.send(&format!("{}\r", landing.aws.code()));
    pty.succeeds();
    let out = fs::read_to_string(landing.home.path().join("out")).unwrap();
    assert!(
        out.starts_with("{\"Version\":1,\"AccessKeyId\":\"ASIA"),
        "{out}"
    );
}

/// A prompt would stop a background job, and with it the program that waits for it.
#[test]
fn a_background_job_asks_for_no_code() {
    let landing = Landing::new();
    let line = "set -m; awsmfa credentials landing --wait 1s >out 2>err & wait $!; echo status $?";
    let mut pty = landing.home.line_on_terminal(line);
    let seen = pty.expect("status 1");
    assert!(!seen.contains("MFA code"), "{seen}");
    let err = fs::read_to_string(landing.home.path().join("err")).unwrap();
    assert!(
        err.starts_with("awsmfa: could not give credentials for landing: "),
        "{err}"
    );
    assert_eq!(err.lines().count(), 1, "{err}");
}

/// The others wait, and take what the first has left in the agent.
#[test]
fn programs_of_one_terminal_ask_one_question() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    let line =
        "for i in 1 2 3 4 5; do awsmfa credentials landing >out$i & done; wait; echo all done";
    let mut pty = landing.home.line_on_terminal(line);
    pty.expect(QUESTION);
    pty.send(&format!("{}\r", landing.aws.code()));
    let seen = pty.expect("all done");
    assert!(!seen.contains("MFA code"), "{seen}");
    let outs =
        (1..=5).map(|i| fs::read_to_string(landing.home.path().join(format!("out{i}"))).unwrap());
    let outs: std::collections::BTreeSet<_> = outs.collect();
    assert!(
        outs.len() == 1 && outs.first().unwrap().starts_with('{'),
        "{outs:?}"
    );
    let left = fs::read_dir(landing.home.path().join("awsmfa")).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().starts_with("asking-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(landing.codes(), 1, "{:?}", landing.calls());
}

/// Without an agent there is one prompt after the other.
#[test]
fn two_questions_never_share_the_terminal() {
    let landing = Landing::new();
    let line = "for i in 1 2; do awsmfa credentials landing >out$i & done; wait; echo all done";
    let mut pty = landing.home.line_on_terminal(line);
    pty.expect(QUESTION);
    pty.send(&format!("{}\r", landing.aws.code()));
    pty.expect(QUESTION);
    // The first login is over when the second question comes.
    let calls = landing.calls();
    assert!(
        calls.iter().any(|call| call == "GetSessionToken+code"),
        "{calls:?}"
    );
    landing.aws.advance(30);
    pty.send(&format!("{}\r", landing.aws.code()));
    pty.expect("all done");
}
