//! `awsmfa plan` in a terminal that holds something: what a login would not have to do.

use crate::support::home::Run;
use crate::support::landing::{Landing, end_in};

/// The calls and sources that a plan shows.
fn shown(run: &Run) -> (usize, usize) {
    let lines = || run.success().stdout.lines();
    let calls = lines().filter(|line| line.starts_with("call "));
    let sources = lines().filter(|line| line.starts_with("codes ") || line.starts_with("else "));
    (calls.count(), sources.count())
}

#[test]
fn a_session_that_is_kept_leaves_nothing_to_do() {
    for profile in ["landing", "dev", "admin", "long"] {
        let landing = Landing::new();
        let run = landing.holding(profile, 59, &["plan", profile]).run();
        assert_eq!(shown(&run), (0, 0), "{}", run.story());
        let row = run.stdout.lines().find(|line| line.starts_with("session"));
        let row = row.expect("a row");
        assert!(row.contains("still valid for 58m") || row.contains("still valid for 59m"));
        assert!(
            row.ends_with(": nothing to do (--force renews it)"),
            "{row}"
        );
    }
}

#[test]
fn a_renewal_shows_its_calls() {
    for (minutes, profile, flags) in [
        (9, "landing", &[][..]),
        (59, "landing", &["--force"]),
        (59, "landing", &["--duration", "4h"]),
        (59, "bob", &[]),
    ] {
        let landing = Landing::of_two_users();
        let words = [&["plan", profile], flags].concat();
        let run = landing.holding("landing", minutes, &words).run();
        let (calls, sources) = shown(&run);
        assert!(calls == 1 && sources > 0, "{}", run.story());
        assert!(!run.stdout.contains("nothing to do"), "{}", run.story());
    }
}

/// The exported session without a role is one that roles are assumed with.
#[test]
fn a_base_session_in_the_environment_needs_no_code() {
    let landing = Landing::of_two_users();
    let run = landing.holding("landing", 59, &["plan", "admin"]).run();
    assert_eq!(shown(&run), (2, 0), "{}", run.story());
    for words in [
        "\nbase        the session that this terminal exports, 5",
        ": no code is needed\n",
        "call 1      AssumeRole, signed with the session of this terminal\n",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.story());
    }
    for words in [
        ["plan", "bob-dev", "-q"],
        ["plan", "dev", "--token-code=123456"],
        [
            "plan",
            "dev",
            "--mfa-serial=arn:aws:iam::123456789012:mfa/other",
        ],
    ] {
        let run = landing.holding("landing", 59, &words).run();
        assert_eq!(shown(&run).0, 2, "{}", run.story());
        assert!(!run.stdout.contains("no code is needed"), "{}", run.story());
    }
    let run = landing.holding("landing", 59, &["plan", "long"]).run();
    assert!(shown(&run).1 > 0 && !run.stdout.contains("no code is needed"));
}

/// The shell keeps the base session of a role to itself: only the function hands it over.
#[test]
fn a_base_session_of_the_shell_is_for_the_function() {
    let landing = Landing::of_two_users();
    let plan = |profile: &str, minutes: u64| {
        landing
            .holding("dev", 59, &["plan", profile])
            .env("AWSMFA_BASE_EXPIRES_AT", end_in(minutes))
            .run()
    };
    for profile in ["stage", "landing"] {
        let run = plan(profile, 700);
        assert_eq!(
            shown(&run),
            (usize::from(profile == "stage"), 0),
            "{}",
            run.story()
        );
        let row = "base        a session of the shell that logged in, 11h ";
        run.says(row);
        let end = ": aws-mfa-on there needs no code, exec asks for one\n";
        run.says(end);
    }
    for run in [plan("bob-dev", 700), plan("stage", 9)] {
        assert!(
            shown(&run).1 > 0 && !run.stdout.contains("base  "),
            "{}",
            run.story()
        );
    }
    // The role is kept for its last hour, unless its base session ends sooner: then a code is needed.
    assert_eq!(shown(&plan("dev", 700)), (0, 0));
    assert!(shown(&plan("dev", 9)).1 > 0);
}

#[test]
fn json_says_the_same_of_the_terminal() {
    let landing = Landing::new();
    let json = |words: &[&str]| -> serde_json::Value {
        let run = landing.holding("landing", 59, words).run();
        serde_json::from_str(&run.success().stdout).expect("JSON")
    };
    let kept = json(&["plan", "--json"]);
    assert_eq!(kept["terminal"]["holds"], "session");
    assert!(kept["terminal"]["seconds_left"].as_u64() > Some(3400));
    assert_eq!(kept["calls"].as_array().map(Vec::len), Some(0));
    let base = json(&["plan", "dev", "--json"]);
    assert_eq!(base["terminal"]["holds"], "base_session");
    assert_eq!(base["calls"].as_array().map(Vec::len), Some(1));
    let nothing = json(&["plan", "long", "--json"]);
    assert!(nothing["terminal"].is_null());
}
