//! Scripts: failures, and what other processes see.

use std::fs;

use super::script;
use crate::support::landing::Landing;

#[test]
fn a_failure_is_an_exception_with_the_status() {
    for (words, status) in [
        ("aws-mfa-on nosuch", "1"),
        ("aws-mfa-on --bogus", "2"),
        ("aws-mfa-on landing", "1"),
        ("aws-mfa-on landing -c 12", "1"),
        ("aws-mfa-off --bogus", "2"),
    ] {
        let landing = Landing::new();
        let line = format!("try {{ {words} }} catch e {{ echo status $e[reason][exit-status] }}");
        let run = script(&landing, &line, &[]);
        run.success().says(&format!("status {status}\n"));
        run.complains("awsmfa: ");
        let run = script(&landing, &format!("{words}; echo next"), &[]);
        run.failure(2);
        assert!(!run.stdout.contains("next"), "{}", run.story());
        assert!(landing.calls().iter().all(|call| !call.contains("Token")));
    }
}

/// Not the command that prints a code, and nobody who lists the processes.
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
    let show = "e:env >> seen";
    let lines = format!(
        "aws-mfa-on computed; {show}; aws-mfa-on dev; {show}; aws-mfa-on --force computed; {show}"
    );
    let run = script(&landing, &lines, &[]);
    run.success();
    assert_eq!(landing.codes(), 2, "{}", run.story());
    let seen = landing.home.path().join("seen");
    let seen = fs::read_to_string(seen).expect("what was seen");
    assert_eq!(seen.matches("awsmfa env --shell elvish").count(), 2);
    for hidden in ["__awsmfa_base", "__awsmfa_request", "2 ASIA"] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}

/// `AWS_PROFILE=NAME command` for every profile, without another code.
#[test]
fn every_profile_can_be_used_at_once() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let lines = format!(
        "aws-mfa-on --profiles landing {code}
        e:env AWS_PROFILE=dev aws sts get-caller-identity
        aws-mfa-off
        echo config (has-env AWS_CONFIG_FILE)"
    );
    let run = script(&landing, &lines, &[]);
    run.success()
        .says("assumed-role/dev")
        .says("config $false\n");
    assert_eq!(landing.codes(), 1, "{}", run.story());
}

#[test]
fn doctor_names_what_elvish_can_run() {
    let landing = Landing::new();
    let variables = [("AWS_PROFILE", ""), ("AWS_SECURITY_TOKEN", "old")];
    let run = script(&landing, "try { awsmfa doctor } catch { }", &variables);
    run.success().says("unset-env AWS_SECURITY_TOKEN");
    assert!(!run.stdout.contains(" unset "), "{}", run.story());
}

/// Nor does it leave a base session, with which the next role would need no code.
#[test]
fn off_needs_no_program_after_a_login() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let lines = format!(
        "aws-mfa-on dev {code}
        var path = $E:PATH
        set E:PATH = ''
        aws-mfa-off
        echo held (has-env AWSMFA_PROFILE)
        set-env AWSMFA_EXPIRES_AT 1
        try {{ aws-mfa-off }} catch it {{ echo (to-string $it[reason]) }}
        set E:PATH = $path
        aws-mfa-on dev"
    );
    let run = script(&landing, &lines, &[]);
    run.failure(2).says("held $false\n");
    run.says("executable file not found");
    run.complains("there is no terminal to ask on");
}
