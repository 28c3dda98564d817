//! A day of a terminal, and every failure, in a script.

use crate::support::home::Run;
use crate::support::json_shells::{JsonShell, show};
use crate::support::landing::{Landing, role};

/// The fields of the line with this label.
#[track_caller]
fn shown<'a>(run: &'a Run, label: &str) -> Vec<&'a str> {
    let start = format!("{label}|");
    let mut lines = run.stdout.lines();
    let line = lines.find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("{label}{}", run.story()))
        .split('|')
        .collect()
}

pub fn logins_and_logouts_restore_everything(shell: JsonShell) {
    let landing = Landing::new();
    let code = landing.aws.code();
    let lines = [
        shell.set("AWS_PROFILE", "mine"),
        shell.load().to_owned(),
        format!("aws-mfa-on landing {code}"),
        show("on"),
        "aws-mfa-on landing".to_owned(),
        show("again"),
        // A role, with the base session that the shell keeps.
        "aws-mfa-on dev".to_owned(),
        show("role"),
        shell.set("AWS_PROFILE", "plugin"),
        "aws-mfa-on --region us-west-2 stage".to_owned(),
        show("stage"),
        "awsmfa status --json".to_owned(),
        "aws-mfa-off".to_owned(),
        show("off"),
        "aws-mfa-off".to_owned(),
        show("twice"),
    ];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let run = shell.script(&landing.home, &lines).run();
    run.success()
        .complains("the session for profile landing is still valid");
    let case = run.story();
    let on = shown(&run, "on");
    assert_eq!(
        (on[0], on[2], on[3]),
        ("landing", "eu-west-1", "no"),
        "{case}"
    );
    assert!(on[1].starts_with("ASIA"), "{case}");
    assert_eq!(shown(&run, "again"), on, "{case}");
    let role = shown(&run, "role");
    assert_eq!((role[0], role[3]), ("dev", "no"), "{case}");
    assert_ne!(role[1], on[1], "{case}");
    let stage = shown(&run, "stage");
    assert_eq!(
        (stage[0], stage[2], stage[3]),
        ("stage", "us-west-2", "no"),
        "{case}"
    );
    run.says("\"valid\": true");
    for label in ["off", "twice"] {
        assert_eq!(
            shown(&run, label),
            ["no", "no", "no", "mine"],
            "{label}{case}"
        );
    }
    assert_eq!(
        landing.calls(),
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole stage"],
        "{case}"
    );
}

/// A profile's name and settings are data, whatever is in them.
pub fn any_characters_arrive(shell: JsonShell) {
    let landing = Landing::new();
    let name = r"it's $(touch sprung) `x` {RED} \n é 🔑";
    let output = r#"a'b"c$(touch sprung)`x`\n$HOME{x}~é"#;
    landing.configure(&format!(
        "[profile \"{name}\"]\nrole_arn = {}\nsource_profile = landing\noutput = {output}\n",
        role("dev")
    ));
    let login = format!("aws-mfa-on --token-code {}", landing.aws.code());
    let lines = [
        &login,
        "printenv AWSMFA_PROFILE AWS_DEFAULT_OUTPUT",
        "aws-mfa-off",
        "printenv AWS_PROFILE",
    ];
    let run = shell
        .script(&landing.home, &lines)
        .env("AWS_PROFILE", name)
        .run();
    run.success().prints(&format!("{name}\n{output}\n{name}\n"));
    assert!(!landing.home.path().join("sprung").exists());
}

/// The session of the parent is known in a child shell, and nothing else of the parent's.
pub fn a_child_shell_only_ends_the_session(shell: JsonShell) {
    let landing = Landing::new();
    let lines = [show("parent"), "aws-mfa-off".to_owned(), show("child")];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let run = shell.script(&landing.home, &lines);
    let run = run
        .env("AWS_PROFILE", "mine")
        .env("AWSMFA_PROFILE", "landing")
        .env("AWS_ACCESS_KEY_ID", "ASIAHELD")
        .env("AWSMFA_ACCESS_KEY_ID", "ASIAHELD")
        .env("AWSMFA_EXPIRES_AT", "4102444800")
        .env("__awsmfa", "x")
        .run();
    run.success();
    assert_eq!(shown(&run, "parent")[1], "ASIAHELD", "{}", run.story());
    assert_eq!(
        shown(&run, "child"),
        ["no", "no", "no", "mine"],
        "{}",
        run.story()
    );
}

pub fn every_failure_is_a_failure(shell: JsonShell) {
    // What is typed, the status, a word of the message.
    for (line, status, word) in [
        ("aws-mfa-on --bogus", 2, "--bogus"),
        ("aws-mfa-on nosuch", 1, "nosuch"),
        ("aws-mfa-on landing", 1, "there is no terminal to ask on"),
        ("aws-mfa-off --bogus", 2, "--bogus"),
    ] {
        let landing = Landing::new();
        let line = shell.and(line, "echo next");
        let run = shell.script(&landing.home, &[&line]).run();
        run.failure(shell.status_of_script(status)).complains(word);
        assert!(!run.stdout.contains("next"), "{}", run.story());
        assert_eq!(landing.codes(), 0, "{}", run.story());
    }
}

pub fn help_is_help(shell: JsonShell) {
    let landing = Landing::new();
    for (line, command) in [
        ("aws-mfa-on --help", "env"),
        ("aws-mfa-on landing -h", "env"),
        ("aws-mfa-off --help", "off"),
    ] {
        let run = shell.script(&landing.home, &[line]).run();
        let expected = landing.awsmfa([command, "--help"]).run();
        run.success().prints(&expected.stdout);
    }
}
