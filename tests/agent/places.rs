//! Where the socket may be, and that it must belong to the user.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use serde_json::json;

use crate::support::agent::{Agent, deposit_of, eventually, log, socket};
use crate::support::home::{AWSMFA, Home, Invocation};
use crate::support::tools::left_out;

/// What is wrong, how it is made so under a home, and what is said.
type Wrong = (fn(&Path), &'static str);

const WRONG: [Wrong; 6] = [
    (
        |home| directory(home, 0o755),
        "other users can access it (mode 0755)",
    ),
    (
        |home| directory(home, 0o770),
        "other users can access it (mode 0770)",
    ),
    (
        |home| {
            directory(&home.join("other"), 0o700);
            symlink("other/awsmfa", home.join("awsmfa")).unwrap();
        },
        "cannot be used",
    ),
    (
        |home| fs::write(home.join("awsmfa"), "").unwrap(),
        "Not a directory",
    ),
    (
        |home| {
            directory(home, 0o700);
            fs::write(home.join("awsmfa/agent.sock"), "keep me").unwrap();
        },
        " not a socket",
    ),
    (
        |home| {
            directory(home, 0o700);
            symlink("elsewhere", home.join("awsmfa/agent.sock")).unwrap();
        },
        " not a socket",
    ),
];

fn directory(home: &Path, mode: u32) {
    let directory = home.join("awsmfa");
    fs::create_dir_all(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_agent_does_not_start_where_others_could_reach_it() {
    for (make, cause) in WRONG {
        let home = Home::new();
        make(home.path());
        for words in [&["agent"][..], &["agent", "start"]] {
            let run = home.awsmfa(words).run();
            run.failure(1)
                .complains("awsmfa: could not ")
                .complains(cause);
            assert_eq!(
                run.stderr.matches("awsmfa: could not").count(),
                1,
                "{}",
                run.story()
            );
        }
    }
}

/// A client tells no secret to a socket that may be another user's.
#[test]
fn a_client_does_not_use_another_users_socket() {
    for mode in [0o755, 0o777] {
        let home = Home::new();
        directory(home.path(), 0o700);
        let _listener = UnixListener::bind(socket(&home)).unwrap();
        directory(home.path(), mode);
        let run = home.awsmfa(["agent", "status"]).run();
        run.failure(1)
            .complains("other users can access it (mode 07");
    }
    let home = Home::new();
    directory(home.path(), 0o700);
    fs::write(socket(&home), "").unwrap();
    let run = home.awsmfa(["agent", "status"]).run();
    run.failure(1).complains("it is not a socket");
}

#[test]
fn the_user_may_name_the_socket() {
    let home = Home::new();
    let home_path = home.path().join("my.sock");
    let home = home.with("AWSMFA_AGENT_SOCK", &home_path);
    home.awsmfa(["agent", "status"])
        .run()
        .failure(1)
        .prints("no agent runs\n");
    home.awsmfa(["agent", "start"]).run().success();
    assert!(home_path.exists());
    home.awsmfa(["agent", "status"]).run().success();
    home.awsmfa(["agent", "stop"]).run().success();
    let nowhere = home
        .awsmfa(["agent", "start"])
        .env("AWSMFA_AGENT_SOCK", "/no/such/x.sock")
        .run();
    nowhere
        .failure(1)
        .complains("could not listen at /no/such/x.sock: No such file or directory");
    let long = format!("/tmp/{}.sock", "x".repeat(200));
    let run = home
        .awsmfa(["agent", "start"])
        .env("AWSMFA_AGENT_SOCK", &long)
        .run();
    run.failure(1).complains("could not listen at /tmp/xxx");
}

#[test]
fn socket_and_directory_are_the_users_own() {
    let home = Home::new();
    let _agent = Agent::start(&home);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.path().join("awsmfa")), 0o700);
    assert_eq!(mode(&socket(&home)), 0o600);
}

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
#[cfg(target_os = "linux")]
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
#[cfg(target_os = "linux")]
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
