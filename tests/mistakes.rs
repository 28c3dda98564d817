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
            .complains("awsmfa: could not go on: this is a mistake in awsmfa at ")
            .complains("awsmfa: hint: please report it");
        assert_eq!(run.stdout, stdout, "{}", run.story());
        assert!(!run.stderr.contains("unknown PCSC"), "{}", run.story());
        assert_eq!(run.stderr.lines().count(), 2, "{}", run.story());
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
