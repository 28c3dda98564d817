//! Other users and the agent. Only root can be several users.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;

use serde_json::json;

use crate::support::agent::{Agent, deposit_of, eventually, log, socket};
use crate::support::home::{AWSMFA, Home, Invocation};
use crate::support::tools::left_out;

const NOBODY: u32 = 65534;
const STRANGER: u32 = 65533;
const AS_NOBODY: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// `words`, run by this user, who is in no other group.
fn as_user(home: &Home, user: u32, words: &[&str]) -> Invocation {
    let ids = [format!("--reuid={user}"), format!("--regid={user}")];
    let program = home.program("setpriv", ids);
    program.arguments(["--clear-groups"]).arguments(words)
}

/// Another user reaches the socket in spite of its mode: the agent checks the user. Root may ask,
/// as with ssh-agent.
#[test]
fn another_user_gets_nothing_and_root_does() {
    if !rustix::process::geteuid().is_root() {
        left_out("the agent and another user (only root can be another one)");
        return;
    }
    let home = Home::new();
    chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    let agent = Agent::start_as(&home, &[&AS_NOBODY[..], &[AWSMFA, "agent"]].concat(), &[]);
    let nobody = json!({"long_term_key_id": "AKIA", "mfa_serial": null});
    // This test is root.
    agent.ask(&deposit_of(&nobody, 60));
    for path in [home.path(), &home.path().join("awsmfa")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(socket(&home), fs::Permissions::from_mode(0o666)).unwrap();
    let line = "$SIG{PIPE} = 'IGNORE'; socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un($ARGV[0])) or die; \
                syswrite($s, '{\"v\":1,\"do\":\"status\"}'.chr 10); print sysread($s, my $b, 99) || 0";
    let path = socket(&home).display().to_string();
    let words = ["perl", "-MSocket", "-e", line, &path];
    as_user(&home, STRANGER, &words).run().success().prints("0");
    eventually("it is logged", || {
        log(&home).contains("rejected a connection from user id 65533")
    });
    let status = || as_user(&home, STRANGER, &[AWSMFA, "agent", "status"]);
    status().run().failure(1).prints("no agent runs\n");
    let run = status().env("AWSMFA_AGENT_SOCK", socket(&home)).run();
    run.failure(1).complains("it belongs to another user");
}

/// Any user can make the directory in `/tmp` that would be taken if there were no better one.
#[test]
fn another_user_does_not_keep_the_agent_from_starting() {
    if !rustix::process::geteuid().is_root() {
        left_out("a directory of another user (only root can make one)");
        return;
    }
    let user = 65531;
    let home = Home::new();
    chown(home.path(), Some(user), Some(user)).unwrap();
    let trap = Path::new("/tmp").join(format!("awsmfa-{user}"));
    fs::create_dir(&trap).unwrap();
    let _listener = UnixListener::bind(trap.join("agent.sock")).unwrap();
    let status = as_user(&home, user, &[AWSMFA, "agent", "status"]).run();
    let _ = fs::remove_file(trap.join("agent.sock"));
    fs::remove_dir(&trap).unwrap();
    status.failure(1).prints("no agent runs\n");
}
