//! An agent that is broken, gone, or not one at all: no login fails because of it.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Agent, login};
use crate::support::agent::{self, deposit_of};
use crate::support::home::{AWSMFA, Home};
use crate::support::landing::Landing;
use crate::support::stand_in::Fault;

/// The agent may have other certificates or no way out: then this process assumes the role.
#[test]
fn an_agent_that_does_not_reach_aws_still_saves_the_code() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    landing.aws.fail("AssumeRole", Fault::Silence, 1);
    let run = login(&landing, "dev --timeout 1");
    run.success().keeps_quiet_about("without the agent");
    assert_eq!(landing.calls()[1..], ["AssumeRole dev", "AssumeRole dev"]);
    assert!(!run.stdout.contains("__awsmfa_base='"), "{}", run.story());
}

/// What listens in the agent's place.
fn listener(home: &Home) -> UnixListener {
    let path = home.path().join("awsmfa");
    std::fs::create_dir(&path).expect("a directory");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&path, mode).expect("its mode");
    UnixListener::bind(path.join("agent.sock")).expect("a socket")
}

/// Answers each connection with this line.
fn impostor(home: &Home, answer: &'static str) {
    let listener = listener(home);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
}

#[test]
fn an_unusable_agent_is_named_and_breaks_no_login() {
    for (answer, said) in [
        (
            "{\"error\":\"version\",\"speaks\":[7]}\n",
            "the agent is of another version of awsmfa",
        ),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "the program that answers is not an awsmfa agent",
        ),
        ("", "the program that answers is not an awsmfa agent"),
        ("{}\n", "the program that answers is not an awsmfa agent"),
    ] {
        let landing = Landing::new();
        impostor(&landing.home, answer);
        let run = login(&landing, &format!("dev {}", landing.aws.code()));
        run.success()
            .complains_times(1, "awsmfa: going on without the agent: ")
            .complains(said);
        assert!(!run.base_sessions().is_empty());
    }
}

#[test]
fn an_agent_that_is_gone_or_stopped_breaks_no_login() {
    let landing = Landing::new();
    let agent = Agent::start(&landing.home);
    let status = landing.awsmfa(["agent", "status", "--json"]).run();
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    let pid = status["pid"]
        .as_i64()
        .and_then(|pid| i32::try_from(pid).ok());
    let pid = rustix::process::Pid::from_raw(pid.expect("a number")).expect("a process");
    let signal = |signal| rustix::process::kill_process(pid, signal).expect("a signal");
    signal(rustix::process::Signal::STOP);
    login(&landing, &format!("dev {}", landing.aws.code()))
        .success()
        .complains_times(
            1,
            "awsmfa: going on without the agent: the agent does not answer",
        );
    signal(rustix::process::Signal::KILL);
    drop(agent);
    landing.aws.advance(30);
    login(&landing, &format!("dev {}", landing.aws.code()))
        .success()
        .complains_times(1, "awsmfa: going on without the agent: no agent runs");
    landing.aws.advance(30);
    let named = landing.login(&format!("dev {}", landing.aws.code()));
    named
        .env("AWSMFA_AGENT_SOCK", "/nowhere/agent.sock")
        .run()
        .success()
        .complains_times(1, "no agent answers at /nowhere/agent.sock");
}

/// Something that reads a request and never answers. The receiver hears of each request.
fn silent(home: &Home) -> mpsc::Receiver<()> {
    let listener = listener(home);
    let (sender, asked) = mpsc::channel();
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = sender.send(());
            open.push(stream);
        }
    });
    asked
}

/// Otherwise `eval "$(awsmfa env)" && next` would run `next`.
#[test]
fn a_signal_while_the_agent_is_silent_prints_false() {
    use rustix::process::{Pid, Signal, kill_process};
    let cases = [
        &[Signal::TERM][..],
        &[Signal::HUP],
        &[Signal::QUIT],
        &[Signal::TSTP, Signal::TERM],
    ];
    let runs = cases.map(|signals| {
        let landing = Landing::new();
        let asked = silent(&landing.home);
        let child = std::process::Command::new(AWSMFA)
            .args(["env", "--shell", "sh", "landing"])
            .env_clear()
            .envs(landing.home.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("awsmfa runs");
        asked
            .recv_timeout(Duration::from_secs(20))
            .expect("a request");
        for signal in signals {
            kill_process(Pid::from_child(&child), *signal).expect("a signal");
        }
        (landing, child)
    });
    for (_landing, child) in runs {
        let output = child.wait_with_output().expect("its end");
        assert_eq!(output.stdout, b"false\n", "{output:?}");
        assert_eq!(output.status.code(), Some(130), "{output:?}");
    }
}

/// Another program of the user may deposit anything, and may listen in the agent's place.
#[test]
fn malformed_credentials_of_an_agent_are_never_handed_on() {
    for (field, text) in [
        ("session_token", ""),
        ("session_token", "two\nlines"),
        ("access_key_id", "ASIA'; echo PWNED #"),
        ("secret_access_key", "a secret"),
    ] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let mut deposit = deposit_of(&agent::login(&landing.aws), 60);
        deposit["session"][field] = text.into();
        agent::ask(&agent::socket(&landing.home), &deposit);
        let tool = landing.awsmfa(["credentials", "landing", "--wait", "0s"]);
        tool.run().failure(1).prints("").complains("malformed");
        let run = login(&landing, &format!("landing {}", landing.aws.code()));
        run.success().complains("going on without the agent: ");
        assert_eq!(landing.calls(), ["GetSessionToken+code"], "{field} {text}");
    }
}
