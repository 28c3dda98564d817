//! stdout: what has not been written is a failure, and is known before a code is spent.

use crate::support::home::{AWSMFA, Home, Invocation};
use crate::support::landing::Landing;

/// Redirections to what takes nothing, and what is said of each.
const UNWRITABLE: &[(&str, &str)] = &[
    (">&-", "it is closed"),
    ("1</dev/null", "it is open for reading only"),
    #[cfg(target_os = "linux")]
    (">/dev/full", "No space left on device"),
];

/// The words behind `awsmfa`, redirected.
fn redirected(home: &Home, words: &str, redirection: &str) -> Invocation {
    home.program("sh", ["-c", &format!("'{AWSMFA}' {words} {redirection}")])
}

#[test]
fn every_command_fails_when_its_output_is_lost() {
    let home = Home::new();
    home.write(".aws-mfa", "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    home.write(
        ".aws/config",
        "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/a\naws_access_key_id = \
         AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    for words in [
        "status",
        "status --json",
        "plan",
        "code",
        "off --shell sh",
        "init bash",
        "completions fish",
        "--help",
        "--version",
        "env --help",
        "env --shell sh --help",
        "exec --each default -- true",
    ] {
        for (redirection, cause) in UNWRITABLE {
            redirected(&home, words, redirection)
                .run()
                .failure(1)
                .complains(&format!("awsmfa: could not write to stdout: {cause}"));
        }
    }
}

#[test]
fn no_code_is_spent_on_an_output_that_nobody_gets() {
    let landing = Landing::new();
    let code = landing.aws.code();
    for line in [
        format!("env --shell sh landing {code}"),
        format!("exec --each landing -c {code} -- true"),
    ] {
        for (redirection, cause) in UNWRITABLE {
            redirected(&landing.home, &line, redirection)
                .run()
                .failure(1)
                .complains(cause);
        }
        // The reader has gone before the program starts.
        let gone = format!("{{ sleep 0.1; '{AWSMFA}' {line}; echo status $? >&2; }} | true");
        landing
            .home
            .program("sh", ["-c", &gone])
            .run()
            .success()
            .complains("could not write to stdout: Broken pipe")
            .complains("status 1");
    }
    assert!(
        landing.aws.requests().is_empty(),
        "{:?}",
        landing.aws.actions()
    );
}

/// What is closed for `exec` is closed for its command: it must not take an open `/dev/null` for it.
#[test]
fn the_command_of_exec_gets_the_streams_as_they_are() {
    let landing = Landing::new();
    for (redirection, _) in UNWRITABLE {
        let code = landing.aws.code();
        let line = format!("exec landing {code} -- sh -c 'echo lost'");
        let run = redirected(&landing.home, &line, redirection).run();
        assert!(!run.status.success(), "{}", run.story());
        run.complains("echo");
        landing.aws.advance(30);
    }
}

/// A program reads the same text back.
#[test]
fn json_shows_a_terminal_no_control_or_format_character() {
    let hostile = "x\u{7f}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}y";
    let home = Home::new();
    home.write(
        ".aws/config",
        format!(
            "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = \
             wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n[profile r]\nsource_profile = default\n\
             role_arn = arn:aws:iam::123456789012:role/r\nmfa_secret_file = /{hostile}\n"
        ),
    );
    let plan = home.awsmfa(["plan", "r", "--json"]).run();
    let held = [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWSMFA_PROFILE", hostile),
        ("AWSMFA_EXPIRES_AT", "4000000000"),
    ];
    let status = home.awsmfa(["status", "--json"]).envs(held).run();
    for run in [plan, status] {
        let text = &run.success().stdout;
        assert!(
            text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)),
            "{text:?}"
        );
        let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert!(json.to_string().contains(hostile), "{text}");
    }
}
