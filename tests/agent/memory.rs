//! Nobody reads the agent's memory, and nothing of it gets onto a disk.

use std::fs;
use std::os::unix::fs::chown;

use crate::support::agent::{Agent, deposit, wanted};
use crate::support::home::{AWSMFA, Home};
use crate::support::landing::Landing;

/// Root could: then it is another user whose agent this is.
#[test]
fn the_same_user_cannot_read_the_agents_memory() {
    const NOBODY: u32 = 65534;
    let mut user = vec![
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    let home = Home::new();
    if rustix::process::geteuid().is_root() {
        chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    } else {
        user.clear();
    }
    let agent = Agent::start_as(&home, &[&user[..], &[AWSMFA, "agent"]].concat(), &[]);
    let script = "cd /proc/$0 && head -c 9 status && echo seen; \
                  for f in mem maps environ fd/0 auxv; do head -c 1 $f && echo read $f; done";
    let pid = agent.child.id().to_string();
    let words = [&user[..], &["sh", "-c", script, &pid]].concat();
    let run = home.program(words[0], &words[1..]).run();
    run.says("seen");
    assert!(!run.stdout.contains("read"), "{}", run.story());
}

/// Every system call of an agent that gets a base session and assumes a role.
#[test]
fn no_secret_reaches_a_file() {
    let landing = Landing::new();
    let words = [
        "strace", "-f", "-y", "-s", "65536", "-o", "trace", AWSMFA, "agent",
    ];
    let agent = Agent::start_as(&landing.home, &words, &[]);
    let run = landing
        .login(&format!("landing {}", landing.aws.code()))
        .run();
    let base = deposit(&landing.aws, &run);
    agent.ask(&base);
    let answer = agent.ask(&wanted(&landing.aws, Some("dev")));
    let secret =
        |session: &serde_json::Value, name: &str| session[name].as_str().unwrap().to_owned();
    let mut secrets = vec![
        secret(&base["session"], "secret_access_key"),
        secret(&base["session"], "session_token"),
    ];
    secrets.extend(["secret_access_key", "session_token"].map(|name| secret(&answer, name)));
    landing.awsmfa(["agent", "stop"]).run().success();
    agent.end();
    let trace = fs::read_to_string(landing.home.path().join("trace")).unwrap();
    let mut sent = 0;
    for line in trace
        .lines()
        .filter(|line| secrets.iter().any(|secret| line.contains(secret.as_str())))
    {
        assert!(
            line.contains("<UNIX") || line.contains("<TCP") || line.contains("<socket:"),
            "{line}"
        );
        sent += 1;
    }
    assert!(sent > 0);
    assert!(trace.contains("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0"));
    let creates = trace.lines().filter(|line| line.contains("O_CREAT"));
    let creates: Vec<_> = creates
        .filter(|line| !line.contains("agent.sock.lock"))
        .collect();
    assert!(creates.is_empty(), "{creates:?}");
}
