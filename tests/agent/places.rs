//! Where the socket may be, and that it must belong to the user.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::support::agent::{Agent, socket};
use crate::support::home::Home;

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
