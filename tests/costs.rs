//! What a start and a login cost the machine: instructions and system calls of the release binary.
//! Both hardly differ from run to run, unlike times, so a change that doubles a cost is seen here.
//! `make bench` prints the times.
//!
//! Each limit is half as much again as what was measured (x86-64, glibc 2.36). Another C library,
//! kernel or processor moves the figures by a third at most; whatever a limit is there to notice adds
//! more.

use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DnType, KeyPair};

use crate::support::home::{AWSMFA, Home, Invocation, account_with, exported};
use crate::support::stand_in::{Options, StandIn};

/// As many as Debian's bundle has; they are not Debian's, so that the figures change only where the
/// program does.
const ROOTS: usize = 145;

/// The most that a run may cost.
struct Limits {
    thousand_instructions: u64,
    system_calls: u64,
}

/// Notices work that is done before the command is known: a cryptographic library that tests itself
/// when it is loaded, a profile file read for `--version`, one more shared library.
const START: Limits = Limits {
    thousand_instructions: 850,
    system_calls: 95,
};

/// Notices that the client, with its TLS and its roots, is set up although AWS is not called.
const STILL_VALID: Limits = Limits {
    thousand_instructions: 1_500,
    system_calls: 120,
};

/// Notices a second connection or client, and roots that are checked one by one.
const LOGIN: Limits = Limits {
    thousand_instructions: 9_000,
    system_calls: 250,
};

impl Limits {
    #[track_caller]
    fn check(&self, thousand_instructions: u64, system_calls: u64) {
        within(
            thousand_instructions,
            self.thousand_instructions,
            "thousand instructions",
        );
        within(system_calls, self.system_calls, "system calls");
    }
}

/// A figure far below its limit was measured wrongly, or the limit notices nothing any more.
#[track_caller]
fn within(figure: u64, limit: u64, what: &str) {
    assert!(figure <= limit, "{figure} {what}, at most {limit} expected");
    assert!(figure >= limit / 6, "only {figure} {what}: lower the limit");
}

/// The program that `cargo build --release` makes, beside the one under test.
fn released() -> PathBuf {
    let target = Path::new(AWSMFA).ancestors().nth(2);
    let program = target.expect("target/debug").join("release/awsmfa");
    assert!(
        program.exists(),
        "{} is missing: `make test` builds it, as does `cargo build --release --locked`",
        program.display()
    );
    program
}

/// A user of a stand-in that speaks TLS, with a bundle of roots in which one counts.
fn user() -> (StandIn, Home) {
    let (aws, home) = account_with(Options::tls());
    let key = KeyPair::generate().expect("a key");
    let roots = (0..ROOTS).map(|number| {
        let mut params = CertificateParams::default();
        let name = format!("Root number {number:03} that nobody has ever heard of");
        params.distinguished_name.push(DnType::CommonName, name);
        params.self_signed(&key).expect("a certificate").pem()
    });
    home.write("bundle.pem", roots.collect::<String>() + &aws.ca_pem());
    (aws, home)
}

/// `observer`, with the program as its last words.
fn observed((_, home): &(StandIn, Home), observer: &str, words: &[&str]) -> Invocation {
    let program = released().display().to_string();
    let mut line = observer.split(' ');
    home.program(line.next().expect("a program"), line)
        .arguments([program.as_str()])
        .arguments(words)
        .env("AWS_CA_BUNDLE", home.path().join("bundle.pem"))
}

/// In thousands. `session` is what the environment holds.
fn instructions(user: &(StandIn, Home), words: &[&str], session: &[(String, String)]) -> u64 {
    let callgrind = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
    let run = observed(user, callgrind, words)
        .envs(session.iter().cloned())
        .run();
    let lines = &mut run.success().stderr.lines();
    let collected = lines.find_map(|line| line.split_once("Collected : "));
    let count = collected.and_then(|(_, count)| count.trim().parse::<u64>().ok());
    count.unwrap_or_else(|| panic!("no count{}", run.story())) / 1000
}

fn system_calls(user: &(StandIn, Home), words: &[&str], session: &[(String, String)]) -> u64 {
    let run = observed(user, "strace -f -o trace", words)
        .envs(session.iter().cloned())
        .run();
    run.success();
    let trace = std::fs::read_to_string(user.1.path().join("trace")).expect("strace's file");
    let begins = trace.lines().filter(|line| line.contains('('));
    begins.map(|_| 1).sum()
}

#[test]
fn a_start() {
    let user = user();
    let words = ["--version"];
    let instructions = instructions(&user, &words, &[]);
    START.check(instructions, system_calls(&user, &words, &[]));
}

/// Each shared library adds a quarter of what `/bin/true` takes to every start.
#[test]
#[cfg(target_env = "gnu")]
fn no_library_but_that_of_c() {
    let run = Home::new()
        .program("readelf", ["--dynamic", "--wide"])
        .arguments([released()])
        .run();
    let shared = run
        .success()
        .stdout
        .lines()
        .filter(|line| line.contains("(NEEDED)"));
    let others = shared.filter(|line| !line.contains("[libc.so") && !line.contains("[ld-linux"));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn a_session_that_is_still_valid() {
    let user = user();
    let words = ["env", "--shell", "sh"];
    let login = observed(
        &user,
        "env",
        &[&words[..], &["-c", &user.0.code()]].concat(),
    )
    .run();
    let session = exported(&login.success().stdout);
    assert!(session.iter().any(|(name, _)| name == "AWS_SESSION_TOKEN"));
    let instructions = instructions(&user, &words, &session);
    STILL_VALID.check(instructions, system_calls(&user, &words, &session));
    assert_eq!(user.0.actions(), ["GetSessionToken"]);
}

#[test]
fn a_login() {
    let user = user();
    let (now, next) = (user.0.code(), user.0.code_in(1));
    let words = |code| ["env", "--shell", "sh", "-c", code];
    let instructions = instructions(&user, &words(&now), &[]);
    LOGIN.check(instructions, system_calls(&user, &words(&next), &[]));
    assert_eq!(user.0.actions(), ["GetSessionToken"; 2]);
}
