//! What other processes are started, and what they do not see.

use std::fs;

use super::{NU, restore};
use crate::json_shells::person::Person;
use crate::support::json_shells::show;
use crate::support::landing::{Landing, end_in};

/// It has reached no other program, and is there for the next role.
#[test]
fn ctrl_c_keeps_the_base_session_to_the_shell() {
    let mut person = Person::at(NU);
    let code = person.landing.aws.code();
    person.hears(&[format!("aws-mfa-on {code} landing")]);
    person.begin("aws-mfa-on --force landing; touch next");
    person.pty.send("\u{3}");
    let held = person.look();
    assert!(
        held.variables.contains("AWS_ACCESS_KEY_ID=ASIA"),
        "{}",
        person.story()
    );
    assert!(!held.variables.contains("__awsmfa"), "{}", person.story());
    assert!(!person.exists("next"), "{}", person.story());
    let shown = person.hears(&["aws-mfa-on dev".to_owned(), show("role")]);
    assert!(shown.contains("role|dev|ASIA"), "{}", person.story());
    assert_eq!(person.landing.codes(), 1);
}

/// The agent's session is the one that the shell does not keep itself.
#[test]
fn the_agent_is_asked_once_about_the_end_of_its_session_and_once_at_off() {
    let mut person = Person::with(NU, "", "$env.PATH = ($env.PATH | prepend ~/stub)");
    let login = restore::login();
    person.landing.home.write("login", format!("{login}\n"));
    let stub = "#!/bin/sh\necho \"$*\" >>~/asked\necho spoken >&2\ncat ~/login\n";
    person.landing.home.write_program("stub/awsmfa", stub);
    person.hears(&[
        "aws-mfa-on".to_owned(),
        "$env.__awsmfa.base = ''".to_owned(),
    ]);
    for (minutes, times) in [(40, 0), (25, 1), (25, 0)] {
        let end = NU.set("AWSMFA_BASE_EXPIRES_AT", &end_in(minutes));
        let shown = person.hears(&[end]);
        assert_eq!(shown.matches("spoken").count(), times, "{}", person.story());
    }
    let shown = person.hears(&["aws-mfa-off".to_owned(), show("off")]);
    assert!(shown.contains("off|no|no|no|no"), "{}", person.story());
    let asked = fs::read_to_string(person.landing.home.path().join("asked"));
    assert_eq!(
        asked.expect("calls"),
        "env --shell nu\nstatus --agent-end\noff --shell nu\n"
    );
}

/// Not even one that could tell the time.
#[test]
fn the_prompt_starts_no_process() {
    let landing = Landing::new();
    let lines = [
        "$env.PATH = []",
        "$env.AWSMFA_PROFILE = 'work'",
        "$env.AWSMFA_EXPIRES_AT = '1'",
        "print (awsmfa_prompt)",
    ];
    NU.script(&landing.home, &lines)
        .run()
        .success()
        .prints("work over\n");
}
