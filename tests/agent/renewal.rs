//! When a role is assumed anew, and what happens if AWS is away at that moment.

use serde_json::Value;

use super::logged_in;
use crate::support::agent::{ask, deposit, eventually, wanted};
use crate::support::stand_in::{Fault, Refusal};

fn token(answer: &Value) -> &str {
    let token = answer["session_token"].as_str();
    token.unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn a_session_is_handed_out_from_memory_until_half_of_it_is_over() {
    let (landing, agent) = logged_in();
    let request = wanted(&landing.aws, Some("dev"));
    let first = agent.ask(&request);
    for _ in 0..5 {
        assert_eq!(token(&agent.ask(&request)), token(&first));
    }
    assert_eq!(landing.aws.count("AssumeRole"), 1);
    // The stand-in's clock is ahead, so that a code lasts.
    landing.aws.change(|options| {
        options.clock_offset = 0;
        options.longest_role_session = Some(2);
    });
    let request = wanted(&landing.aws, Some("long"));
    let first = agent.ask(&request);
    eventually("it is renewed", || {
        token(&agent.ask(&request)) != token(&first)
    });
}

/// With `fault`, AWS gives no new session: the old one is handed out while it lasts. It is time for a
/// new one, because there is a new base session.
fn old_ones_while(fault: Fault) {
    let (landing, agent) = logged_in();
    let request = wanted(&landing.aws, Some("dev"));
    let old = agent.ask(&request);
    landing.aws.wait_for_room();
    let code = landing.aws.code_in(1);
    let run = landing.login(&format!("landing {code}")).run();
    agent.ask(&deposit(&landing.aws, &run));
    landing.aws.outage("AssumeRole", fault);
    for _ in 0..3 {
        assert_eq!(token(&agent.ask(&request)), token(&old));
    }
    assert!(landing.aws.count("AssumeRole") > 1);
    landing.aws.recover();
    eventually("AWS is asked again", || {
        token(&agent.ask(&request)) != token(&old)
    });
}

#[test]
fn an_old_session_is_handed_out_while_aws_answers_500() {
    old_ones_while(Fault::internal_failure());
}

#[test]
fn an_old_session_is_handed_out_while_aws_is_silent() {
    old_ones_while(Fault::Silence);
}

#[test]
fn an_old_session_is_handed_out_while_aws_hangs_up() {
    old_ones_while(Fault::Close);
}

/// Clients that ask in the seconds after a failure get it at once, without a call to AWS.
#[test]
fn a_failure_is_remembered_for_a_while() {
    let (landing, agent) = logged_in();
    landing.aws.outage("AssumeRole", Fault::internal_failure());
    let request = wanted(&landing.aws, Some("dev"));
    let answer = agent.ask(&request);
    assert_eq!(answer["error"], "unavailable", "{answer}");
    let calls = landing.aws.count("AssumeRole");
    for _ in 0..50 {
        assert_eq!(agent.ask(&request)["error"], "unavailable");
    }
    assert_eq!(landing.aws.count("AssumeRole"), calls);
    landing.aws.recover();
    eventually("it is forgotten", || {
        agent.ask(&request)["session_token"].is_string()
    });
}

/// If AWS refuses a role for good, the message is that of a login.
#[test]
fn a_refusal_by_aws_is_not_reported_as_an_outage() {
    let (landing, agent) = logged_in();
    let answer = agent.ask(&wanted(&landing.aws, Some("nobodys")));
    assert_eq!(answer["error"], "refused", "{answer}");
    let message = answer["message"].as_str().unwrap();
    assert!(
        message.contains("AWS does not let arn:aws:iam::123456789012:user/alice assume the role"),
        "{message}"
    );
    assert!(
        answer["hint"].as_str().unwrap().contains("trust policy"),
        "{answer}"
    );
}

/// A base session that AWS no longer accepts is dropped: clients that can wait for another do so.
#[test]
fn a_rejected_base_session_is_dropped_and_the_next_deposit_wakes_waiting_clients() {
    let (landing, agent) = logged_in();
    let rejected = Fault::Refuse(Refusal::new(
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    ));
    landing.aws.fail("AssumeRole", rejected, 1);
    let mut request = wanted(&landing.aws, Some("dev"));
    let answer = agent.ask(&request);
    assert_eq!(answer["error"], "no_session", "{answer}");
    request["wait"] = 60.into();
    landing.aws.wait_for_room();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| ask(&agent.socket, &request));
        let run = landing
            .login(&format!("landing {}", landing.aws.code_in(1)))
            .run();
        agent.ask(&deposit(&landing.aws, &run));
        assert!(waiter.join().unwrap()["session_token"].is_string());
    });
}
