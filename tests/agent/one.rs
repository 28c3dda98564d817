//! There is one agent, and it ends when it cannot be found any more.

use std::fs;
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;

use rustix::process::Signal;
use serde_json::json;

use crate::support::agent::{Agent, ask, deposit_of, exchange, socket};
use crate::support::home::{Home, Run};

fn nobody() -> serde_json::Value {
    json!({"long_term_key_id": "AKIA", "mfa_serial": null})
}

#[test]
fn of_many_agents_started_at_once_one_stays() {
    let home = Home::new();
    let runs: Vec<Run> = thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| home.awsmfa(["agent", "start"]).run()))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    let already = runs.iter().filter(|run| {
        run.success();
        run.stderr.contains("an agent is already running, process ")
    });
    assert_eq!(already.count(), 7, "{}", runs[0].story());
    home.awsmfa(["agent", "stop"]).run().success();
}

#[test]
fn the_socket_of_a_killed_agent_is_replaced() {
    let home = Home::new();
    let agent = Agent::start(&home);
    agent.signal(Signal::KILL);
    agent.end();
    assert!(socket(&home).exists());
    home.awsmfa(["agent", "status"])
        .run()
        .failure(1)
        .prints("no agent runs\n");
    home.awsmfa(["agent", "start"]).run().success();
    home.awsmfa(["agent", "status"]).run().success();
    home.awsmfa(["agent", "stop"]).run().success();
}

/// Without its socket it cannot be asked, and another agent may start.
#[test]
fn an_agent_whose_socket_is_gone_ends() {
    let home = Home::new();
    let agent = Agent::start(&home);
    agent.ask(&deposit_of(&nobody(), 60));
    fs::remove_file(socket(&home)).unwrap();
    // It waits for the old one.
    home.awsmfa(["agent", "start"]).run().success();
    assert_eq!(agent.end(), Some(0));
    let status = ask(&socket(&home), &json!({"do": "status"}));
    assert_eq!(status["sessions"], json!([]));
    home.awsmfa(["agent", "stop"]).run().success();
}

#[test]
fn an_agent_whose_socket_is_replaced_ends_and_leaves_the_new_one() {
    let home = Home::new();
    let agent = Agent::start(&home);
    fs::rename(socket(&home), socket(&home).with_extension("old")).unwrap();
    let _other = UnixListener::bind(socket(&home)).unwrap();
    assert_eq!(agent.end(), Some(0));
    assert!(UnixStream::connect(socket(&home)).is_ok());
}

/// The agent that a login starts lives as long as there are sessions.
#[test]
fn an_agent_may_end_with_its_last_session_or_when_idle() {
    let home = Home::new();
    let agent = Agent::start_as(
        &home,
        &[crate::support::home::AWSMFA, "agent", "--idle", "1"],
        &[],
    );
    agent.ask(&deposit_of(&nobody(), 60));
    assert_eq!(agent.end(), Some(0));
}

/// It holds the lock, and does not answer.
#[test]
fn a_stopped_agent_delays_other_processes_only_briefly() {
    let home = Home::new();
    let agent = Agent::start(&home);
    agent.signal(Signal::STOP);
    for command in ["start", "status", "forget"] {
        let run = home.awsmfa(["agent", command]).run();
        run.failure(1).complains("the agent does not answer: ");
        run.complains("hint: ");
    }
    agent.signal(Signal::CONT);
    home.awsmfa(["agent", "status"]).run().success();
    // Those who were not answered then are gone.
    assert!(!exchange(&agent.socket, b"x\n").is_empty());
}
