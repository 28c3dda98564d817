//! `awsmfa exec --each`: which profiles it runs for, with how many codes, and what it says of those
//! that fail.

use crate::support::home::Run;
use crate::support::landing::{Landing, role};
use crate::support::pty::Pty;

/// `exec --each` with `flags`, for a command that prints the profile.
fn each(landing: &Landing, profiles: &str, flags: &[&str]) -> Run {
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
    let mut pty = Pty::spawn(&["sh", "-c", line], |command| {
        command
            .env_clear()
            .envs(landing.home.environment())
            .env("PATH", landing.path())
            .env("AWS_ENDPOINT_URL", landing.aws.endpoint());
    });
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

/// Whoever uses the same keys and device would fail in the same way, after the same wait.
#[test]
fn who_shares_keys_and_device_with_one_that_failed_is_not_tried() {
    // No source of codes; one that fails; a code that AWS refuses.
    let landing = Landing::of_two_users();
    landing
        .aws
        .change(|options| options.users[1].devices[0].secret = None);
    let code = landing.aws.code();
    let run = each(&landing, "bob,bob-dev,landing,stage", &["-c", &code]);
    run.failure(1)
        .complains("awsmfa: bob: could not log in")
        .complains("awsmfa: bob-dev: not tried: it uses the same keys and MFA device as bob");
    let failed = ["GetSessionToken+code"];
    assert_eq!(landing.calls()[..1], failed);

    for (settings, flags) in [("", &[][..]), ("mfa_process = echo >>asked; false\n", &[])] {
        let landing = Landing::new();
        let config = landing.home.path().join(".aws/config");
        let config = std::fs::read_to_string(config).expect("the config");
        let with = format!("[profile landing]\n{settings}");
        landing
            .home
            .write(".aws/config", config.replace("[profile landing]\n", &with));
        let run = each(&landing, "dev,stage,nobody,landing,admin", flags);
        run.failure(1)
            .complains("awsmfa: dev: could not log in")
            .complains("awsmfa: nobody: ");
        for profile in ["stage", "landing", "admin"] {
            run.complains(&format!(
                "awsmfa: {profile}: not tried: it uses the same keys and MFA device as dev"
            ));
        }
        assert_eq!(
            run.stderr.matches("could not log in:").count(),
            1,
            "{}",
            run.story()
        );
        assert!(landing.calls().is_empty() && run.stdout.is_empty());
        let asked = std::fs::read_to_string(landing.home.path().join("asked"));
        assert!(asked.map_or(0, |asked| asked.lines().count()) <= 1);
    }
}

/// Keys that a command prints are asked for once too.
#[test]
fn a_command_that_prints_no_keys_is_run_once() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile vault]\ncredential_process = sh -c 'echo >>asked; exit 1'\nmfa_serial = x123456789\n\
         [profile vault-dev]\nrole_arn = {}\nsource_profile = vault\n",
        role("dev")
    ));
    let run = each(&landing, "vault,vault-*", &[]);
    run.failure(1)
        .complains("awsmfa: vault: ")
        .complains("awsmfa: vault-dev: not tried");
    let asked = std::fs::read_to_string(landing.home.path().join("asked")).expect("asked");
    assert_eq!(asked.lines().count(), 1);
}

/// A role that is refused says nothing of the others, nor does another source of codes.
#[test]
fn other_roles_and_other_sources_are_tried() {
    let landing = Landing::new();
    landing
        .home
        .write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    landing.configure(&format!(
        "[profile no-process]\nrole_arn = {0}\nsource_profile = landing\nmfa_source = process\n\
         [profile denied]\nrole_arn = {1}\nsource_profile = landing\n\
         [profile denied-long]\nrole_arn = {1}\nsource_profile = landing\nduration_seconds = 7200\n",
        role("dev"),
        role("denied")
    ));
    let run = each(&landing, "no-process,denied,dev", &["-q"]);
    run.failure(1)
        .complains("awsmfa: no-process: ")
        .complains("awsmfa: denied: ");
    assert_eq!(run.stdout, "dev\n", "{}", run.story());

    let landing = Landing::new();
    landing.configure(&format!(
        "[profile denied-long]\nrole_arn = {}\nsource_profile = landing\nduration_seconds = 7200\n",
        role("denied")
    ));
    let code = landing.aws.code();
    let run = each(&landing, "denied-long,dev", &["-q", "-c", &code]);
    run.failure(1)
        .complains("awsmfa: dev: could not log in: no source gave an MFA code");
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
