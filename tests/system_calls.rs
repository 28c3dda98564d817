//! What the program changes, whom it connects to and what it starts, seen by strace. Calls without
//! such an effect (memory, waiting, reading files) are not looked at, so that another kernel, C
//! library or Rust may use others.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::card::{Account, Pcscd};
use crate::support::home::{AWSMFA, Home, Invocation, Run, account_with, exported};
use crate::support::pty::Pty;
use crate::support::stand_in::{Options, StandIn};

/// What a run may do beyond reading files and writing to the streams that it was given.
#[derive(Default)]
struct May<'a> {
    /// AWS's address. A run that calls AWS also writes the ledger of used time steps.
    aws: Option<SocketAddr>,
    /// The socket of pcscd, the smart card service.
    socket: Option<&'a Path>,
    /// The programs it starts besides itself, by name.
    programs: &'a [&'a str],
}

impl May<'_> {
    /// Whether a call with this name may be what the line of strace's says.
    fn allows(&self, name: &str, line: &str, home: &Home) -> bool {
        let own = self.aws.is_some() && is_own(line, home);
        match name {
            "open" | "openat" | "openat2" => !writes(line) || text(line) == "/dev/tty" || own,
            "creat" | "mkdir" | "mkdirat" | "mknod" | "mknodat" | "rename" | "renameat"
            | "renameat2" | "link" | "linkat" | "symlink" | "symlinkat" | "unlink" | "unlinkat"
            | "rmdir" | "truncate" | "chmod" | "fchmodat" | "fchmodat2" | "chown" | "lchown"
            | "fchownat" | "utimensat" | "setxattr" | "lsetxattr" | "mount" => own,
            "socket" => line.contains("AF_UNIX") || self.aws.is_some(),
            "connect" => self.is_expected(line),
            // glibc binds a netlink socket when it asks which kinds of addresses there are.
            "bind" => line.contains("AF_NETLINK"),
            "clone" | "clone3" => line.contains("CLONE_THREAD") || !self.programs.is_empty(),
            "fork" | "vfork" | "kill" => !self.programs.is_empty(),
            // io_uring_setup: strace does not see what is done through such a ring.
            "listen" | "accept" | "accept4" | "shmget" | "ptrace" | "process_vm_readv"
            | "process_vm_writev" | "io_uring_setup" => false,
            _ => true,
        }
    }

    fn is_expected(&self, line: &str) -> bool {
        let aws = self.aws.map(|address| {
            format!(
                "sin_port=htons({}), sin_addr=inet_addr(\"{}\")",
                address.port(),
                address.ip()
            )
        });
        let socket = self
            .socket
            .map(|path| format!("sun_path=\"{}\"", path.display()));
        // The C library looks names up there where the service runs.
        let names = Some("sun_path=\"/var/run/nscd/socket\"".to_owned());
        let mut expected = [aws, socket, names].into_iter().flatten();
        expected.any(|expected| line.contains(&expected))
    }
}

/// The process and the call of a line of strace's; `None` for the end of an interrupted call
/// (`<... read resumed>`), for a signal and for an exit.
fn call(line: &str) -> Option<(&str, &str)> {
    let (pid, call) = line.split_once(' ')?;
    let (name, _) = call.trim_start().split_once('(')?;
    let is_name = name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    is_name.then_some((pid, name))
}

/// The first string in a line.
fn text(line: &str) -> &str {
    line.split('"').nth(1).unwrap_or_default()
}

/// Checks the trace in the home, and removes it.
fn check(home: &Home, may: &May) {
    let path = home.path().join("trace");
    let trace = fs::read(&path).expect("strace is installed by `make test`");
    fs::remove_file(&path).expect("the trace");
    let trace = String::from_utf8_lossy(&trace);
    let (mut programs, mut their_processes) = (BTreeSet::new(), BTreeSet::new());
    let mut checked = 0;
    for line in trace.lines() {
        let Some((pid, name)) = call(line) else {
            continue;
        };
        if name == "execve" && text(line) != AWSMFA {
            programs.insert(text(line).rsplit('/').next().unwrap_or_default());
            their_processes.insert(pid);
        }
        if !their_processes.contains(pid) {
            assert!(may.allows(name, line, home), "unexpected: {line}");
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} calls were traced");
    let expected: BTreeSet<&str> = may.programs.iter().copied().collect();
    assert_eq!(programs, expected, "programs that were started");
}

fn writes(line: &str) -> bool {
    ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"]
        .iter()
        .any(|flag| line.contains(flag))
}

/// The ledger's directory, and what is in it. A relative path begins at the directory that strace
/// shows: `openat(7</tmp/…/run/awsmfa>, "used-time-steps", …`.
fn is_own(line: &str, home: &Home) -> bool {
    let within = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(directory, _)| directory);
    let path = Path::new(within).join(text(line));
    path.starts_with(home.path().join("run/awsmfa"))
        && !path.components().any(|part| part.as_os_str() == "..")
}

/// `-y` shows the file that a descriptor stands for.
const STRACE: [&str; 8] = ["strace", "-f", "-qq", "-y", "-s", "256", "-o", "trace"];

/// strace with these words of the program's, about to be run.
fn strace(home: &Home, words: &[&str]) -> Invocation {
    let words = STRACE[1..].iter().chain(&[AWSMFA]).chain(words);
    home.program(STRACE[0], words).envs(own_directory(home))
}

/// A directory for the ledger, wherever it is looked for.
fn own_directory(home: &Home) -> [(&'static str, PathBuf); 3] {
    let directory = home.path().join("run");
    fs::create_dir_all(&directory).expect("a directory");
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).expect("its mode");
    ["XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "TMPDIR"].map(|name| (name, directory.clone()))
}

/// AWS over TLS, and a user who trusts it.
fn user() -> (StandIn, Home) {
    let (aws, home) = account_with(Options::tls());
    home.write("ca.pem", aws.ca_pem());
    (aws, home)
}

fn login(home: &Home, words: &[&str]) -> Invocation {
    strace(home, words).env("AWS_CA_BUNDLE", home.path().join("ca.pem"))
}

fn session(home: &Home, run: &Run) -> Vec<(String, String)> {
    run.success();
    let session = exported(&run.stdout);
    assert!(
        session.len() > 5,
        "{}{}",
        run.story(),
        home.path().display()
    );
    session
}

const ENV: [&str; 3] = ["env", "--shell", "sh"];

#[test]
fn a_login_talks_to_aws_and_writes_nothing_but_the_ledger() {
    let (aws, home) = user();
    let may = May {
        aws: Some(aws.address()),
        ..May::default()
    };
    home.write(".aws-mfa", aws.secret());
    let run = login(&home, &ENV).run();
    let session = session(&home, &run);
    check(&home, &may);

    // Without network: a session that is still valid, status, off, the text of init.
    for words in [
        &ENV[..],
        &["status"],
        &["off", "--shell", "sh"],
        &["init", "bash"],
    ] {
        let run = login(&home, words).envs(session.clone()).run();
        run.success();
        check(&home, &May::default());
    }
    strace(&home, &["plan"]).run().success();
    check(&home, &May::default());
    assert_eq!(aws.actions(), ["GetSessionToken"]);
}

/// Wherever the agent's socket may be, a login that finds none there does not look again.
#[test]
fn a_login_looks_once_for_an_agent() {
    let (aws, home) = user();
    login(&home, &[&ENV[..], &["-c", &aws.code()]].concat())
        .run()
        .success();
    let trace = fs::read_to_string(home.path().join("trace")).expect("a trace");
    let looks = trace.lines().filter(|line| line.contains("/agent.sock\""));
    let places: Vec<_> = looks.map(text).collect();
    let once: BTreeSet<_> = places.iter().collect();
    assert!(!places.is_empty(), "{trace}");
    assert_eq!(places.len(), once.len(), "{places:?}");
}

#[test]
fn a_typed_code_takes_the_terminal_and_nothing_more() {
    let (aws, home) = user();
    let line = format!("{} '{AWSMFA}' env --shell sh >out", STRACE.join(" "));
    let mut terminal = Pty::spawn(&["sh", "-c", &line], |command| {
        command
            .env_clear()
            .envs(home.environment())
            .current_dir(home.path())
            .envs(own_directory(&home))
            .env("AWS_CA_BUNDLE", home.path().join("ca.pem"));
    });
    terminal.expect("MFA code for ");
    terminal.send(&format!("{}\n", aws.code()));
    assert!(terminal.wait().success(), "{}", terminal.seen());
    let may = May {
        aws: Some(aws.address()),
        ..May::default()
    };
    check(&home, &may);
}

#[test]
fn programs_are_started_where_they_are_asked_for() {
    let (aws, home) = user();
    let run = login(&home, &["exec", "-c", &aws.code(), "--", "true"]).run();
    run.success();
    let may = May {
        aws: Some(aws.address()),
        programs: &["true"],
        ..May::default()
    };
    check(&home, &may);

    let (aws, home) = user();
    home.configure(&format!("mfa_process = echo {}\n", aws.code()));
    login(&home, &ENV).run().success();
    let may = May {
        aws: Some(aws.address()),
        programs: &["sh"],
        ..May::default()
    };
    check(&home, &may);
}

#[test]
fn a_yubikey_is_asked_through_its_service() {
    let (aws, home) = user();
    let serial = aws.serial();
    let pcscd = Pcscd::with_accounts([Account::totp(serial)]);
    let words = [&ENV[..], &["--source", "yubikey"]].concat();
    let run = login(&home, &words)
        .env("PCSCLITE_CSOCK_NAME", pcscd.socket())
        .run();
    run.success();
    let socket = pcscd.socket();
    let may = May {
        aws: Some(aws.address()),
        socket: Some(&socket),
        ..May::default()
    };
    check(&home, &may);
}
