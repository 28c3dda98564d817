//! What other processes see, and what they do not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{NU, restore};
use crate::json_shells::person::Person;
use crate::support::json_shells::show;
use crate::support::landing::{Landing, end_in};

/// Not the command that prints a code, and nobody who lists the processes.
#[test]
fn no_other_process_sees_what_the_shell_keeps() {
    let landing = Landing::new();
    let codes = [landing.aws.code_in(-1), landing.aws.code()];
    landing.home.write("codes", codes.join("\n"));
    let program = "env >>seen\n\
                   ps -A -ww -o args= | grep awsmfa >>seen\n\
                   head -n 1 codes; sed -i.old 1d codes\n";
    let program = landing.home.write("code", program);
    landing.configure(&format!(
        "[profile computed]\nsource_profile = landing\nmfa_process = sh {}\n",
        program.display()
    ));
    let lines = [
        "aws-mfa-on computed",
        "^env out>> seen",
        "aws-mfa-on dev",
        "^env out>> seen",
        "aws-mfa-on --force computed",
        "^env out>> seen",
    ];
    let run = NU.script(&landing.home, &lines).run();
    run.success();
    assert_eq!(landing.codes(), 2, "{}", run.story());
    let seen = fs::read_to_string(landing.home.path().join("seen")).expect("what was seen");
    assert!(seen.contains("awsmfa env --shell nu"), "{seen}");
    for hidden in ["__awsmfa_base", "__awsmfa_request", "2 ASIA"] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}

/// Then, too, the base session has reached no other program, and is there for the next role.
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

/// `AWS_PROFILE=NAME command` for every profile, without another code.
#[test]
fn every_profile_can_be_used_at_once() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let on = format!("aws-mfa-on --profiles landing {code}");
    let lines = [
        &on,
        "AWS_PROFILE=dev ^aws sts get-caller-identity",
        "aws-mfa-off",
        "print $'config ($env.AWS_CONFIG_FILE?)'",
    ];
    let run = NU.script(&landing.home, &lines).run();
    run.success().says("assumed-role/dev").says("config \n");
    assert_eq!(landing.codes(), 1, "{}", run.story());
}

/// The agent's session is the one that the shell does not keep itself.
#[test]
fn the_agent_is_asked_once_about_the_end_of_its_session_and_once_at_off() {
    let mut person = Person::with(NU, "", "$env.PATH = ($env.PATH | prepend ~/stub)");
    let login = restore::login();
    person.landing.home.write("login", format!("{login}\n"));
    let stub = "#!/bin/sh\necho \"$*\" >>~/asked\necho spoken >&2\ncat ~/login\n";
    let stub = person.landing.home.write("stub/awsmfa", stub);
    fs::set_permissions(stub, fs::Permissions::from_mode(0o755)).expect("a program");
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

/// Nor a process that could tell the time.
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

#[test]
fn doctor_names_what_nushell_can_run() {
    let landing = Landing::new();
    let lines = ["$env.AWS_SECURITY_TOKEN = 'old'", "awsmfa doctor landing"];
    let run = NU.script(&landing.home, &lines).run();
    assert!(
        run.stdout.contains("hide-env AWS_SECURITY_TOKEN"),
        "{}",
        run.story()
    );
}
