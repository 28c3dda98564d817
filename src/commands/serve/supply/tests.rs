use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use tokio::task::LocalSet;

use super::super::socket::{Answers as _, line_of};
use super::*;
use crate::agent::Request;
use crate::dates::since_epoch;
use crate::message::Level;

fn supply() -> Rc<Supply> {
    Supply::new(Clock::default(), Messages::new(|_| (), Level::Quiet))
}

/// Seconds since the Unix epoch.
fn now() -> u64 {
    since_epoch(Clock::default().local())
}

/// The answer to a request as it is written on the wire.
async fn ask(supply: &Rc<Supply>, request: Value) -> Value {
    let mut line = request;
    line["v"] = 1.into();
    let request = Request::parse(line.to_string().as_bytes());
    let answer = supply.answer(request.unwrap(), None).await;
    serde_json::from_str(&answer).unwrap()
}

fn login(device: &str) -> Value {
    json!({"long_term_key_id": "AKIAEXAMPLE", "mfa_serial": format!("arn:aws:iam::123456789012:mfa/{device}")})
}

fn deposit(device: &str, key_id: &str, seconds_left: u64) -> Value {
    json!({"do": "deposit", "profile": "dev", "login": login(device), "session": {
        "access_key_id": key_id, "secret_access_key": "s", "session_token": "t",
        "expiration": now() + seconds_left}})
}

/// Nothing listens at the endpoint.
pub fn wanted(device: &str, roles: &[&str], wait: u64) -> Value {
    let said = |value: Value| json!({"value": value, "origin": "the test"});
    let role = |name: &&str| {
        json!({"role_arn": said(format!("arn:aws:iam::210987654321:role/{name}").into()),
            "role_session_name": said("me".into()), "tags": {}})
    };
    let second = json!({"secs": 1, "nanos": 0});
    json!({"do": "credentials", "profile": "dev", "wait": wait, "session": {
        "login": login(device), "roles": roles.iter().map(role).collect::<Vec<_>>(),
        "connection": {"region": said("eu-central-1".into()), "proxies": {}, "network": {
            "sts_endpoint_url": said("http://127.0.0.1:9".into()),
            "use_legacy_sts_endpoint": false, "use_fips_endpoint": false,
            "use_dualstack_endpoint": false, "connect_timeout": second, "timeout": second}}}})
}

pub fn spec(request: &Value) -> SessionSpec {
    serde_json::from_value(request["session"].clone()).unwrap()
}

#[tokio::test]
async fn a_base_session_serves_its_own_login_only() {
    let supply = supply();
    assert_eq!(
        ask(&supply, deposit("me", "ASIAONE", 3600)).await,
        json!({})
    );
    let answer = ask(&supply, wanted("me", &[], 0)).await;
    assert_eq!(answer["access_key_id"], "ASIAONE");
    assert_eq!(answer["account_id"], "123456789012");
    let answer = ask(&supply, wanted("other", &[], 0)).await;
    assert_eq!(answer["error"], "no_session");
    let mut any_device = wanted("me", &[], 0);
    any_device["session"]["login"]["mfa_serial"] = Value::Null;
    assert_eq!(ask(&supply, any_device).await["access_key_id"], "ASIAONE");
    let mut other_keys = wanted("me", &[], 0);
    other_keys["session"]["login"]["long_term_key_id"] = "AKIAOTHER".into();
    assert_eq!(ask(&supply, other_keys).await["error"], "no_session");
}

#[tokio::test]
async fn a_deposit_replaces_the_base_session_of_its_login() {
    let supply = supply();
    for (device, key_id) in [("me", "ASIAONE"), ("you", "ASIATWO"), ("me", "ASIATHREE")] {
        ask(&supply, deposit(device, key_id, 3600)).await;
    }
    assert_eq!(supply.held().len(), 2);
    let answer = ask(&supply, wanted("me", &[], 0)).await;
    assert_eq!(answer["access_key_id"], "ASIATHREE");
}

#[tokio::test]
async fn an_expired_session_is_never_handed_out() {
    let supply = supply();
    ask(&supply, deposit("me", "ASIAONE", 5)).await;
    let answer = ask(&supply, wanted("me", &[], 0)).await;
    assert_eq!(answer["error"], "no_session");
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains("mfa/me ended at "), "{message}");
    assert!(supply.held().is_empty());
    // Whatever a client says of its end.
    ask(&supply, deposit("me", "ASIAONE", u64::MAX / 2)).await;
    assert_eq!(supply.held().len(), 1);
}

#[tokio::test]
async fn a_deposit_wakes_waiting_clients() {
    let supply = supply();
    let wait = ask(&supply, wanted("me", &[], 3600));
    let bring = async {
        tokio::task::yield_now().await;
        ask(&supply, deposit("other", "ASIAOTHER", 3600)).await;
        tokio::task::yield_now().await;
        ask(&supply, deposit("me", "ASIAONE", 3600)).await
    };
    let (answer, _) = tokio::join!(wait, bring);
    assert_eq!(answer["access_key_id"], "ASIAONE");
}

#[tokio::test]
async fn a_profile_is_forgotten_with_its_login() {
    let supply = supply();
    ask(&supply, deposit("me", "ASIAONE", 3600)).await;
    ask(&supply, deposit("you", "ASIATWO", 3600)).await;
    let mut other = deposit("they", "ASIATHREE", 3600);
    other["profile"] = "prod".into();
    ask(&supply, other).await;
    ask(&supply, json!({"do": "forget", "profile": "dev"})).await;
    let held = supply.held();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].profile, "prod");
    ask(&supply, json!({"do": "forget"})).await;
    assert!(supply.held().is_empty());
}

/// Without a connection the old session is handed out while it lasts.
#[tokio::test]
async fn an_old_session_is_better_than_an_error() {
    let supply = supply();
    let spec = spec(&wanted("me", &["deploy"], 0));
    ask(&supply, deposit("me", "ASIABASE", 36_000)).await;
    let base = supply
        .sessions
        .borrow_mut()
        .base(&spec.login, UNIX_EPOCH)
        .unwrap();
    let role = supply.sessions.borrow_mut().role("dev", &spec);
    let mut old = base.credentials.clone();
    "ASIAOLD".clone_into(&mut old.access_key_id);
    old.expiration = supply.clock.local() + Duration::from_mins(5);
    role.succeed(old, &base, supply.clock.local() - Duration::from_mins(55));
    let tries = async {
        for _ in 0..100 {
            let answer = ask(&supply, wanted("me", &["deploy"], 0)).await;
            assert_eq!(answer["access_key_id"], "ASIAOLD");
        }
        let answer = ask(&supply, wanted("me", &["other"], 0)).await;
        assert_eq!(answer["error"], "unavailable");
        // It is remembered, so those who ask again do not wait.
        assert!(role.failure().is_some());
    };
    LocalSet::new().run_until(tries).await;
}

#[test]
fn requests_of_other_versions_learn_the_agents_version() {
    let refusal = |line: &str| Request::parse(line.as_bytes()).err().unwrap();
    let answer = line_of(Err::<(), _>(refusal(r#"{"v":2,"do":"dance"}"#)));
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(
        (&answer["error"], &answer["speaks"]),
        (&"version".into(), &json!([1]))
    );
    for line in [
        "",
        "{}",
        "[]",
        r#"{"v":1}"#,
        r#"{"v":1,"do":"dance"}"#,
        "\u{0}",
    ] {
        assert_eq!(refusal(line).code, Code::Malformed, "{line}");
    }
}
