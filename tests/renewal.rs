//! When a session that is still valid is kept, and when it is made anew.

use crate::support::home::{Run, exported};
use crate::support::landing::{Landing, end_in};

/// Each command that logs in, with `flags` and a code that is due.
fn each_command(landing: &Landing, profile: &str, flags: &[&str]) -> [Vec<String>; 3] {
    let code = landing.aws.code();
    let words = |words: &[&str], end: &[&str]| {
        let words = words.iter().chain(flags).chain(end);
        words.map(|word| (*word).to_owned()).collect()
    };
    let run = ["--", "true"];
    [
        words(&["env", "--shell", "sh", "-c", &code, profile], &[]),
        words(&["exec", "-c", &code, profile], &run),
        words(&["exec", "--each", profile, "-c", &code], &run),
    ]
}

/// Runs each command with `flags` in a terminal that holds `profile`; what it did, and its calls.
fn runs(profile: &str, minutes: u64, flags: &[&str]) -> Vec<(Run, Vec<String>)> {
    let words = each_command(&Landing::new(), profile, flags);
    let run = |index: usize| {
        let landing = Landing::new();
        let words = &each_command(&landing, profile, flags)[index];
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let run = landing.holding(profile, minutes, &words).run();
        (run, landing.calls())
    };
    (0..words.len()).map(run).collect()
}

#[test]
fn a_longer_duration_than_is_left_renews() {
    for (run, calls) in runs("landing", 59, &["--duration", "4h"]) {
        run.success();
        assert_eq!(calls, ["GetSessionToken+code"], "{}", run.story());
    }
    for (run, calls) in runs("dev", 59, &["--duration", "1h"]) {
        run.success();
        let expected = ["GetSessionToken+code", "AssumeRole dev"];
        assert_eq!(calls, expected, "{}", run.story());
    }
    for (run, calls) in runs("long", 61, &["--duration", "2h"]) {
        run.success();
        assert_eq!(calls, ["AssumeRole+code long"], "{}", run.story());
    }
}

#[test]
fn a_duration_that_is_left_keeps_the_session() {
    for (profile, minutes, duration) in [
        ("landing", 241, "4h"),
        ("dev", 59, "45m"),
        ("long", 61, "1h"),
    ] {
        for (run, calls) in runs(profile, minutes, &["--duration", duration]) {
            run.success();
            assert!(calls.is_empty(), "{profile}: {calls:?} {}", run.story());
        }
    }
}

/// Whoever has `--duration 12h` in an alias is not asked for a code a second after the login.
#[test]
fn a_session_a_moment_shorter_than_asked_is_kept() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let first = landing
        .awsmfa(["env", "--shell", "sh", "landing", "--duration", "12h"])
        .arguments([&code])
        .run();
    let session = exported(&first.success().stdout);
    let second = landing
        .awsmfa(["env", "--shell", "sh", "landing", "--duration", "12h"])
        .envs(session)
        .run();
    second.success().complains("is still valid");
    assert_eq!(landing.calls(), ["GetSessionToken+code"]);
}

/// A duration that is configured is a wish for the next login, not a reason for one.
#[test]
fn only_the_flag_renews() {
    for variable in ["AWSMFA_DURATION", "MFA_STS_DURATION"] {
        let landing = Landing::new();
        landing
            .holding("landing", 59, &["env", "landing"])
            .env(variable, "4h")
            .run()
            .success()
            .complains("is still valid");
        assert!(landing.calls().is_empty());
    }
    // `duration_seconds` says two hours.
    for (run, calls) in runs("long", 59, &[]) {
        run.success();
        assert!(calls.is_empty(), "{calls:?} {}", run.story());
    }
}

/// AWS gives a chain of roles an hour, whatever is asked for.
#[test]
fn a_duration_that_aws_never_gives_does_not_renew() {
    for (run, calls) in runs("admin", 55, &["--duration", "4h"]) {
        run.success()
            .complains("lasts an hour at most, not 4h (from --duration)");
        assert!(calls.is_empty(), "{calls:?} {}", run.story());
    }
    // An hour is more than half of one.
    for (run, calls) in runs("admin", 30, &["--duration", "4h"]) {
        run.success();
        let expected = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole admin"];
        assert_eq!(calls, expected, "{}", run.story());
    }
    for (run, calls) in runs("landing", 600, &["--duration", "37h"]) {
        run.failure(1).complains("15m to 36h");
        assert!(calls.is_empty(), "{calls:?}");
    }
}

#[test]
fn force_renews_whatever_is_left() {
    for (run, calls) in runs("landing", 600, &["--force", "--duration", "15m"]) {
        run.success();
        assert_eq!(calls, ["GetSessionToken+code"], "{}", run.story());
    }
}

/// The name is the identity that AWS's logs show.
#[test]
fn a_role_session_with_another_name_is_another_session() {
    for (run, calls) in runs("dev", 59, &["--role-session-name", "ci-42"]) {
        run.success();
        let expected = ["GetSessionToken+code", "AssumeRole dev"];
        assert_eq!(calls, expected, "{}", run.story());
    }
}

#[test]
fn the_session_of_another_device_is_not_kept() {
    let serial = "arn:aws:iam::123456789012:mfa/other";
    for profile in ["landing", "dev"] {
        for (run, _) in runs(profile, 59, &["--mfa-serial", serial]) {
            run.failure(1)
                .complains("does not belong to the access key");
        }
    }
}

/// Other files, or keys that have been edited since: the profile's name alone says nothing.
#[test]
fn the_session_of_other_keys_is_not_kept() {
    let landing = Landing::of_two_users();
    let code = landing.aws.code();
    let login = landing.login(&format!("landing {code}")).run();
    let keys = &landing.aws.user().keys[0];
    let keys = format!(
        "[landing]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        keys.id, keys.secret
    );
    let others = keys.replace(&landing.aws.user().keys[0].id, "AKIAI44QH8DHBEXAMPLE");
    landing.home.write("same", keys);
    landing.home.write("others", others);
    landing.home.write(".aws/config", "");
    let again = |file: &str| {
        landing
            .login("landing")
            .envs(exported(&login.stdout))
            .env("__awsmfa_base", login.base_sessions())
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                landing.home.path().join(file),
            )
            .run()
    };
    again("same").success().complains("still valid");
    again("others")
        .failure(1)
        .complains("no source gave an MFA code");
}

/// The session of the roles before is no session of twelve hours, where that is asked for.
#[test]
fn a_base_session_that_is_too_short_is_no_session_without_a_role() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let login = landing
        .login(&format!("dev {code}"))
        .env("AWS_SESSION_TOKEN_TTL", "1h")
        .run();
    let base = login.base_sessions();
    let again = |duration: &str| {
        landing
            .awsmfa(["env", "landing", "--shell", "sh", "--duration", duration])
            .env("__awsmfa_base", &base)
            .run()
    };
    again("30m").success();
    assert_eq!(landing.calls().len(), 2);
    again("2h")
        .failure(1)
        .complains("no source gave an MFA code");
}

/// The line before the prompt recommends `aws-mfa-on` at ten minutes: then it must do something.
#[test]
fn from_ten_minutes_on_a_session_is_renewed() {
    for (minutes, calls_expected) in [(10, 1), (11, 0)] {
        for (run, calls) in runs("landing", minutes, &[]) {
            run.success();
            assert_eq!(calls.len(), calls_expected, "{calls:?} {}", run.story());
        }
    }
    for (run, calls) in runs("dev", 9, &[]) {
        run.success();
        assert_eq!(calls.len(), 2, "{calls:?} {}", run.story());
    }
}

/// The prompt counts to the end of the base session where that comes first.
#[test]
fn a_base_session_that_ends_is_renewed_with_a_code() {
    for minutes in [10, 5, 0] {
        let landing = Landing::new();
        let code = landing.aws.code();
        let login = landing.login(&format!("dev {code}")).run();
        let words: Vec<_> = login
            .base_sessions()
            .split(' ')
            .map(str::to_owned)
            .collect();
        let end = end_in(minutes);
        let base = words.iter().map(|word| match word.parse::<u64>() {
            Ok(number) if number > 1_000_000 => end.clone(),
            _ => word.clone(),
        });
        let base: Vec<_> = base.collect();
        let again = |words: &[&str]| {
            landing
                .holding("dev", 50, words)
                .env("AWSMFA_BASE_EXPIRES_AT", &end)
                .env("__awsmfa_base", base.join(" "))
                .run()
        };
        let run = again(&["env", "--shell", "sh"]);
        run.failure(1)
            .complains("the role's base session ends in ten minutes or less")
            .complains("no source gave an MFA code");
        // A command has no use for the base session.
        again(&["exec", "--", "true"]).success();
        assert_eq!(landing.calls().len(), 2);
        landing.aws.advance(30);
        let code = landing.aws.code();
        let run = again(&["env", "--shell", "sh", &code]);
        let renewed = run.exports("AWSMFA_BASE_EXPIRES_AT");
        let renewed: u64 = renewed.parse().expect("a number");
        let later: u64 = end_in(600).parse().expect("a number");
        assert!(renewed > later, "{}", run.story());
        let expected = ["GetSessionToken+code", "AssumeRole dev"];
        assert_eq!(landing.calls()[2..], expected);
    }
}
