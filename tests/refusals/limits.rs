//! AWS's limits, checked before anything is sent.

use super::SERIAL;
use crate::support::home::account;

const NONE: (&str, &str) = ("X", "");

/// What AWS would refuse for sure is not sent.
#[test]
fn durations_codes_and_serials_are_checked_before_any_call() {
    let (aws, home) = account();
    let run = |arguments: &[&str], variable: (&str, &str)| {
        let run = home.login("").arguments(arguments);
        run.env(variable.0, variable.1).run()
    };
    for (duration, status) in [
        ("899", 1),
        ("129601", 1),
        ("0", 1),
        ("37h", 1),
        ("14m59s", 1),
        ("99999999999", 1),
        ("", 2),
        ("1x", 2),
        ("1h30", 2),
        ("-1", 2),
        ("1.5h", 2),
        ("12 h", 2),
        ("99999999999999999999", 2),
    ] {
        let flag = run(&["-c", "123456", &format!("--duration={duration}")], NONE);
        flag.failure(status).complains("--duration");
        flag.prints("false\n");
        if !duration.is_empty() {
            let variable = run(&["-c", "123456"], ("MFA_STS_DURATION", duration));
            variable
                .failure(1)
                .complains("MFA_STS_DURATION")
                .complains("hint: ");
            home.write(
                ".aws/config",
                format!("[default]\nmfa_serial = {SERIAL}\nduration_seconds = {duration}\n"),
            );
            let file = run(&["-c", "123456"], NONE);
            file.failure(1)
                .complains("~/.aws/config:3 [default] duration_seconds")
                .complains("hint: ");
            home.write(".aws/config", format!("[default]\nmfa_serial = {SERIAL}\n"));
        }
    }
    for code in [
        "12345",
        "1234567",
        "12345a",
        "１２３４５６",
        "cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj",
    ] {
        let typed = run(&["-c", code], NONE);
        typed.failure(1).complains("could not log in: ");
        run(&[], ("AWSMFA_TOKEN_CODE", code))
            .failure(1)
            .complains("six digits");
    }
    for serial in [
        "abc",
        "arn:aws:iam::1:u2f/user/a",
        "arn:aws:iam::1:mfa/a b",
        "\"arn:aws:iam::1:mfa/a\"",
        &"a".repeat(257),
    ] {
        run(&["-c", "123456", "--mfa-serial", serial], NONE)
            .failure(1)
            .complains("--mfa-serial")
            .complains("hint: ");
    }
    assert!(aws.requests().is_empty());
}

#[test]
fn the_shortest_and_the_longest_session() {
    for (duration, seconds) in [
        ("900", "900"),
        ("36h", "129600"),
        ("15m", "900"),
        ("1h30m", "5400"),
    ] {
        let (aws, home) = account();
        let run = home.awsmfa([
            "env",
            "--shell",
            "sh",
            "-c",
            &aws.code(),
            "--duration",
            duration,
        ]);
        run.run().success();
        assert_eq!(
            aws.requests()[0].parameter("DurationSeconds"),
            Some(seconds)
        );
    }
}
