//! The computer sleeps: the wall clock goes on, other clocks stop. Or the wall clock is wrong.

use std::fs;

use serde_json::json;

use crate::support::agent::{Agent, deposit, deposit_of, eventually, wanted};
use crate::support::home::{AWSMFA, Home};
use crate::support::landing::Landing;

/// An agent whose wall clock is ahead by what the home's file `ahead` says.
fn start(home: &Home, words: &[&str]) -> Agent {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agent/suspended.c");
    let compiler = home.program("cc", ["-shared", "-fPIC", "-o", "suspended.so", source]);
    compiler.run().success();
    let library = home.path().join("suspended.so");
    let ahead = home.path().join("ahead");
    let variables = [("LD_PRELOAD", &*library), ("AHEAD", &*ahead)];
    Agent::start_as(home, &[&[AWSMFA, "agent"], words].concat(), &variables)
}

/// The computer sleeps for so many seconds in all.
fn sleep(home: &Home, seconds: u64) {
    set_clock(home, seconds.cast_signed());
}

/// The agent's wall clock is so many seconds ahead. A file that is half written would be another time.
fn set_clock(home: &Home, seconds: i64) {
    let new = home.write("ahead.new", seconds.to_string());
    fs::rename(new, home.path().join("ahead")).unwrap();
}

#[test]
fn nothing_is_handed_out_that_expired_while_the_computer_slept() {
    let landing = Landing::new();
    let agent = start(&landing.home, &[]);
    let run = landing.log_in();
    agent.ask(&deposit(&landing.aws, &run));
    let [base, role] = [None, Some("dev")].map(|role| wanted(&landing.aws, role));
    let first = agent.ask(&role);
    assert_eq!(agent.ask(&role)["session_token"], first["session_token"]);
    // AWS's clock goes on too.
    sleep(&landing.home, 3000);
    landing.aws.advance(3000);
    let second = agent.ask(&role);
    assert!(second["session_token"].is_string(), "{second}");
    assert_ne!(second["session_token"], first["session_token"]);
    sleep(&landing.home, 13 * 3600);
    landing.aws.advance(13 * 3600 - 3000);
    for request in [base, role] {
        let answer = agent.ask(&request);
        assert_eq!(answer["error"], "no_session", "{answer}");
        assert!(
            answer["message"].to_string().contains(" ended at "),
            "{answer}"
        );
    }
    assert_eq!(agent.ask(&json!({"do": "status"}))["sessions"], json!([]));
}

/// Sessions end by AWS's clock. The agent knows it from the answer that has brought the role's session.
#[test]
fn a_session_ends_when_aws_says_although_the_computers_clock_is_wrong() {
    for ahead in [-5 * 3600, 5 * 3600] {
        let landing = Landing::new();
        set_clock(&landing.home, ahead);
        let agent = start(&landing.home, &[]);
        let run = landing.log_in();
        agent.ask(&deposit(&landing.aws, &run));
        let [base, role] = [None, Some("dev")].map(|role| wanted(&landing.aws, role));
        let pass = |seconds| {
            set_clock(&landing.home, ahead + seconds);
            landing.aws.advance(seconds);
        };
        let first = agent.ask(&role);
        assert!(first["session_token"].is_string(), "{ahead}: {first}");
        assert_eq!(agent.ask(&role), first, "{ahead}");
        pass(3595);
        let second = agent.ask(&role);
        assert!(second["session_token"].is_string(), "{ahead}: {second}");
        assert_ne!(second["session_token"], first["session_token"], "{ahead}");
        set_clock(&landing.home, ahead + 11 * 3600);
        let answer = agent.ask(&base);
        assert!(answer["session_token"].is_string(), "{ahead}: {answer}");
        set_clock(&landing.home, ahead + 12 * 3600);
        for request in [base, role] {
            let answer = agent.ask(&request);
            assert_eq!(answer["error"], "no_session", "{ahead}: {answer}");
        }
    }
}

/// The difference to AWS that the agent has learned is then gone, before AWS says so again.
#[test]
fn a_session_ends_when_aws_says_although_the_clock_is_set_right_meanwhile() {
    for ahead in [-5 * 3600, 5 * 3600] {
        let landing = Landing::new();
        set_clock(&landing.home, ahead);
        let agent = start(&landing.home, &[]);
        let run = landing
            .login(&format!("landing {}", landing.aws.code()))
            .run();
        agent.ask(&deposit(&landing.aws, &run));
        let role = wanted(&landing.aws, Some("dev"));
        let first = agent.ask(&role);
        assert!(first["session_token"].is_string(), "{ahead}: {first}");
        set_clock(&landing.home, 0);
        assert_eq!(agent.ask(&role), first, "{ahead}");
        let status = agent.ask(&json!({"do": "status"}));
        let left = status["sessions"][0]["seconds_left"].as_u64();
        let twelve_hours = 12 * 3600 - 120..=12 * 3600;
        assert!(
            left.is_some_and(|left| twelve_hours.contains(&left)),
            "{ahead}: {status}"
        );
    }
}

#[test]
fn an_idle_agent_ends_even_if_the_computer_slept() {
    let home = Home::new();
    let agent = start(&home, &["--idle", "2h"]);
    sleep(&home, 3 * 3600);
    assert_eq!(agent.end(), Some(0));
}

#[test]
fn an_agent_started_with_until_empty_ends_with_its_last_session() {
    let home = Home::new();
    let agent = start(&home, &["--until-empty"]);
    let nobody = json!({"long_term_key_id": "AKIA", "mfa_serial": null});
    agent.ask(&deposit_of(&nobody, 60));
    sleep(&home, 3000);
    let held = || agent.ask(&json!({"do": "status"}))["sessions"] != json!([]);
    assert!(held());
    // It looks every few seconds. It must not have ended by now, which is not seen on its first look.
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert!(held());
    sleep(&home, 3600);
    eventually("the session is gone", || !held());
    sleep(&home, 3700);
    assert_eq!(agent.end(), Some(0));
}

/// A clock that is set back makes no session last longer than the agent knows.
#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let home = Home::new();
    sleep(&home, 7200);
    let agent = start(&home, &["--idle", "2h"]);
    sleep(&home, 0);
    let login = json!({"long_term_key_id": "AKIA", "mfa_serial": null});
    agent.ask(&deposit_of(&login, 60));
    assert_eq!(agent.ask(&json!({"do": "status"}))["pid"], agent.child.id());
}
