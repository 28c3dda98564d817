//! `doctor`: what is wrong, in one line each, with file, line and what to type; and nothing else.

#[cfg(target_os = "linux")]
mod card;
mod clean;
mod environments;
mod files;
mod keys;
mod machine;
mod odd_places;
mod online;
mod output;
mod permissions;
mod shells;
mod variables;

use crate::support::home::{Home, Run};

const KEYS: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
const DEBRIS: &str = "aws_access_key_id = ASIAOLDOLDOLDOLDOLD1\naws_secret_access_key = 0000000000000000000000000000000000000000\naws_session_token = FwoGZXIvYXdzEOLD\n";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";
const ROLE: &str = "arn:aws:iam::123456789012:role/dev";
const CONFIG: &str = ".aws/config";
const CREDENTIALS: &str = ".aws/credentials";

/// A home with these two files, in which KEYS, DEBRIS, SERIAL and ROLE are filled in.
fn home(config: &str, credentials: &str) -> Home {
    let home = Home::new();
    for (name, text) in [(CONFIG, config), (CREDENTIALS, credentials)] {
        let text = text.replace("KEYS", KEYS).replace("DEBRIS", DEBRIS);
        home.write(name, text.replace("SERIAL", SERIAL).replace("ROLE", ROLE));
    }
    home
}

fn doctor(home: &Home, words: &[&str], variables: &[(&str, &str)]) -> Run {
    let run = home
        .awsmfa(["doctor"])
        .arguments(words)
        .envs(variables.iter().copied())
        .run();
    run.keeps_quiet_about("panicked");
    assert!(run.stderr.is_empty(), "{}", run.story());
    for line in run.stdout.lines() {
        let level = line.split(' ').next().unwrap();
        assert!(["ok", "warning", "error"].contains(&level), "{line}");
    }
    run
}

/// One line of the output begins with the first of these words and has all the others.
#[track_caller]
fn finds(run: &Run, words: &[&str]) {
    let is_found = |line: &str| {
        line.starts_with(words[0]) && words[1..].iter().all(|word| line.contains(word))
    };
    assert!(run.stdout.lines().any(is_found), "{words:?}{}", run.story());
    let expected = i32::from(run.stdout.lines().any(|line| line.starts_with("error")));
    assert_eq!(run.status.code(), Some(expected), "{}", run.story());
}

/// Config, credentials, and the words of the line that is found, with | in between.
type Case = (&'static str, &'static str, &'static str);

#[track_caller]
fn each_is_found(cases: &[Case]) {
    for (config, credentials, words) in cases {
        let words: Vec<_> = words.split('|').collect();
        finds(&doctor(&home(config, credentials), &[], &[]), &words);
    }
}

/// No warning and no error.
#[track_caller]
fn is_content(run: &Run) {
    assert!(
        run.stdout.lines().all(|line| line.starts_with("ok ")),
        "{}",
        run.story()
    );
    assert_eq!(run.status.code(), Some(0), "{}", run.story());
}
