//! What a terminal holds is awsmfa's only as long as nobody else has changed it.

mod first_session;
mod status;

use crate::support::home::{Home, Run, account, exported};
use crate::support::landing::Landing;
use crate::support::shells::{SHELLS, Shell};
use crate::support::stand_in::StandIn;

/// Another tool's session, as a portal or a script exports it.
const FOREIGN: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "ASIAFOREIGNFOREIGN00"),
    ("AWS_SECRET_ACCESS_KEY", "foreign-secret"),
    ("AWS_SESSION_TOKEN", "foreign-token"),
];

/// A logged-in terminal of the profile `landing`: its variables.
fn held(landing: &Landing) -> Vec<(String, String)> {
    let code = landing.aws.code();
    let run = landing.login(&format!("landing {code}")).run();
    exported(&run.success().stdout)
}

/// `session` with `changes` made to it.
fn changed(session: &[(String, String)], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = session
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let new = changes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.cloned().chain(new).collect()
}

#[test]
fn a_session_that_something_else_replaced_is_not_held() {
    let landing = Landing::new();
    let session = held(&landing);
    let cases: [&[(&str, &str)]; 5] = [
        &FOREIGN,
        &FOREIGN[..1],
        // Long-term keys, and an `unset` of one part.
        &[
            ("AWS_ACCESS_KEY_ID", "AKIAFOREIGN"),
            ("AWS_SESSION_TOKEN", ""),
        ],
        &[("AWS_SESSION_TOKEN", "")],
        &[("AWSMFA_ACCESS_KEY_ID", "")],
    ];
    for changes in cases {
        let terminal = changed(&session, changes);
        let status = landing.awsmfa(["status"]).envs(terminal.clone()).run();
        let text = &status.failure(1).stdout;
        assert!(
            text.contains("landing") && !text.contains("left"),
            "{}",
            status.story()
        );
        let json = landing
            .awsmfa(["status", "--json"])
            .envs(terminal.clone())
            .run();
        let json: serde_json::Value = serde_json::from_str(&json.failure(1).stdout).unwrap();
        assert_eq!(json["valid"], false, "{json}");
        assert_eq!(json["replaced_profile"], "landing", "{json}");
        for command in [&["env", "landing"][..], &["exec", "landing", "--", "env"]] {
            let run = landing
                .awsmfa(command.iter().copied())
                .envs(terminal.clone())
                .run();
            // Nobody is there to type a code.
            run.failure(1).complains("no source gave an MFA code");
            run.keeps_quiet_about("still valid");
        }
    }
    assert_eq!(landing.calls()[..1], ["GetSessionToken+code"]);
}

/// In a shell that has no restore code, `off` removes what is awsmfa's, and leaves the other keys.
#[test]
fn off_leaves_the_keys_that_replaced_the_session() {
    let landing = Landing::new();
    let terminal = changed(&held(&landing), &FOREIGN);
    let run = landing
        .awsmfa(["off", "--shell", "sh"])
        .envs(terminal)
        .run();
    let text = &run.success().stdout;
    let words: Vec<_> = text.split([' ', ';', '\n']).collect();
    for (name, _) in FOREIGN {
        assert!(!words.contains(&name), "{name}{}", run.story());
    }
    for name in [
        "AWSMFA_PROFILE",
        "AWSMFA_ACCESS_KEY_ID",
        "AWS_CREDENTIAL_EXPIRATION",
    ] {
        assert!(words.contains(&name), "{name}{}", run.story());
    }
}

/// They are not the session's, so `off` leaves them alone, and removes the rest of the session.
#[test]
fn off_leaves_other_keys_alone() {
    for shell in SHELLS {
        let (aws, home) = user();
        let [on, off] = shell.functions();
        let mut lines = vec![
            shell.load(),
            shell.export("AWS_ACCESS_KEY_ID", "AKIABEFORE"),
            format!("{on} default {}", aws.code()),
        ];
        lines.extend(FOREIGN.map(|(name, value)| shell.export(name, value)));
        lines.push(off.to_owned());
        lines.push("env".to_owned());
        let run = script(shell, &home, &lines);
        let left = run.success().stdout.lines().filter(|line| {
            line.starts_with("AWS_") && !line.starts_with("AWS_ENDPOINT")
                || line.starts_with("AWSMFA_")
        });
        let mut left = left.collect::<Vec<_>>();
        left.sort_unstable();
        let foreign = FOREIGN.map(|(name, value)| format!("{name}={value}"));
        assert_eq!(left, foreign, "{}", run.story());
    }
}

/// What plugins such as oh-my-zsh's `asp` set after the login is unset by the next `on`, also while the
/// session is valid.
#[test]
fn a_session_that_is_kept_unsets_what_misleads() {
    for shell in SHELLS {
        let (aws, home) = user();
        let [on, off] = shell.functions();
        let misleading = [
            "AWS_PROFILE",
            "AWS_DEFAULT_PROFILE",
            "AWS_EB_PROFILE",
            "AWS_SECURITY_TOKEN",
        ];
        let mut lines = vec![
            shell.load(),
            shell.export("AWS_EB_PROFILE", "mine"),
            format!("{on} default {}", aws.code()),
            "echo first; env".to_owned(),
        ];
        lines.extend(misleading.map(|name| shell.export(name, "other")));
        lines.extend([
            format!("{on} default"),
            "echo second; env".to_owned(),
            off.to_owned(),
            "echo third; env".to_owned(),
        ]);
        let run = script(shell, &home, &lines);
        run.success().complains("still valid");
        let (before, off) = run.stdout.rsplit_once("third").unwrap();
        for name in misleading {
            assert!(
                !before.contains(&format!("\n{name}=")),
                "{name}{}",
                run.story()
            );
        }
        assert!(off.contains("\nAWS_EB_PROFILE=mine\n"), "{}", run.story());
        assert!(!off.contains("=other"), "{}", run.story());
        assert_eq!(aws.actions(), ["GetSessionToken"]);
    }
}

/// Old Go programs need it, and it harms nothing.
#[test]
fn aws_sdk_load_config_is_left_alone() {
    let landing = Landing::new();
    let run = landing
        .login(&format!("landing {}", landing.aws.code()))
        .env("AWS_SDK_LOAD_CONFIG", "1")
        .run();
    assert!(!run.success().stdout.contains("AWS_SDK_LOAD_CONFIG"));
}

fn user() -> (StandIn, Home) {
    let (aws, home) = account();
    aws.settle();
    (aws, home)
}

fn script(shell: Shell, home: &Home, lines: &[String]) -> Run {
    home.write("script", lines.join("\n") + "\n");
    let words = shell.words[1..].iter().copied().chain(["script"]);
    home.program(shell.words[0], words).run()
}
