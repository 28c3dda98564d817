//! Another program answers, or an agent of another version; or the disk is full.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::thread;

use crate::support::agent::socket;
#[cfg(target_os = "linux")]
use crate::support::agent::{ask, deposit_of};
#[cfg(target_os = "linux")]
use crate::support::home::AWSMFA;
use crate::support::home::Home;
#[cfg(target_os = "linux")]
use crate::support::namespace::own_mounts;

/// Something that answers each request with these bytes.
fn answering(home: &Home, answer: &'static [u8]) {
    let directory = home.path().join("awsmfa");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    let listener = UnixListener::bind(socket(home)).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut line = String::new();
            let _ = BufReader::new(&stream).read_line(&mut line);
            let _ = (&stream).write_all(answer);
        }
    });
}

#[test]
fn an_agent_of_another_version_is_named() {
    for answer in [
        &b"{\"error\":\"version\",\"speaks\":[2]}\n"[..],
        b"{\"error\":\"version\",\"speaks\":[2,3],\"since\":\"tomorrow\"}\n",
    ] {
        let home = Home::new();
        answering(&home, answer);
        for command in ["start", "status", "forget", "stop"] {
            let run = home.awsmfa(["agent", command]).run();
            run.failure(1)
                .complains("the agent is of another version of awsmfa");
            run.complains("hint: ");
        }
    }
}

#[test]
fn what_is_no_agent_is_named() {
    let answers: [&[u8]; 5] = [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"{}\n",
        b"\xff\n",
        b"{\"error\":7}\n",
    ];
    for answer in answers {
        let home = Home::new();
        answering(&home, answer);
        let run = home.awsmfa(["agent", "status"]).run();
        run.failure(1)
            .complains("the program that answers is not an awsmfa agent");
    }
}

/// A newer agent may know more: what it adds is ignored.
#[test]
fn an_agent_may_say_more_than_this_version_knows() {
    let home = Home::new();
    answering(
        &home,
        b" \t {\"pid\":7,\"version\":\"9\",\"since\":\"2026-01-02T03:04:05Z\",\"sessions\":[],\"more\":{}}\n",
    );
    home.awsmfa(["agent", "status"])
        .run()
        .success()
        .says("agent 9, process 7");
    let home = Home::new();
    answering(&home, b"{\"error\":\"tired\",\"message\":\"not today\"}\n");
    home.awsmfa(["agent", "status"])
        .run()
        .failure(1)
        .complains("could not ask the agent: not today");
}

/// There is room for no file, or for no byte. (The agent writes none.)
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_or_does_not_matter() {
    let home = Home::new();
    let line = format!(
        "mount -t tmpfs -o nr_inodes=2 none '{}' && mkdir -m 700 \"$XDG_RUNTIME_DIR/awsmfa\" && \
         exec '{AWSMFA}' agent start",
        home.path().display()
    );
    if let Some(words) = own_mounts() {
        let run = home
            .program(words[0], &words[1..])
            .arguments(["sh", "-c", &line])
            .run();
        run.failure(1)
            .complains("could not listen at ")
            .complains("No space left on device");
    }
    let line = format!("trap '' XFSZ; ulimit -f 0; exec '{AWSMFA}' agent start");
    home.program("sh", ["-c", &line]).run().success();
    let nobody = serde_json::json!({"long_term_key_id": "AKIA", "mfa_serial": null});
    ask(&socket(&home), &deposit_of(&nobody, 60));
    home.awsmfa(["agent", "status"])
        .run()
        .success()
        .says("session of AKIA");
    home.awsmfa(["agent", "stop"]).run().success();
}
