//! Scripts: failures, and `off` without the program.

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

/// It leaves no base session, with which the next role would need no code.
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
