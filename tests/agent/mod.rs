//! The agent serves all terminals with one code. No client stops it, and it answers no other user.

#[cfg(target_os = "linux")]
mod memory;
mod one;
mod places;
mod pressure;
mod renewal;
#[cfg(target_os = "linux")]
mod suspended;
mod trouble;
#[cfg(target_os = "linux")]
mod users;

use serde_json::json;

use crate::support::agent::{Agent, deposit, deposit_of, eventually, log, login, socket, wanted};
use crate::support::home::Home;
use crate::support::landing::Landing;

/// An agent that holds the base session of a landing account.
fn logged_in() -> (Landing, Agent) {
    let landing = Landing::new();
    let agent = Agent::start(&landing.home);
    let run = landing.log_in();
    agent.ask(&deposit(&landing.aws, &run));
    (landing, agent)
}

#[test]
fn what_the_agent_holds_is_shown_without_secrets() {
    let (landing, agent) = logged_in();
    let answer = agent.ask(&wanted(&landing.aws, Some("dev")));
    assert_eq!(answer["account_id"], "123456789012", "{answer}");
    let run = landing.awsmfa(["agent", "status", "--json"]).run();
    let status: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
    assert_eq!(status["pid"], agent.child.id());
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    let sessions = status["sessions"].as_array().unwrap();
    let [base, role] = &sessions[..] else {
        panic!("{status}")
    };
    assert_eq!(
        (&base["profile"], &base["role_arn"]),
        (&"landing".into(), &json!(null))
    );
    assert_eq!(base["mfa_serial"], landing.aws.serial());
    assert!(base["seconds_left"].as_u64().unwrap() > 40_000, "{status}");
    assert!(
        role["role_arn"].as_str().unwrap().ends_with("role/dev"),
        "{status}"
    );
    assert!(
        role["expiration"].as_str().unwrap().ends_with('Z'),
        "{status}"
    );
    assert_eq!((&role["asked"], &role["made"]), (&1.into(), &1.into()));
    let run = landing.awsmfa(["agent", "status"]).run();
    run.success()
        .says("role arn:aws:iam::123456789012:role/dev, ");
    let secrets = ["secret_access_key", "session_token"].map(|name| answer[name].as_str().unwrap());
    for text in [run.stdout, status.to_string(), log(&landing.home)] {
        assert!(
            !secrets.iter().any(|secret| text.contains(secret)),
            "{text}"
        );
    }
}

#[test]
fn forget_removes_a_users_sessions_and_leaves_other_users_alone() {
    let (landing, agent) = logged_in();
    let bob = json!({"long_term_key_id": "AKIAI44QH8DHBEXAMPLE", "mfa_serial": "arn:aws:iam::123456789012:mfa/bob"});
    agent.ask(&deposit_of(&bob, 60));
    agent.ask(&wanted(&landing.aws, Some("dev")));
    let held = || {
        let status = agent.ask(&json!({"do": "status"}));
        status["sessions"].as_array().unwrap().len()
    };
    assert_eq!(held(), 3);
    // The name may be mistyped.
    let run = landing.awsmfa(["agent", "forget", "stgae"]).run();
    run.success()
        .complains("the agent holds no session of profile stgae");
    assert_eq!(held(), 3);
    // The files say whose profile it is, even if nobody has asked for it by this name.
    let run = landing.awsmfa(["agent", "forget", "stage"]).run();
    assert_eq!(run.success().stderr, "");
    assert_eq!(held(), 1);
    let answer = agent.ask(&wanted(&landing.aws, Some("dev")));
    assert_eq!(answer["error"], "no_session");
    landing.awsmfa(["agent", "forget"]).run().success();
    assert_eq!(held(), 0);
    agent.ask(&deposit_of(&bob, 60));
    agent.signal(rustix::process::Signal::USR1);
    eventually("the signal is heeded", || held() == 0);
}

#[test]
fn an_agent_ends_by_signals_and_by_stop_and_leaves_no_socket() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let home = Home::new();
        let agent = Agent::start(&home);
        agent.ask(&deposit_of(
            &json!({"long_term_key_id": "AKIA", "mfa_serial": null}),
            60,
        ));
        agent.signal(signal);
        assert_eq!(agent.end(), Some(0), "{signal:?}");
        assert!(!socket(&home).exists(), "{signal:?}");
    }
    let home = Home::new();
    let agent = Agent::start(&home);
    home.awsmfa(["agent", "stop"]).run().success();
    assert!(!socket(&home).exists());
    assert_eq!(agent.end(), Some(0));
    // There is nothing left to do, which is success; a status has to say that there is none.
    for command in ["stop", "forget"] {
        let run = home.awsmfa(["agent", command]).run();
        run.success().complains("no agent runs");
    }
    home.awsmfa(["agent", "status"])
        .run()
        .failure(1)
        .prints("no agent runs\n");
    let run = home.awsmfa(["agent", "status", "--json"]).run();
    run.failure(1).prints("null\n");
}

#[test]
fn a_started_agent_is_in_the_background_and_starting_twice_is_success() {
    let home = Home::new().with("AWS_SECRET_ACCESS_KEY", "not-for-the-agent");
    let run = home.awsmfa(["agent", "start", "--idle", "2h"]).run();
    run.success().prints("");
    assert_eq!(run.stderr, "");
    let run = home.awsmfa(["agent", "start"]).run();
    run.success()
        .complains("an agent is already running, process ");
    let run = home.awsmfa(["agent"]).run();
    run.success()
        .complains("an agent is already running, process ");
    let status = crate::support::agent::ask(&socket(&home), &json!({"do": "status"}));
    let pid = status["pid"].as_u64().unwrap();
    if cfg!(target_os = "linux") && rustix::process::geteuid().is_root() {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
        let environment = String::from_utf8_lossy(&environment);
        assert!(environment.contains("HOME="), "{environment}");
        assert!(!environment.contains("not-for-the-agent"), "{environment}");
    }
    home.awsmfa(["agent", "stop"]).run().success();
    home.awsmfa(["agent", "start"]).run().success();
    home.awsmfa(["agent", "stop"]).run().success();
}

/// The session belongs to one user: other keys or devices get nothing.
#[test]
fn a_session_serves_its_own_login_only() {
    let (landing, agent) = logged_in();
    let mut request = wanted(&landing.aws, None);
    request["session"]["login"] = login(&landing.aws);
    assert!(agent.ask(&request)["session_token"].is_string());
    request["session"]["login"]["long_term_key_id"] = "AKIAI44QH8DHBEXAMPLE".into();
    let answer = agent.ask(&request);
    assert_eq!(answer["error"], "no_session", "{answer}");
    let message = answer["message"].as_str().unwrap();
    assert!(
        message.starts_with("the agent holds no session of "),
        "{message}"
    );
}
