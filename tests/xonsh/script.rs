//! Scripts: what other processes see, every profile at once, doctor.

use std::fs;

use super::XONSH;
use crate::support::home::Run;
use crate::support::json_shells::show;
use crate::support::landing::Landing;

fn script(landing: &Landing, lines: &[&str]) -> Run {
    XONSH.script(&landing.home, lines).run()
}

/// Not the command that prints a code, nobody who lists the processes, and no Python in this process.
#[test]
fn no_other_process_sees_what_the_shell_keeps() {
    let landing = Landing::new();
    let codes = [landing.aws.code_in(-1), landing.aws.code()];
    landing.home.write("codes", codes.join("\n"));
    let program = "env >> seen\n\
                   group=$(ps -o pgid= -p $$ | tr -d ' ')\n\
                   ps -A -ww -o pgid=,args= | grep \"^ *$group \" >> seen\n\
                   head -n 1 codes; sed -i.old 1d codes\n";
    let program = landing.home.write("code", program);
    landing.configure(&format!(
        "[profile computed]\nsource_profile = landing\nmfa_process = sh {}\n",
        program.display()
    ));
    let look = "sh -c 'env >>seen'";
    let lines = [
        "$UPDATE_OS_ENVIRON = True",
        "aws-mfa-on computed",
        look,
        "aws-mfa-on dev",
        look,
        "aws-mfa-on --force computed",
        look,
        "import os",
        "print([name for name in os.environ if 'awsmfa' in name], 'AWSMFA_PROFILE' in os.environ)",
        "aws-mfa-off",
        "print('AWS_SECRET_ACCESS_KEY' in os.environ)",
    ];
    let run = script(&landing, &lines);
    run.success().prints("[] True\nFalse\n");
    assert_eq!(landing.codes(), 2, "{}", run.story());
    let seen = landing.home.path().join("seen");
    let seen = fs::read_to_string(seen).expect("what was seen");
    assert_eq!(seen.matches("awsmfa env --shell xonsh").count(), 2);
    for hidden in ["__awsmfa_base", "__awsmfa_request", "2 ASIA"] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}

/// `AWS_PROFILE=NAME command` for every profile, without another code.
#[test]
fn every_profile_can_be_used_at_once() {
    let landing = Landing::new();
    let login = format!("aws-mfa-on --profiles landing {}", landing.aws.code());
    let lines = [
        "$AWS_CONFIG_FILE = $HOME + '/.aws/config'",
        &login,
        "$AWS_PROFILE='dev' aws sts get-caller-identity",
        "aws-mfa-off",
        "print('config', $AWS_CONFIG_FILE == $HOME + '/.aws/config', 'AWSMFA_OVERLAY' in ${...})",
    ];
    let run = script(&landing, &lines);
    run.success()
        .says("assumed-role/dev")
        .says("config True False\n");
    assert_eq!(landing.codes(), 1, "{}", run.story());
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

/// With Python reading the snippet, which is faster.
#[test]
fn exec_loads_it_too() {
    let landing = Landing::new();
    let login = format!("aws-mfa-on landing {}", landing.aws.code());
    let lines = ["exec($(awsmfa init xonsh), {})", &login, &show("on")];
    script(&landing, &lines).success().says("on|landing|ASIA");
}

#[test]
fn doctor_names_what_xonsh_can_run() {
    let landing = Landing::new();
    let lines = [
        "$AWS_PROFILE = ''",
        "$AWS_SECURITY_TOKEN = 'old'",
        "awsmfa doctor || true",
    ];
    let run = script(&landing, &lines);
    run.success().says("del $AWS_SECURITY_TOKEN");
    assert!(!run.stdout.contains(" unset "), "{}", run.story());
}
