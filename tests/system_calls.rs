//! What the program asks of the kernel, seen by strace: nothing that is not listed here, each with
//! its reason. A call that comes with a new dependency or a new Rust must be looked at and added.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::card::{Account, Pcscd};
use crate::support::home::{AWSMFA, Home, Invocation, Run, exported};
use crate::support::pty::Pty;
use crate::support::stand_in::{Options, StandIn};

/// The loader, Rust's start and end, memory, and reading files.
const START: &str = "execve brk mmap munmap mremap mprotect madvise access faccessat faccessat2 \
    arch_prctl set_tid_address set_robust_list rseq rt_sigaction rt_sigprocmask sigaltstack poll \
    ppoll getrandom sched_getaffinity gettid getpid open openat close close_range read pread64 \
    write writev lseek fstat newfstatat fstatat64 stat lstat statx readlink readlinkat futex \
    exit exit_group restart_syscall rt_sigreturn";

/// No dumps of this process: a core size of nothing, and not dumpable.
const NO_DUMPS: &str = "prctl prlimit64";

/// tokio's event loop, and the pair of sockets through which a signal wakes it.
const EVENTS: &str = "epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd2 \
    socketpair recvfrom sendto fcntl";

/// Whether stdout is a terminal, and whether its disk has room; the terminal's modes, window and
/// foreground.
const TERMINAL: &str = "ioctl fstatfs getpgrp getpgid getppid";

/// A thread that reads the terminal, asks the card or resolves a name.
const THREADS: &str = "clone clone3 sched_yield sched_getscheduler sched_getparam";

/// One connection, to AWS; and the user, for the ledger's directory and the session's name.
const NETWORK: &str = "socket connect getsockopt setsockopt getsockname getpeername recvmsg \
    sendmsg sendmmsg shutdown uname geteuid getuid clock_nanosleep nanosleep";

/// The ledger of used time steps.
const LEDGER: &str = "mkdir mkdirat flock rename renameat renameat2 unlinkat";

/// libpcsclite, which talks to pcscd over its socket.
const SMART_CARD: &str = "pselect6 select umask clock_nanosleep";

/// A child process and its pipe.
const CHILD: &str =
    "pipe2 dup2 dup3 clone clone3 vfork wait4 waitid pidfd_open pidfd_send_signal kill";

/// What `ioctl` is for.
const TERMINAL_REQUESTS: [&str; 8] = [
    "TCGETS",
    "TCGETS2",
    "TCSETS",
    "TCSETS2",
    "TCFLSH",
    "TIOCGPGRP",
    "TIOCGWINSZ",
    "FIONBIO",
];

/// What a run may do beyond starting and reading files.
#[derive(Default)]
struct May<'a> {
    calls: &'a [&'a str],
    /// Whom it may connect to.
    server: Option<SocketAddr>,
    socket: Option<&'a Path>,
    /// The programs it starts besides itself, by name.
    programs: &'a [&'a str],
}

/// A line of strace's: who, which call, and all of it. `None` where a call goes on.
fn call(line: &str) -> Option<(&str, &str)> {
    let (pid, rest) = line.split_once(' ')?;
    let rest = rest.trim_start();
    let name = rest.strip_prefix("<... ").unwrap_or(rest);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    // `+++ exited with 0 +++` and `--- SIGINT … ---` are no calls.
    (end > 0).then(|| (pid, &name[..end]))
}

/// The first string in a line.
fn text(line: &str) -> &str {
    line.split('"').nth(1).unwrap_or_default()
}

/// Checks the trace in the home, and forgets it.
fn check(home: &Home, may: &May) {
    let path = home.path().join("trace");
    let trace = fs::read(&path).expect("strace is installed by `make test`");
    fs::remove_file(&path).expect("the trace");
    let trace = String::from_utf8_lossy(&trace).into_owned();
    let known: BTreeSet<&str> = [START, NO_DUMPS, EVENTS, TERMINAL]
        .iter()
        .chain(may.calls)
        .flat_map(|group| group.split_whitespace())
        .collect();
    let mut others = BTreeSet::new();
    let mut programs = BTreeSet::new();
    for line in trace.lines() {
        let Some((pid, name)) = call(line) else {
            continue;
        };
        let starts = name == "execve" && !line.contains("<... ");
        if starts && text(line) != AWSMFA {
            // From here on it is another program's.
            others.insert(pid);
            programs.insert(text(line).rsplit('/').next().unwrap_or_default());
        }
        if others.contains(pid) {
            continue;
        }
        assert!(known.contains(name), "unexpected {name}: {line}");
        let sound = match name {
            "open" | "openat" => !writes(line) || text(line) == "/dev/tty" || is_own(line, home),
            "mkdir" | "mkdirat" | "rename" | "renameat" | "renameat2" | "unlinkat" => {
                is_own(line, home)
            }
            "connect" => is_expected(line, may),
            "clone" | "clone3" if may.programs.is_empty() => line.contains("CLONE_THREAD"),
            "prctl" => line.contains("PR_SET_DUMPABLE") || line.contains("PR_SET_NAME"),
            "ioctl" => TERMINAL_REQUESTS.iter().any(|one| line.contains(one)),
            "socket" => line.contains("AF_INET") || line.contains("AF_UNIX"),
            _ => true,
        };
        assert!(sound || line.contains("<... "), "unexpected: {line}");
    }
    let expected: BTreeSet<&str> = may.programs.iter().copied().collect();
    assert_eq!(programs, expected, "programs that were started");
}

fn writes(line: &str) -> bool {
    ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"]
        .iter()
        .any(|flag| line.contains(flag))
}

/// The directory of the ledger, and what is in it. A relative path follows the directory that it is
/// meant from: `openat(7</tmp/…/run/awsmfa>, "used-time-steps", …`.
fn is_own(line: &str, home: &Home) -> bool {
    let within = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(directory, _)| directory);
    let path = Path::new(within).join(text(line));
    path.starts_with(home.path().join("run/awsmfa"))
        && !path.components().any(|part| part.as_os_str() == "..")
}

fn is_expected(line: &str, may: &May) -> bool {
    let server = may.server.map(|address| {
        format!(
            "sin_port=htons({}), sin_addr=inet_addr(\"{}\")",
            address.port(),
            address.ip()
        )
    });
    let socket = may
        .socket
        .map(|path| format!("sun_path=\"{}\"", path.display()));
    // The C library looks names up there where the service runs.
    let names = "sun_path=\"/var/run/nscd/socket\"";
    [server, socket, Some(names.to_owned())]
        .into_iter()
        .flatten()
        .any(|expected| line.contains(&expected))
}

/// `-y`: what a file descriptor stands for.
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
    let aws = StandIn::start(Options {
        tls: true,
        ..Options::default()
    });
    let home = Home::for_user(&aws.user());
    home.write("ca.pem", aws.ca_pem());
    (aws, home)
}

fn login(home: &Home, aws: &StandIn, words: &[&str]) -> Invocation {
    strace(home, words)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env("AWS_CA_BUNDLE", home.path().join("ca.pem"))
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
        calls: &[NETWORK, LEDGER, THREADS],
        server: Some(aws.address()),
        ..May::default()
    };
    let secret = aws.user().devices[0].secret.clone();
    home.write(".aws-mfa", secret.expect("a TOTP device"));
    let run = login(&home, &aws, &ENV).run();
    let session = session(&home, &run);
    check(&home, &may);

    // Without network: a session that is still valid, status, off, the text of init.
    for words in [
        &ENV[..],
        &["status"],
        &["off", "--shell", "sh"],
        &["init", "bash"],
    ] {
        let run = login(&home, &aws, words).envs(session.clone()).run();
        run.success();
        check(&home, &May::default());
    }
    strace(&home, &["plan"]).run().success();
    check(&home, &May::default());
    assert_eq!(aws.actions(), ["GetSessionToken"]);
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
            .env("AWS_ENDPOINT_URL", aws.endpoint())
            .env("AWS_CA_BUNDLE", home.path().join("ca.pem"));
    });
    terminal.expect("MFA code for ");
    terminal.send(&format!("{}\n", aws.code()));
    assert!(terminal.wait().success(), "{}", terminal.seen());
    let may = May {
        calls: &[NETWORK, LEDGER, THREADS],
        server: Some(aws.address()),
        ..May::default()
    };
    check(&home, &may);
}

#[test]
fn programs_are_started_where_they_are_asked_for() {
    let (aws, home) = user();
    let run = login(&home, &aws, &["exec", "-c", &aws.code(), "--", "true"]).run();
    run.success();
    let may = May {
        calls: &[NETWORK, LEDGER, THREADS],
        server: Some(aws.address()),
        programs: &["true"],
        ..May::default()
    };
    check(&home, &may);

    let (aws, home) = user();
    let serial = &aws.user().devices[0].serial_number;
    let code = aws.code();
    let config = format!("[default]\nmfa_serial = {serial}\nmfa_process = echo {code}\n");
    home.write(".aws/config", config);
    login(&home, &aws, &ENV).run().success();
    let may = May {
        calls: &[NETWORK, LEDGER, THREADS, CHILD],
        server: Some(aws.address()),
        programs: &["sh"],
        ..May::default()
    };
    check(&home, &may);
}

#[test]
fn a_yubikey_is_asked_through_its_service() {
    let (aws, home) = user();
    let serial = &aws.user().devices[0].serial_number;
    let pcscd = Pcscd::with_accounts([Account::totp(serial)]);
    let words = [&ENV[..], &["--source", "yubikey"]].concat();
    let run = login(&home, &aws, &words)
        .env("PCSCLITE_CSOCK_NAME", pcscd.socket())
        .run();
    run.success();
    let socket = pcscd.socket();
    let may = May {
        calls: &[NETWORK, LEDGER, THREADS, SMART_CARD],
        server: Some(aws.address()),
        socket: Some(&socket),
        ..May::default()
    };
    check(&home, &may);
}
