//! No other process reads the agent's memory, and none of it gets onto a disk.

use std::fs;
use std::os::unix::fs::{FileExt as _, chown};

use super::logged_in;
use crate::support::agent::{Agent, deposit, wanted};
use crate::support::home::{AWSMFA, Home};
use crate::support::landing::Landing;
use crate::support::tools::left_out;

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
    let run = landing.log_in();
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

/// After `forget`, the agent's memory holds no session: neither root nor a thief of the swap finds
/// one.
#[test]
fn what_is_forgotten_is_wiped() {
    if !rustix::process::geteuid().is_root() {
        left_out("the agent's memory after it has forgotten (only root can read it)");
        return;
    }
    let (landing, agent) = logged_in();
    let answers = [None, Some("dev"), Some("long")];
    let answers = answers.map(|role| agent.ask(&wanted(&landing.aws, role)));
    let found = || {
        let memory = memory(agent.child.id());
        let is_in_memory = |secret: &str| {
            let mut places = memory.windows(secret.len());
            places.any(|place| place == secret.as_bytes())
        };
        let secrets = answers.iter().flat_map(|answer| {
            ["secret_access_key", "session_token"].map(|name| answer[name].as_str().unwrap())
        });
        // Its beginning is enough: what holds it may be cut.
        secrets.filter(|secret| is_in_memory(&secret[..30])).count()
    };
    assert_eq!(found(), 6);
    agent.ask(&serde_json::json!({"do": "forget"}));
    assert_eq!(found(), 0);
}

/// All that the process can read.
fn memory(pid: u32) -> Vec<u8> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let file = fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut memory = Vec::new();
    for line in maps
        .lines()
        .filter(|line| line.contains(" r") && !line.contains("[v"))
    {
        let (start, rest) = line.split_once('-').unwrap();
        let [start, end] = [start, rest.split(' ').next().unwrap()]
            .map(|number| u64::from_str_radix(number, 16).unwrap());
        let mut part = vec![0; usize::try_from(end - start).unwrap()];
        if file.read_exact_at(&mut part, start).is_ok() {
            memory.extend(part);
        }
    }
    memory
}
