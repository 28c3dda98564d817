//! Scripts: what Python sees, messages, ways to load the snippet.

use std::fs;

use super::XONSH;
use crate::support::home::Run;
use crate::support::json_shells::show;
use crate::support::landing::Landing;

fn script(landing: &Landing, lines: &[&str]) -> Run {
    XONSH.script(&landing.home, lines).run()
}

/// Python in this process sees the session, and nothing that the shell keeps.
#[test]
fn python_sees_what_a_child_process_sees() {
    let landing = Landing::new();
    let lines = [
        "$UPDATE_OS_ENVIRON = True",
        &format!("aws-mfa-on landing {}", landing.aws.code()),
        "import os",
        "print([name for name in os.environ if 'awsmfa' in name], 'AWSMFA_PROFILE' in os.environ)",
        "aws-mfa-off",
        "print('AWS_SECRET_ACCESS_KEY' in os.environ)",
    ];
    let run = script(&landing, &lines);
    run.success().prints("[] True\nFalse\n");
}

#[test]
fn a_missing_program_is_a_failure() {
    let landing = Landing::new();
    let lines = [
        "$PATH = ['/nowhere']",
        "try:\n    aws-mfa-on landing\nexcept Exception as error:\n    print(error.returncode)",
        "print($PROMPT_FIELDS['awsmfa']())",
    ];
    let run = script(&landing, &lines);
    run.success()
        .prints("127\nNone\n")
        .complains("awsmfa: could not run awsmfa: No such file or directory\n");
}

#[test]
fn messages_go_where_the_command_sends_them() {
    let landing = Landing::new();
    let lines = [
        "aws-mfa-on nosuch 2>said || true",
        "aws-mfa-off --bogus 2>>said || true",
        "aws-mfa-on --help >help",
        "cat said",
    ];
    let run = script(&landing, &lines);
    run.success()
        .says("there is no such profile")
        .says("'--bogus'");
    assert!(run.stderr.is_empty(), "{}", run.story());
    let help = fs::read_to_string(landing.home.path().join("help"));
    assert!(help.expect("help").contains("aws-mfa-on"));
}

/// A start-up file's variables may be called like Python's functions, or like the snippet's own.
#[test]
fn names_of_the_users_do_no_harm() {
    let landing = Landing::new();
    let login = format!("aws-mfa-on landing {}", landing.aws.code());
    let lines = [
        "import builtins\nnames, load = globals(), execx",
        "own = 're json time held text put change run ask show prompt'.split()",
        "own += [name for name in dir(builtins) if name[0] != '_']",
        "names.update(dict.fromkeys(own))",
        "load($(awsmfa init xonsh --renew))",
        &login,
        &show("on"),
        "names['shown'] = $PROMPT_FIELDS['awsmfa']()",
        "aws-mfa-off",
        "echo @(shown)",
        &show("off"),
    ];
    let run = script(&landing, &lines);
    run.success().says("on|landing|ASIA").says("landing 1");
    run.says("off|no|no|no|no");
}

/// With Python reading the snippet, which is faster.
#[test]
fn exec_loads_it_too() {
    let landing = Landing::new();
    let login = format!("aws-mfa-on landing {}", landing.aws.code());
    let lines = ["exec($(awsmfa init xonsh), {})", &login, &show("on")];
    script(&landing, &lines).success().says("on|landing|ASIA");
}
