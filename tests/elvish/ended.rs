//! What `off` leaves alone, and what it takes away again.

use super::{Terminal, script};
use crate::support::landing::Landing;

/// Prints what a child process has of these variables.
const SHOW: &str = "fn show { e:sh -c 'echo \"${AWS_PROFILE-no}|${AWS_REGION-no}|${AWS_ACCESS_KEY_ID-no}|${AWS_SESSION_TOKEN-no}|${AWSMFA_PROFILE-no}\"' }\n";

/// Logs in, runs the lines, logs out; what the terminal then has.
fn after_off(lines: &str, variables: &[(&str, &str)]) -> String {
    let landing = Landing::new();
    let codes = [landing.aws.code_in(-1), landing.aws.code()];
    let lines = lines.replace("CODE", &codes[1]);
    let lines = format!(
        "{SHOW}aws-mfa-on landing {}\n{lines}\naws-mfa-off\nshow",
        codes[0]
    );
    let run = script(&landing, &lines, variables);
    run.success()
        .stdout
        .lines()
        .last()
        .expect("a line")
        .to_owned()
}

#[test]
fn off_leaves_alone_what_was_changed_since() {
    let own = [("AWS_PROFILE", "mine"), ("AWS_ACCESS_KEY_ID", "AKIAmine")];
    for (lines, left) in [
        ("", "mine|no|AKIAmine|no|no"),
        (
            "set-env AWS_PROFILE since; set-env AWS_REGION ''",
            "since||AKIAmine|no|no",
        ),
        (
            "set-env AWS_PROFILE since; aws-mfa-on landing",
            "mine|no|AKIAmine|no|no",
        ),
        (
            "set-env AWS_ACCESS_KEY_ID AKIAother",
            "mine|no|AKIAother|no|no",
        ),
        // A hook brings back the keys of an earlier login.
        (
            "var id = $E:AWS_ACCESS_KEY_ID; aws-mfa-on --force landing CODE; set-env AWS_ACCESS_KEY_ID $id; \
             set-env AWS_SESSION_TOKEN old",
            "mine|no|AKIAmine|no|no",
        ),
    ] {
        assert_eq!(after_off(lines, &own), left, "{lines}");
    }
}

/// The next session has a picture of its own.
#[test]
fn the_next_session_is_restored_as_the_first_one_was() {
    let lines = "set-env AWS_REGION since\naws-mfa-off\naws-mfa-on landing CODE";
    assert_eq!(
        after_off(lines, &[("AWS_PROFILE", "mine")]),
        "mine|since|no|no|no"
    );
}

/// direnv and mise put back what they found on entering a directory.
#[test]
fn keys_that_come_back_are_taken_away_before_the_next_command() {
    let mut terminal = Terminal::new();
    terminal.enter("set-env AWS_ACCESS_KEY_ID AKIAmine");
    terminal.log_in("landing");
    terminal.enter("var id = $E:AWS_ACCESS_KEY_ID; var token = $E:AWS_SESSION_TOKEN");
    terminal.enter("aws-mfa-off");
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "AKIAmine");
    let hook = "set edit:before-readline = (conj $edit:before-readline { set-env AWS_ACCESS_KEY_ID $id; set-env AWS_SESSION_TOKEN $token; set-env AWS_REGION r })";
    terminal.enter(hook);
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "AKIAmine");
    assert_eq!(terminal.shows("AWS_SESSION_TOKEN"), "no");
    // What is not secret may be the user's by now.
    assert_eq!(terminal.shows("AWS_REGION"), "r");
}

/// A child shell has its parent's session and no picture.
#[test]
fn keys_that_come_back_in_a_child_shell_are_taken_away() {
    let mut terminal = Terminal::new();
    terminal.log_in("landing");
    let id = terminal.shows("AWS_ACCESS_KEY_ID");
    terminal.enter("elvish -rc rc.elv");
    terminal.enter("aws-mfa-off");
    assert_eq!(terminal.shows("AWSMFA_PROFILE"), "no");
    terminal.enter(&format!("set-env AWS_ACCESS_KEY_ID {id}"));
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "no");
    terminal.enter("exit");
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), id);
    terminal.enter("aws-mfa-off --all");
    assert_eq!(terminal.shows("AWSMFA_PROFILE"), "no");
}

/// elvish writes every line to its history, and the snippet writes nothing.
#[test]
fn no_file_has_a_secret() {
    let mut terminal = Terminal::new();
    terminal.log_in("dev");
    let environment = terminal.environment();
    std::fs::remove_file(terminal.landing.home.path().join("environment")).expect("its file");
    terminal.enter("aws-mfa-off");
    terminal.enter("history-is-written");
    for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        let secret = &environment[name][..20];
        let home = terminal.landing.home.path().to_str().expect("a path");
        let found = terminal
            .landing
            .home
            .program("grep", ["-rlaF", secret, home])
            .run();
        found.failure(1);
    }
}
