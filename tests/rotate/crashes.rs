//! A rotation that is killed at any point leaves a file that works, and the next run finishes it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::support::home::AWSMFA;
#[cfg(target_os = "linux")]
use crate::support::namespace::own_mounts;

/// How a run ended that was cut short.
#[derive(Debug, PartialEq)]
enum End {
    /// Nothing of it was left.
    Nowhere,
    /// There is a new key whose secret nobody knows.
    BeyondRescue,
    /// A second run had something to finish.
    Unfinished,
    /// Nothing was left to do.
    Done,
}

/// Checks what a crash has left, and that a second run does what is left to do.
#[track_caller]
fn finish(aws: &StandIn, home: &Home) -> End {
    assert_usable(aws, home);
    for name in names(home) {
        let path = home.path().join(".aws").join(&name);
        let mode = fs::metadata(path).expect("a file").mode() & 0o7777;
        assert_eq!(mode, 0o600, "{name}");
    }
    let before = keys(aws);
    let run = home.awsmfa(["rotate"]).run();
    assert_eq!(aws.count("DeleteAccessKey"), 0);
    if run.status.code() == Some(1) {
        for key in &before {
            run.complains(&key.id);
        }
        if !before[0].active {
            assert_rotated(aws, home);
            return End::Done;
        }
        assert!(
            !is_saved(home, &before[1]),
            "its secret is on the disk{}",
            run.story()
        );
        assert!(keys(aws).iter().all(|key| key.active), "none is chosen");
        return End::BeyondRescue;
    }
    run.success();
    assert_rotated(aws, home);
    if before.len() == 2 {
        End::Unfinished
    } else {
        End::Nowhere
    }
}

/// Whether the secret of a key is in a file.
fn is_saved(home: &Home, key: &AccessKey) -> bool {
    let directory = home.path().join(".aws");
    names(home)
        .iter()
        .any(|name| is_in(&directory.join(name), &key.secret))
}

fn rotation(home: &Home, program: &[&str]) -> Command {
    let mut command = Command::new(program[0]);
    command
        .args(&program[1..])
        .arg("rotate")
        .env_clear()
        .envs(home.environment());
    command.current_dir(home.path()).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Waits until AWS has carried out so many requests, or the program has ended by itself.
fn wait_for_requests(aws: &StandIn, number: usize, child: &mut Child) -> bool {
    let end = Instant::now() + Duration::from_mins(1);
    while aws.requests().len() < number {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        assert!(Instant::now() < end, "no request {number}");
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// AWS has done what was asked for, and its answer never comes.
#[test]
fn killed_after_any_request() {
    let mut lost = Vec::new();
    for number in 1.. {
        let (aws, home) = account_without_mfa();
        aws.silence_from(number);
        let mut child = rotation(&home, &[AWSMFA]).spawn().expect("awsmfa");
        let was_killed = wait_for_requests(&aws, number, &mut child);
        child.kill().expect("SIGKILL");
        let status = child.wait().expect("a child");
        aws.recover();
        if !was_killed {
            assert!(status.success(), "the whole rotation");
            assert!(number > 8, "only {number} requests");
            assert_rotated(&aws, &home);
            break;
        }
        let action = aws.actions()[number - 1].clone();
        if finish(&aws, &home) == End::BeyondRescue {
            lost.push(action);
        }
    }
    assert_eq!(lost, ["CreateAccessKey"]);
}

/// What changes a file, and other writing besides.
#[cfg(target_os = "linux")]
const WRITING: [&str; 13] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlinkat",
    "fchmod",
    "fchown",
    "ftruncate",
];

/// Kills rotations at one writing system call after the other, before it is made. `prepare` makes the
/// home.
#[cfg(target_os = "linux")]
fn killed_at_any_call(prepare: impl Fn(&Home)) {
    let mut ends = Vec::new();
    for call in WRITING {
        for number in 1.. {
            let (aws, home) = account_without_mfa();
            prepare(&home);
            // Counted for each kind of call by itself.
            let inject = format!("inject={call}:signal=SIGKILL:when={number}");
            let words = [
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                &inject,
                AWSMFA,
            ];
            let status = rotation(&home, &words).status();
            if status
                .expect("strace is installed by `make test`")
                .success()
            {
                assert_rotated(&aws, &home);
                break;
            }
            ends.push(finish(&aws, &home));
        }
    }
    let count = |end| ends.iter().filter(|other| **other == end).count();
    assert!(
        count(End::Nowhere) > 5 && count(End::Unfinished) > 10,
        "{ends:?}"
    );
    assert!((1..=3).contains(&count(End::BeyondRescue)), "{ends:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn killed_at_any_system_call_that_writes() {
    killed_at_any_call(|_| ());
}

/// Nothing can be renamed over it: it is overwritten, with a copy beside it.
#[test]
#[cfg(target_os = "linux")]
fn killed_while_a_file_is_overwritten() {
    killed_at_any_call(|home| {
        let file = home.path().join(".aws/credentials");
        fs::hard_link(file, home.path().join("the-same")).expect("a hard link");
    });
}

/// A file that is mounted into a container cannot be renamed over.
#[test]
#[cfg(target_os = "linux")]
fn a_mounted_file_is_overwritten() {
    let Some(words) = own_mounts() else {
        return;
    };
    let (aws, home) = account_without_mfa();
    let elsewhere = home.write("elsewhere", credentials(&home));
    let script = format!(
        "mount --bind '{}' .aws/credentials && '{AWSMFA}' rotate",
        elsewhere.display()
    );
    let words = [words, &["sh", "-c", &script]].concat();
    home.program(words[0], &words[1..]).run().success();
    fs::copy(elsewhere, home.path().join(".aws/credentials")).expect("a copy");
    assert_rotated(&aws, &home);
}

/// Ctrl-C while AWS creates a key: its secret is stored first.
#[test]
fn an_interruption_waits_for_the_new_key() {
    let (aws, home) = account_without_mfa();
    aws.fail("CreateAccessKey", Fault::Delay(Duration::from_secs(1)), 1);
    let mut child = rotation(&home, &[AWSMFA])
        .stderr(Stdio::piped())
        .spawn()
        .expect("awsmfa");
    wait_for(&aws, ("CreateAccessKey", 1), &mut child);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("SIGINT");
    let output = child.wait_with_output().expect("its end");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        stderr.contains("to finish, run awsmfa rotate default again"),
        "{stderr}"
    );
    assert!(is_saved(&home, &keys(&aws)[1]));
    assert!(finish(&aws, &home) == End::Unfinished);
}

/// With MFA, from the creation on: each run that finishes needs one code or two.
#[test]
fn killed_after_a_request_of_a_session() {
    for (action, times) in [("GetSessionToken", 2), ("UpdateAccessKey", 1)] {
        let (aws, home) = hasty_account(hasty());
        let mut child = rotation(&home, &[AWSMFA]).spawn().expect("awsmfa");
        wait_for(&aws, ("CreateAccessKey", 1), &mut child);
        aws.outage(action, Fault::Silence);
        wait_for(&aws, (action, times), &mut child);
        child.kill().expect("SIGKILL");
        child.wait().expect("a child");
        aws.recover();
        assert!(finish(&aws, &home) == End::Unfinished);
    }
}

fn wait_for(aws: &StandIn, (action, times): (&str, usize), child: &mut Child) {
    while aws.count(action) < times {
        assert!(child.try_wait().expect("a child").is_none(), "it has ended");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A power failure may leave one of the two values in a file that was overwritten.
#[test]
fn half_a_pair_is_made_whole() {
    let (aws, home) = account_without_mfa();
    aws.outage("UpdateAccessKey", Fault::internal_failure());
    home.awsmfa(["rotate"]).run().failure(1);
    aws.recover();
    let half = credentials(&home).replace(&keys(&aws)[1].secret, OLD_SECRET);
    home.write(".aws/credentials", half);
    home.awsmfa(["rotate"]).run().success();
    assert_rotated(&aws, &home);
}

/// SMB's file system cannot put a directory onto the disk, and says so; a broken disk fails. Without a
/// state, there is no new key.
#[test]
#[cfg(target_os = "linux")]
fn a_directory_that_cannot_be_synced() {
    for (error, works) in [("EINVAL", true), ("EIO", false)] {
        let (aws, home) = account_without_mfa();
        let directory = home.path().join(".aws");
        let directory = directory.to_str().expect("text");
        let inject = format!("inject=fsync:error={error}");
        let words = ["strace", "-f", "-qq", "-o", "/dev/null"];
        let words = [&words[..], &["-P", directory, "-e", &inject, AWSMFA]].concat();
        let status = rotation(&home, &words).status().expect("strace");
        assert_eq!(status.success(), works, "{error}");
        if works {
            assert_rotated(&aws, &home);
        } else {
            assert_eq!(names(&home), ["config", "credentials"]);
            assert_eq!(keys(&aws).len(), 1);
        }
    }
}
