//! A person is told of a login that succeeded; nobody else is.

use crate::support::home::{AWSMFA, account};
use crate::support::landing::{Landing, role};
use crate::support::pty::Pty;
use crate::support::shells::{BASH, FISH, ZSH};

/// `words` on a terminal of its own, in a time zone 5:30 ahead of UTC.
fn terminal(landing: &Landing, words: &[&str]) -> Pty {
    let variables = [("TERM", "dumb"), ("TZ", "XST-5:30")];
    landing.home.on_terminal_with(words, &variables)
}

/// What comes before `until` in the line, and the time.
fn line(seen: &str) -> (&str, &str) {
    let line = seen
        .lines()
        .find(|line| line.starts_with("awsmfa: logged in"));
    let line = line.unwrap_or_else(|| panic!("no such line: {seen}"));
    line.split_once(", until ")
        .unwrap_or_else(|| panic!("no end: {line}"))
}

#[test]
fn a_login_is_reported_with_account_and_user() {
    let landing = Landing::new();
    let program = format!("{AWSMFA} env --shell sh landing >session");
    let mut pty = terminal(&landing, &["sh", "-c", &program]);
    pty.expect("MFA code");
    // The keys are proven meanwhile, and so AWS says whose they are.
    while landing.aws.actions().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    pty.send(&format!("{}\r", landing.aws.code()));
    assert!(pty.wait().success());
    let seen = pty.seen();
    let (facts, end) = line(&seen);
    assert_eq!(
        facts,
        "awsmfa: logged in to profile landing: account 123456789012, user alice, region eu-west-1"
    );
    let (_, time) = end.trim().split_once(' ').unwrap_or(("", end.trim()));
    let minutes: u64 = time[3..].parse().expect("minutes");
    let session = std::fs::read_to_string(landing.home.path().join("session")).unwrap();
    let end = session.split("AWSMFA_EXPIRES_AT='").nth(1).unwrap();
    let end: u64 = end.split('\'').next().unwrap().parse().unwrap();
    assert_eq!(minutes, (end / 60 + 30) % 60, "{seen}");
}

#[test]
fn a_login_to_a_role_is_reported_with_its_account() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile long]\nrole_arn = {}\nsource_profile = landing\nregion = eu-north-1\n",
        role("dev")
    ));
    let code = landing.aws.code();
    let words = [
        AWSMFA,
        "exec",
        "dev",
        "-c",
        &code,
        "--",
        "echo",
        "the command",
    ];
    let mut pty = terminal(&landing, &words);
    let before = pty.expect("the command");
    let (facts, _) = line(&before);
    assert_eq!(
        facts,
        "awsmfa: logged in to profile dev: account 123456789012, role dev, region eu-west-1"
    );
}

#[test]
fn a_login_is_not_reported_without_a_terminal_or_with_quiet() {
    let landing = Landing::new();
    for (flags, redirection, code) in [("--quiet", "", -1), ("", "2>log", 0)] {
        let code = landing.aws.code_in(code);
        let program = format!(
            "{AWSMFA} env --shell sh {flags} -c {code} landing {redirection} >session; echo done"
        );
        let mut pty = terminal(&landing, &["sh", "-c", &program]);
        let seen = pty.expect("done");
        assert!(!seen.contains("awsmfa:"), "{seen}");
    }
    let log = std::fs::read_to_string(landing.home.path().join("log")).unwrap();
    assert!(!log.contains("logged in"), "{log}");
}

/// A session that is kept is no login.
#[test]
fn a_login_is_reported_once_in_every_shell() {
    let (aws, home) = account();
    aws.settle();
    for (shell, code) in [(BASH, -1), (ZSH, 0), (FISH, 1)] {
        let mut pty = shell.terminal(&home);
        let on = shell.functions()[0];
        pty.send(&format!("{on} -c {}\r", aws.code_in(code)));
        pty.expect("logged in to profile default: account 123456789012, until ");
        pty.send(&format!("{on}\r"));
        pty.expect("still valid");
        assert_eq!(pty.seen().matches("logged in").count(), 1, "{}", pty.seen());
    }
}
