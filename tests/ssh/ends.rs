//! When a share ends, and what the remote machine hears then.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{DEV, PATIENCE, Shared};

/// Status and output are the command's, and nothing stays on either machine.
#[test]
fn it_ends_with_ssh() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .ssh(
            "--profile dev server",
            "stat -c %a $AWSMFA_AGENT_SOCK; echo $AWSMFA_AGENT_SOCK; exit 7",
        )
        .run();
    let lines: Vec<_> = run.failure(7).stdout.lines().collect();
    let [mode, socket] = lines[..] else {
        panic!("{}", run.story())
    };
    assert_eq!(mode, "600");
    assert!(socket.starts_with("/tmp/awsmfa-"), "{socket}");
    assert!(!Path::new(socket).exists(), "{socket}");
    assert!(run.stderr.is_empty(), "{}", run.story());
    shared.ends();
}

#[test]
fn a_share_ends_when_ssh_is_killed() {
    let Some(shared) = Shared::new() else { return };
    let mut job = shared.ssh_on_terminal("server 'echo run''ning; sleep 60'");
    job.expect("running");
    let share = shared.shares().pop().expect("a share");
    assert_eq!(share["profiles"], serde_json::json!(["dev"]));
    assert!(share["until"].is_null(), "{share}");
    let pid = share["pid"].to_string();
    let comm = std::fs::read_to_string(format!("/proc/{pid}/comm")).expect("a process");
    assert_eq!(comm, "ssh\n");
    shared
        .landing
        .home
        .program("kill", ["-KILL", &pid])
        .run()
        .success();
    shared.ends();
}

/// ssh goes on, and the remote machine is told.
#[test]
fn a_share_ends_after_the_given_time() {
    let Some(shared) = Shared::new() else { return };
    let ask = format!("python3 ~/ask '{DEV}'");
    let command = format!("{ask}; until {ask} | grep error; do sleep 0.1; done");
    let run = shared.ssh("--profile dev --for 2s server", &command).run();
    let answers: Vec<_> = run.success().stdout.lines().collect();
    assert!(answers[0].contains("session_token"), "{}", run.story());
    let last = answers.last().expect("an answer");
    assert!(last.contains("the share ended at "), "{}", run.story());
    shared.ends();
}

#[test]
fn it_ends_with_the_agent() {
    let Some(shared) = Shared::new() else { return };
    let mut job = shared.ssh_on_terminal("server");
    job.expect("remote> ");
    assert_eq!(shared.sockets().len(), 1);
    shared.agent("stop").success();
    assert!(shared.sockets().is_empty());
    job.send("awsmfa agent status; echo \"status $?\"\r");
    let text = job.expect("status 1");
    assert!(text.contains("could not ask the agent: "), "{text}");
    job.send("exit\r");
    job.wait();
}

/// `agent status` names it, for a person too.
#[test]
fn the_agent_shows_it() {
    let Some(shared) = Shared::new() else { return };
    let home = &shared.landing.home;
    let ask = format!(
        "AWSMFA_AGENT_SOCK={} awsmfa agent status",
        home.path().join("awsmfa/agent.sock").display()
    );
    let run = shared
        .ssh("--profile dev,stage --for 2h server", &ask)
        .run();
    run.success()
        .says("dev,stage: shared by ssh, process ")
        .says(" left\n");
}

/// sshd leaves the file of a socket behind when its connection breaks.
#[test]
fn a_closed_connection_is_named() {
    let Some(shared) = Shared::new() else { return };
    let stale = shared.remote.home.path().join("stale.sock");
    drop(UnixListener::bind(&stale).expect("a socket"));
    let command = format!("AWSMFA_AGENT_SOCK={} awsmfa agent status", stale.display());
    let run = shared.ssh("--profile dev server", &command).run();
    run.failure(1).prints("no agent runs\n");
}

/// A terminal whose ssh loses its connection.
#[test]
fn the_remote_file_is_removed_when_the_terminal_hangs_up() {
    let Some(shared) = Shared::new() else { return };
    let mut job = shared.ssh_on_terminal("server");
    job.expect("remote> ");
    job.send("echo \"socket=$AWSMFA_AGENT_SOCK.\"\r");
    job.expect("socket=/tmp/");
    let name = job.expect(".sock");
    let socket = PathBuf::from(format!("/tmp/{name}"));
    assert!(socket.exists(), "{}", socket.display());
    drop(job);
    let deadline = Instant::now() + PATIENCE;
    while socket.exists() {
        assert!(Instant::now() < deadline, "{}", socket.display());
        std::thread::sleep(Duration::from_millis(50));
    }
    shared.ends();
}
