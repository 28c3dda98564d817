//! `awsmfa ssh`: a share of the agent's sessions on a remote machine, whose server is OpenSSH's.

mod ends;
mod given;
mod refused;
mod remote_shell;
mod terminal;

use std::time::{Duration, Instant};

use aws_sdk_sts::config::Credentials;
use serde_json::Value;

use crate::support::home::{Invocation, Run};
use crate::support::landing::Landing;
use crate::support::pty::Pty;
use crate::support::signed::{Form, element};
use crate::support::sshd::{Remote, path};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program for the remote machine, which sends a line to the socket and prints the answer.
const ASK: &str = "import os, socket, sys\n\
    agent = socket.socket(socket.AF_UNIX)\n\
    agent.connect(os.environ['AWSMFA_AGENT_SOCK'])\n\
    agent.sendall(sys.argv[1].encode() + b'\\n')\n\
    print(agent.makefile().read().strip())\n";

/// What a remote machine sends that does not know the profile.
const DEV: &str = r#"{"v":1,"do":"credentials","profile":"dev"}"#;

/// A landing account whose session an agent holds, and a machine that ssh reaches.
struct Shared {
    landing: Landing,
    remote: Remote,
}

impl Shared {
    /// `None`, with a word, if there is no remote machine.
    fn new() -> Option<Self> {
        let shared = Self::without_session("")?;
        shared.log_in();
        Some(shared)
    }

    /// In some terminal.
    fn log_in(&self) {
        let code = self.landing.aws.code();
        let run = self.landing.login(&format!("landing {code}")).run();
        run.success();
    }

    /// The agent holds nothing. `settings` are for sshd.
    fn without_session(settings: &str) -> Option<Self> {
        let landing = Landing::new();
        let remote = Remote::reached_from(&landing.home, settings)?;
        remote.home.write("ask", ASK);
        // A login shell has set a PATH of its own by then.
        let path = remote.home.variable("PATH");
        let profile = format!("PATH={}\nPS1='remote> '\n", path.display());
        remote.home.write(".bash_profile", profile);
        let shared = Self { landing, remote };
        shared.agent("start").success();
        Some(shared)
    }

    fn agent(&self, words: &str) -> Run {
        let words = ["agent"].into_iter().chain(words.split_whitespace());
        self.landing.awsmfa(words).run()
    }

    /// `awsmfa ssh WORDS COMMAND`; the words are split at spaces.
    fn ssh<'a>(&'a self, words: &'a str, command: &'a str) -> Invocation {
        let words = ["ssh"].into_iter().chain(words.split_whitespace());
        let run = self.landing.awsmfa(words.chain([command]));
        run.env("PATH", path(&self.landing.home))
    }

    /// `awsmfa ssh --profile dev WORDS` on a terminal, for sh; the status comes last.
    fn ssh_on_terminal(&self, words: &str) -> Pty {
        let line = format!("awsmfa ssh --profile dev {words}; echo status $?");
        let path = path(&self.landing.home);
        let path = path.to_str().expect("UTF-8");
        let home = &self.landing.home;
        home.on_terminal_with(&["sh", "-c", &line], &[("PATH", path), ("TERM", "dumb")])
    }

    /// What the remote machine is told if it sends `request`.
    fn told(&self, request: &str) -> Value {
        let command = format!("python3 ~/ask '{request}'");
        let run = self.ssh("--profile dev server", &command).run();
        serde_json::from_str(&run.success().stdout).expect("JSON")
    }

    /// The shares that the agent knows of.
    fn shares(&self) -> Vec<Value> {
        let run = self.agent("status --json");
        let status: Value = serde_json::from_str(&run.success().stdout).expect("JSON");
        status["shares"].as_array().expect("shares").clone()
    }

    /// Waits for the end of all shares, after which no socket is left here.
    fn ends(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.shares().is_empty() || !self.sockets().is_empty() {
            assert!(Instant::now() < deadline, "{:?}", self.shares());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The sockets of shares on this machine.
    fn sockets(&self) -> Vec<String> {
        let directory = std::fs::read_dir(self.landing.home.path().join("awsmfa"));
        let entries = directory.expect("the runtime directory").flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with("awsmfa-")).collect()
    }

    /// Whose session it is: the ARN that STS gives.
    fn caller(&self, session: &Value) -> String {
        let [id, secret, token] = ["access_key_id", "secret_access_key", "session_token"]
            .map(|name| session[name].as_str().expect("a text").to_owned());
        let form = Form {
            keys: Credentials::new(id, secret, Some(token), None, "test"),
            ..Form::new(&self.landing.aws, "Action=GetCallerIdentity")
        };
        let answer = form.send(self.landing.aws.address());
        element(&answer, "Arn").to_owned()
    }
}

/// What `awsmfa credentials` prints, in the agent's words.
fn own_process(session: &Value) -> Value {
    serde_json::json!({
        "access_key_id": session["AccessKeyId"],
        "secret_access_key": session["SecretAccessKey"],
        "session_token": session["SessionToken"],
    })
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.agent("stop");
    }
}
