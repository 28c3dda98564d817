//! The agent: a process in a test's home, and requests as a client writes them.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::home::{AWSMFA, Home, Run};
use super::landing::{end_in, role};
use super::stand_in::StandIn;

/// `awsmfa agent`. It is killed when this is dropped.
pub struct Agent {
    pub child: Child,
    pub socket: PathBuf,
}

impl Agent {
    /// In the foreground, with its log in the home's `agent.log`.
    pub fn start(home: &Home) -> Self {
        Self::start_as(home, &[AWSMFA, "agent"], &[])
    }

    /// The words may begin with a program that runs awsmfa.
    pub fn start_as(home: &Home, words: &[&str], variables: &[(&str, &Path)]) -> Self {
        let log = File::create(home.path().join("agent.log")).expect("the log");
        let child = Command::new(words[0])
            .args(&words[1..])
            .env_clear()
            .envs(home.environment())
            .envs(variables.iter().copied())
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        let agent = Self {
            child: child.expect("the agent starts"),
            socket: socket(home),
        };
        eventually("the agent listens", || {
            UnixStream::connect(&agent.socket).is_ok()
        });
        agent
    }

    pub fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.pid(), signal).expect("a signal");
    }

    /// The agent's exit status.
    pub fn end(mut self) -> Option<i32> {
        let mut status = None;
        eventually("the agent ends", || {
            status = self.child.try_wait().expect("the agent's status");
            status.is_some()
        });
        status.and_then(|status| status.code())
    }

    /// The answer to a request of version 1.
    #[track_caller]
    pub fn ask(&self, request: &Value) -> Value {
        ask(&self.socket, request)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the agent of this home listens.
pub fn socket(home: &Home) -> PathBuf {
    home.path().join("awsmfa/agent.sock")
}

#[track_caller]
pub fn ask(socket: &Path, request: &Value) -> Value {
    let mut request = request.clone();
    request["v"] = 1.into();
    let answer = exchange(socket, format!("{request}\n").as_bytes());
    let text = String::from_utf8_lossy(&answer);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text:?}"))
}

/// Whatever comes back until the agent hangs up.
pub fn exchange(socket: &Path, bytes: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(socket).expect("the agent listens");
    // An agent that hangs up early does not read it all.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// The login of the stand-in's first user.
pub fn login(aws: &StandIn) -> Value {
    json!({"long_term_key_id": aws.user().keys[0].id, "mfa_serial": aws.serial()})
}

/// Deposits the session without a role that `run` has exported.
pub fn deposit(aws: &StandIn, run: &Run) -> Value {
    let end: u64 = run.exports("AWSMFA_EXPIRES_AT").parse().expect("an end");
    json!({"do": "deposit", "profile": run.exports("AWSMFA_PROFILE"), "login": login(aws), "session": {
        "access_key_id": run.exports("AWS_ACCESS_KEY_ID"),
        "secret_access_key": run.exports("AWS_SECRET_ACCESS_KEY"),
        "session_token": run.exports("AWS_SESSION_TOKEN"),
        "expiration": end}})
}

/// Deposits a session that nobody has got from AWS.
pub fn deposit_of(login: &Value, minutes: u64) -> Value {
    let end: u64 = end_in(minutes).parse().expect("an end");
    json!({"do": "deposit", "profile": "made-up", "login": login, "session": {
        "access_key_id": "ASIAMADEUP", "secret_access_key": "made-up-secret",
        "session_token": "made-up-token", "expiration": end}})
}

/// Asks for the session of this role of the stand-in; of none, for the base session.
pub fn wanted(aws: &StandIn, name: Option<&str>) -> Value {
    let said = |value: Value| json!({"value": value, "origin": "the test"});
    let of_role = |name: &str| {
        json!([{"role_arn": said(role(name).into()), "role_session_name": said("me".into()),
            "tags": {}, "duration_seconds": said(3600.into())}])
    };
    json!({"do": "credentials", "profile": name.unwrap_or("landing"), "session": {
        "login": login(aws), "roles": name.map_or(json!([]), of_role),
        "connection": {"region": said("eu-west-1".into()), "proxies": {}, "network": {
            "sts_endpoint_url": said(aws.endpoint().into()),
            "use_legacy_sts_endpoint": false, "use_fips_endpoint": false,
            "use_dualstack_endpoint": false,
            "connect_timeout": {"secs": 5, "nanos": 0}, "timeout": {"secs": 15, "nanos": 0}}}}})
}

/// Waits for it, for a minute at most.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("not within a minute: {what}");
}

/// The log of the agent of this home.
pub fn log(home: &Home) -> String {
    fs::read_to_string(home.path().join("agent.log")).expect("the log")
}
