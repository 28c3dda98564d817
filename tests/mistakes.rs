//! A mistake in the program, or in a library of its, and an output that takes nothing: they end like
//! any failure.

use crate::support::card::{SOURCE, home, trouble};
use crate::support::home::{AWSMFA, Home};

/// The crate `pcsc` panics at an error that it does not know, in debug builds; in others it calls
/// the error unknown.
#[cfg(debug_assertions)]
#[test]
fn a_panic_is_a_failure_that_shows_its_place_and_nothing_else() {
    for (words, stdout) in [(&["env", "--shell", "sh"][..], "false\n"), (&["code"], "")] {
        let run = home(&format!(
            "{SOURCE}\nmfa_serial = arn:aws:iam::123456789012:mfa/a"
        ))
        .awsmfa(words)
        .envs(trouble("SCardEstablishContext", 0xFF, 9))
        .run();
        run.failure(1)
            .complains("awsmfa: internal error at ")
            .complains(" (a bug in awsmfa: please report it)");
        run.prints(stdout);
        run.keeps_quiet_about("unknown PCSC");
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.story());
    }
}

#[test]
fn a_full_disk_is_said_of_every_output() {
    for words in [
        "--help",
        "env --help",
        "--version",
        "init zsh",
        "completions fish",
    ] {
        let line = format!("'{AWSMFA}' {words} >/dev/full");
        let run = Home::new().program("sh", ["-c", &line]).run();
        run.failure(1)
            .complains("awsmfa: could not write to stdout: No space left on device");
    }
}

/// What the system refuses is no mistake: it is said with the limit's name, and the shell gets `false`.
#[test]
fn a_limit_of_the_shell_is_said_plainly() {
    let config = "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/a\naws_access_key_id = \
                  AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    for (limit, said) in [
        ("-n 5", "awsmfa: could not start: Too many open files"),
        ("-n 6", "awsmfa: could not start: Too many open files"),
        ("-n 8", "awsmfa: could not start: Too many open files"),
        ("-n 12", "awsmfa: could not start: Too many open files"),
        (
            "-s 32",
            "awsmfa: could not start: the stack is limited to 32 KiB",
        ),
        (
            "-s 512",
            "awsmfa: could not start: the stack is limited to 512 KiB",
        ),
    ] {
        let home = Home::new();
        home.write(".aws/config", config);
        let line = format!("ulimit {limit}; exec '{AWSMFA}' env --shell sh -c 123456");
        let run = home
            .program("bash", ["-c", &line])
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
            .run();
        run.failure(1).complains(said).complains("hint: ");
        run.prints("false\n");
    }
}
