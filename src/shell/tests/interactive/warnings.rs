//! The lines before a prompt: each is said once.

use super::*;

const SHELLS: [Dialect; 3] = [Dialect::Bash, Dialect::Zsh, Dialect::Fish];

fn export(shell: Dialect, name: &str, value: &str) -> String {
    match shell {
        Dialect::Fish => format!("set -gx {name} {value}"),
        _ => format!("export {name}={value}"),
    }
}

/// Types the lines, and gives what is said until two prompts later.
fn say(pty: &mut Pty, lines: &[String]) -> String {
    // What is typed does not look like `cd`.
    pty.send(&format!("{}; echo a''b\recho c''d\r", lines.join("; ")));
    pty.expect("cd")
}

fn session(shell: Dialect, end: i64) -> Vec<String> {
    vec![
        export(shell, "AWSMFA_PROFILE", "work"),
        export(shell, "AWSMFA_EXPIRES_AT", &in_seconds(end).to_string()),
    ]
}

#[test]
fn the_end_is_said_at_ten_minutes_and_when_it_has_come() {
    for shell in SHELLS {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        for (end, said) in [
            (3600, None),
            (
                500,
                Some("expires in ten minutes or less: aws-mfa-on renews it"),
            ),
            (-5, Some("has expired: aws-mfa-on renews it")),
        ] {
            let shown = say(&mut pty, &session(shell, end));
            let times = shown.matches("awsmfa: the session of work").count();
            assert_eq!(times, usize::from(said.is_some()), "{shell:?} {shown}");
            assert!(
                said.is_none_or(|said| shown.contains(said)),
                "{shell:?} {shown}"
            );
        }
    }
}

#[test]
fn another_profile_that_has_been_set_since_is_said_once() {
    for shell in SHELLS {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let unset = if shell == Dialect::Fish {
            "set -e"
        } else {
            "unset"
        };
        let mut times = |lines: &[String]| {
            let shown = say(&mut pty, lines);
            assert!(!shown.contains("renews"), "{shell:?} {shown}");
            shown
                .matches("awsmfa: this terminal holds the session of work")
                .count()
        };
        assert_eq!(times(&session(shell, 3600)), 0);
        let own = export(shell, "AWS_PROFILE", "work");
        assert_eq!(times(&[own]), 0, "{shell:?}");
        let other = [export(shell, "AWS_PROFILE", "other")];
        assert_eq!(times(&other), 1, "{shell:?}");
        assert_eq!(times(&other), 0, "{shell:?}");
        assert_eq!(times(&[format!("{unset} AWS_PROFILE")]), 0);
        let default = export(shell, "AWS_DEFAULT_PROFILE", "third");
        assert_eq!(times(&[default]), 1, "{shell:?}");
    }
}

/// A bare `aws-mfa-on` would log in to the other profile then.
#[test]
fn the_advice_fits_when_another_profile_is_set() {
    for shell in SHELLS {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let mut lines = session(shell, 300);
        lines.push(export(shell, "AWS_PROFILE", "other"));
        let shown = say(&mut pty, &lines);
        let unset = if shell == Dialect::Fish {
            "set -e"
        } else {
            "unset"
        };
        for said in [
            format!(
                "but AWS_PROFILE is now other, which some tools use instead: {unset} AWS_PROFILE, or log in with aws-mfa-on"
            ),
            format!(
                "expires in ten minutes or less: {unset} AWS_PROFILE, then aws-mfa-on renews it"
            ),
        ] {
            assert!(shown.contains(&said), "{shell:?} {shown}");
        }
    }
}

#[test]
fn nothing_is_said_of_a_session_that_something_else_has_replaced() {
    for shell in SHELLS {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let mut lines = session(shell, -5);
        lines.push(export(shell, "AWSMFA_ACCESS_KEY_ID", "ASIAours"));
        lines.push(export(shell, "AWS_ACCESS_KEY_ID", "ASIAother"));
        let shown = say(&mut pty, &lines);
        assert!(!shown.contains("awsmfa: "), "{shell:?} {shown}");
    }
}

#[test]
fn what_is_said_of_odd_names_is_harmless() {
    for shell in SHELLS {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let odd = match shell {
            Dialect::Fish => "a\\u9b\\u202e\\u7f%s'$(touch pwned)'b",
            _ => "a$'\\xc2\\x9b\\xe2\\x80\\xae\\x7f'%s'$(touch pwned)'b",
        };
        let mut lines = session(shell, -5);
        lines.push(export(shell, "AWSMFA_PROFILE", odd));
        lines.push(export(shell, "AWS_PROFILE", &format!("{odd}2")));
        let shown = say(&mut pty, &lines);
        for said in [
            "the session of a%s$(touch pwned)b has expired",
            "AWS_PROFILE is now a%s$(touch pwned)b2, which",
        ] {
            assert!(shown.contains(said), "{shell:?} {shown}");
        }
        assert!(!program.path().join("pwned").exists());
    }
}
