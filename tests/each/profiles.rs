//! `awsmfa exec --each`: which profiles it runs for, with how many codes, and what it says of them.

use crate::support::home::Run;
use crate::support::landing::{Landing, role};

/// `exec --each` with `flags`, for a command that prints the profile.
pub fn each(landing: &Landing, profiles: &str, flags: &[&str]) -> Run {
    let words = ["exec", "--each", profiles];
    let command = ["--", "sh", "-c", "echo $AWSMFA_PROFILE"];
    landing
        .awsmfa(words.iter().chain(flags).chain(&command).copied())
        .run()
}

/// The same with a code that is due, which must succeed: the profiles in their order.
fn ran(landing: &Landing, profiles: &str) -> Vec<String> {
    let code = landing.aws.code();
    let run = each(landing, profiles, &["-q", "-c", &code]);
    run.success().stdout.lines().map(str::to_owned).collect()
}

#[test]
fn a_pattern_stands_for_the_profiles_that_match() {
    for (pattern, expected) in [
        ("dev*", &["dev", "dev-eu", "dev-us", "dev.old"][..]),
        ("*-?s", &["dev-us"]),
        ("dev-[e-u][su]", &["dev-eu", "dev-us"]),
        ("dev-[!e]*", &["dev-us"]),
        ("dev-[^u]*", &["dev-eu"]),
        ("dev[.]*", &["dev.old"]),
        // Each once, in the order in which they are named.
        ("dev-us,dev-*,dev-us", &["dev-us", "dev-eu"]),
        ("dev-*,dev-eu,dev", &["dev-eu", "dev-us", "dev"]),
        // The names themselves, whatever they hold.
        ("odd[1]", &["odd[1]"]),
        ("od*", &["odd[1]"]),
        (" dev-eu", &["dev-eu"]),
    ] {
        let landing = Landing::new();
        for name in ["dev-eu", "dev-us", "dev.old", "odd[1]"] {
            landing.configure(&format!(
                "[profile {name}]\nrole_arn = {}\nsource_profile = landing\n",
                role("dev")
            ));
        }
        assert_eq!(ran(&landing, pattern), expected, "{pattern}");
    }
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error_before_any_call() {
    for pattern in [
        "acme-*",
        "dev,acme-*",
        "DEV*",
        "dev-[",
        "?",
        "[a",
        "[]",
        "[z-a]*",
    ] {
        let landing = Landing::new();
        let code = landing.aws.code();
        let run = each(&landing, pattern, &["-c", &code]);
        run.failure(1)
            .complains("no profile matches")
            .complains("hint: the profiles are: admin, dev, landing, long, stage");
        assert!(run.stdout.is_empty() && landing.calls().is_empty());
    }
    let landing = Landing::new();
    let run = each(&landing, "acme-\u{1b}[31m*", &[]);
    assert!(!run.failure(1).stderr.contains('\u{1b}'), "{}", run.story());
}

/// One code for each user, in whatever order their profiles come.
#[test]
fn the_profiles_of_two_users_ask_for_two_codes() {
    let landing = Landing::of_two_users();
    let line = "awsmfa exec --each dev,bob-dev,stage,bob,landing,admin -- sh -c 'echo ran $AWSMFA_PROFILE'";
    let mut pty = landing.home.line_on_terminal(line);
    for user in ["alice", "bob"] {
        pty.expect(&format!(
            "MFA code for arn:aws:iam::123456789012:mfa/{user}"
        ));
        pty.send(&format!("{}\r", landing.aws.code()));
    }
    assert!(pty.wait().success(), "{}", pty.seen());
    assert_eq!(pty.seen().matches("MFA code for ").count(), 2);
    assert_eq!(pty.seen().matches(": ran ").count(), 6, "{}", pty.seen());
}

/// As with `xargs` and `parallel`: a command that succeeds has said what there is to say.
#[test]
fn only_a_command_that_fails_is_told() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let words = ["exec", "--each", "dev,stage,landing", "-c", &code, "--"];
    let fails = [
        "sh",
        "-c",
        "case $AWSMFA_PROFILE in stage) exit 3;; landing) kill -TERM $$;; esac",
    ];
    let run = landing.awsmfa(words.into_iter().chain(fails)).run();
    run.failure(143);
    let told: Vec<_> = run
        .stderr
        .lines()
        .filter(|line| line.contains("status"))
        .collect();
    assert_eq!(
        told,
        [
            "awsmfa: stage: the command ended with status 3",
            "awsmfa: landing: the command ended with status 143"
        ],
        "{}",
        run.story()
    );
    let quiet = landing.awsmfa(["exec", "-q", "--each", "dev", "--", "false"]);
    assert!(
        quiet
            .run()
            .stderr
            .lines()
            .all(|line| !line.contains("status"))
    );
}
