//! Many clients at once, and clients that send nonsense or nothing.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::logged_in;
use crate::support::agent::{Agent, ask, deposit_of, exchange, wanted};
use crate::support::home::Home;
use crate::support::landing::role;
use crate::support::stand_in::{Fault, Role};

/// A hundred clients ask for one role at once, then two hundred for eight.
#[test]
fn one_call_for_each_role_however_many_ask() {
    let (landing, agent) = logged_in();
    let names = ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"];
    landing
        .aws
        .change(|options| options.roles.extend(names.map(Role::named)));
    landing
        .aws
        .fail("AssumeRole", Fault::Delay(Duration::from_millis(500)), 9);
    let ask_for = |names: &[&'static str], times: usize| {
        thread::scope(|scope| {
            let clients: Vec<_> = (0..times)
                .flat_map(|_| names)
                .map(|name| {
                    let (socket, request) = (&agent.socket, wanted(&landing.aws, Some(name)));
                    scope.spawn(move || ask(socket, &request))
                })
                .collect();
            let answers = clients.into_iter().map(|client| client.join().unwrap());
            answers
                .map(|answer| answer["session_token"].to_string())
                .collect::<BTreeSet<_>>()
        })
    };
    assert_eq!(ask_for(&["dev"], 100).len(), 1);
    assert_eq!(landing.aws.count("AssumeRole"), 1);
    assert_eq!(ask_for(&names, 25).len(), 8);
    for name in names {
        assert_eq!(landing.aws.assumed(name), 1, "{}", role(name));
    }
}

#[test]
fn nonsense_does_not_stop_the_agent() {
    let home = Home::new();
    let agent = Agent::start(&home);
    let deep = "[".repeat(60_000);
    let nested = format!(r#"{{"v":1,"do":{deep}"#);
    let kinds: [&[u8]; 12] = [
        b"\n",
        b"\0\n",
        b"{}\n",
        b"[]\n",
        b"{\"v\":1}\n",
        b"{\"v\":-1,\"do\":\"status\"}\n",
        b"GET / HTTP/1.1\r\n",
        b"\xff\xfe\n",
        b"{\"v\":1,\"do\":\"deposit\",\"login\":{}}\n",
        b"{\"v\":1,\"do\":\"credentials\",\"profile\":\"x\",\"wait\":1e999}\n",
        b"no line end",
        nested.as_bytes(),
    ];
    for number in 0..10_000 {
        let mut stream = UnixStream::connect(&agent.socket).unwrap();
        let _ = stream.write_all(kinds[number % kinds.len()]);
    }
    for kind in &kinds[..10] {
        let answer = exchange(&agent.socket, kind);
        let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["error"], "malformed", "{answer}");
    }
    assert_eq!(agent.ask(&json!({"do": "status"}))["pid"], agent.child.id());
}

#[test]
fn a_request_that_is_too_long_is_not_answered() {
    let home = Home::new();
    let agent = Agent::start(&home);
    let status = |length: usize| {
        let mut line = br#"{"v":1,"do":"status"}"#.to_vec();
        line.resize(length - 1, b' ');
        line.push(b'\n');
        line
    };
    assert!(!exchange(&agent.socket, &status(64 * 1024)).is_empty());
    assert!(exchange(&agent.socket, &status(64 * 1024 + 1)).is_empty());
    assert!(exchange(&agent.socket, &vec![b'x'; 1 << 20]).is_empty());
}

/// They do not keep other clients out, and are dropped after a while.
#[test]
fn silent_clients_do_not_block_others() {
    let home = Home::new();
    let agent = Agent::start(&home);
    let mut idle: Vec<_> = (0..200)
        .map(|_| UnixStream::connect(&agent.socket).unwrap())
        .collect();
    // The program gives an agent three seconds.
    home.awsmfa(["agent", "status"]).run().success();
    for _ in 0..10 {
        assert_eq!(agent.ask(&json!({"do": "status"}))["pid"], agent.child.id());
    }
    // The agent hangs up.
    for stream in &mut idle {
        assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
    }
}

/// The client learns that the agent is working. If the client leaves, the agent stops working for
/// it.
#[test]
fn an_agent_at_work_says_so() {
    let (landing, agent) = logged_in();
    landing
        .aws
        .fail("AssumeRole", Fault::Delay(Duration::from_secs(3)), 1);
    let mut request = wanted(&landing.aws, Some("dev"));
    request["v"] = 1.into();
    let answer = exchange(&agent.socket, format!("{request}\n").as_bytes());
    let text = String::from_utf8(answer).unwrap();
    assert!(text.starts_with("  ") && text.ends_with("}\n"), "{text}");
}

/// The same with the program itself, a hundred at once, as Terraform and IDEs start it.
#[test]
fn a_hundred_processes_need_one_call() {
    let (landing, _agent) = logged_in();
    landing
        .aws
        .fail("AssumeRole", Fault::Delay(Duration::from_millis(500)), 1);
    let tokens = thread::scope(|scope| {
        let processes: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| landing.awsmfa(["credentials", "dev"]).run()))
            .collect();
        let runs = processes.into_iter().map(|process| process.join().unwrap());
        runs.map(|run| {
            let answer: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
            answer["SessionToken"].to_string()
        })
        .collect::<BTreeSet<_>>()
    });
    assert_eq!(tokens.len(), 1);
    assert_eq!(landing.aws.count("AssumeRole"), 1);
    assert_eq!(landing.aws.count("GetSessionToken"), 1);
}

/// A status that is longer than any request.
#[test]
fn a_status_of_hundreds_of_sessions_arrives_whole() {
    let (landing, agent) = logged_in();
    for number in 0..400 {
        let serial = format!("arn:aws:iam::123456789012:mfa/{number}");
        let login = json!({"long_term_key_id": "AKIAMANY", "mfa_serial": serial});
        agent.ask(&deposit_of(&login, 60));
    }
    let status = landing.awsmfa(["agent", "status"]).run();
    assert_eq!(status.success().stdout.lines().count(), 402);
    let run = landing.awsmfa(["exec", "dev", "--", "true"]).run();
    run.success().keeps_quiet_about("without the agent");
}

/// A remote machine cannot take all the files that the agent may open.
#[test]
fn a_share_has_few_requests_under_way() {
    let (landing, agent) = logged_in();
    let mut other = wanted(&landing.aws, Some("dev"));
    other["session"]["login"]["long_term_key_id"] = "AKIAOTHER".into();
    let share = landing.home.path().join("share.sock");
    let asked = json!({"do": "share", "socket": share, "profiles": {"dev": other["session"]}});
    assert_eq!(agent.ask(&asked), json!({}));
    let request = json!({"v": 1, "do": "credentials", "profile": "dev", "wait": 20});
    let mut waiting: Vec<_> = (0..128)
        .map(|_| {
            let mut client = UnixStream::connect(&share).unwrap();
            client.write_all(format!("{request}\n").as_bytes()).unwrap();
            client
        })
        .collect();
    for client in &mut waiting {
        // A blank: the agent is at work.
        client.read_exact(&mut [0]).unwrap();
    }
    assert_eq!(ask(&share, &request)["error"], "unavailable");
    drop(waiting);
}

/// The longest wait that can be named, and an agent that is switched off.
#[test]
fn a_remote_machine_asks_its_share_unless_told_not_to() {
    let (landing, agent) = logged_in();
    let share = landing.home.path().join("share.sock");
    let spec = wanted(&landing.aws, Some("dev"))["session"].clone();
    let asked = json!({"do": "share", "socket": share, "profiles": {"unknown-here": spec}});
    assert_eq!(agent.ask(&asked), json!({}));
    let longest = format!("{}s", u64::MAX);
    let ask = || {
        let words = ["credentials", "unknown-here", "--wait", &longest];
        landing.awsmfa(words).env("AWSMFA_AGENT_SOCK", &share)
    };
    ask().run().success().says("SessionToken");
    let run = ask().env("AWSMFA_AGENT", "off").run();
    run.failure(1).complains("there is no such profile");
}
