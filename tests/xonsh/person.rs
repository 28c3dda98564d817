//! What only xonsh has: assignments before a command, aliases in threads, traces.

use std::fs;

use super::XONSH;
use crate::json_shells::person::Person;
use crate::support::home::AWSMFA;
use crate::support::json_shells::show;
use crate::support::landing::{Landing, end_in};

#[test]
fn a_variable_before_the_command_is_refused_before_a_code_is_used() {
    let landing = Landing::new();
    let code = landing.aws.code();
    for (variable, hint) in [
        ("AWS_PROFILE", "hint: type aws-mfa-on dev"),
        ("AWS_REGION", "hint: write --region dev after aws-mfa-on"),
    ] {
        let line = format!("${variable}='dev' aws-mfa-on landing {code} && echo next");
        let run = XONSH.script(&landing.home, &[&line]).run();
        run.failure(1)
            .complains(&format!(
                "could not log in with {variable} before aws-mfa-on: the shell restores the variable afterwards"
            ))
            .complains(hint)
            .prints("");
    }
    assert_eq!(landing.codes(), 0);
    // The variables that a login does not change have their effect.
    let lines = [
        "$AWSMFA_QUIET='1' aws-mfa-on -c CODE landing".replace("CODE", &code),
        show("on"),
    ];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let run = XONSH.script(&landing.home, &lines).run();
    run.success()
        .says("on|landing|ASIA")
        .keeps_quiet_about("logged in");
}

/// xonsh runs a function of the user's in a thread, which gets no signals.
#[test]
fn an_alias_of_the_users_can_log_in() {
    let alias = "def _work():\n    aws-mfa-on landing\naliases['work'] = _work";
    let mut person = Person::with(XONSH, "", alias);
    let before = person.look();
    person.begin("work && touch next");
    person.pty.send("12\u{3}");
    assert_eq!(person.look(), before, "{}", person.story());
    assert!(!person.exists("next"), "{}", person.story());
    person.begin("work");
    let code = person.landing.aws.code();
    person.types(&code);
    let after = person.look();
    assert!(
        after.variables.contains("AWS_ACCESS_KEY_ID=ASIA"),
        "{}",
        person.story()
    );
    assert_eq!(after.stty, before.stty, "{}", person.story());
}

/// Nor does what xonsh keeps on disk.
#[test]
fn traces_show_no_secret() {
    let settings = "$XONSH_SUBPROC_TRACE = 3\n$XONSH_SHOW_TRACEBACK = True\n$XONSH_STORE_STDOUT = True\n\
                    $XONSH_PROMPT_SHOW_SUBPROC_ERROR = True";
    let mut person = Person::with(XONSH, "", settings);
    person.begin("aws-mfa-on landing");
    let code = person.landing.aws.code();
    person.types(&code);
    let held = person.look();
    let keys = ["AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN="];
    let secrets = keys.map(|key| {
        let mut lines = held.variables.lines();
        lines
            .find_map(|line| line.strip_prefix(key))
            .expect(key)
            .to_owned()
    });
    person.types("aws-mfa-on nosuch");
    person.pty.expect("there is no such profile");
    person.types("aws-mfa-on dev");
    person.look();
    person.types("aws-mfa-off");
    person.look();
    person.types("exit");
    person.pty.wait();
    let home = person.landing.home.path();
    fs::remove_file(home.join("env")).expect("what `look` has written");
    for secret in secrets {
        assert!(!person.pty.seen().contains(&secret), "{}", person.story());
        let found = person
            .landing
            .home
            .program("grep", ["-rlF", &secret, "."])
            .run();
        found.failure(1).prints("");
    }
}

/// It is in a new shell as well, whose start-up file has the line that the manual names.
#[test]
fn doctor_finds_the_line_in_the_start_up_file() {
    let line = "execx($(awsmfa init xonsh))\n";
    let mut person = Person::with(XONSH, "", "");
    for (text, said) in [
        (line, "sets up aws-mfa-on for xonsh"),
        ("", "no start-up file of xonsh sets up aws-mfa-on"),
    ] {
        person.landing.home.write(".config/xonsh/rc.xsh", text);
        let shown = person.hears(&["awsmfa doctor || true".to_owned()]);
        assert!(shown.contains(said), "{}", person.story());
    }
}

/// It asks the agent, once, when the session nears its end that this shell does not keep itself.
#[test]
fn the_agent_is_asked_once() {
    let mut person = Person::with(XONSH, "", "$PATH.insert(0, $HOME + '/bin')");
    let text = format!("#!/bin/sh\necho \"$@\" >>calls\nexec '{AWSMFA}' \"$@\"\n");
    person.landing.home.write_program("bin/awsmfa", text);
    person.hears(&[
        XONSH.set("AWSMFA_PROFILE", "work"),
        XONSH.set("AWSMFA_BASE_EXPIRES_AT", &end_in(20)),
        XONSH.set("AWSMFA_EXPIRES_AT", &end_in(20)),
    ]);
    person.hears(&[]);
    let calls = fs::read_to_string(person.landing.home.path().join("calls"));
    assert_eq!(calls.expect("calls"), "status --agent-end\n");
}
