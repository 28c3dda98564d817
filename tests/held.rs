//! What a terminal holds is awsmfa's only as long as nobody else has changed it.

use crate::support::home::{Home, exported};
use crate::support::landing::{Landing, role};
use crate::support::shells::{SHELLS, Shell, path};
use crate::support::stand_in::{Options, StandIn};

/// Another tool's session, as a portal or a script exports it.
const FOREIGN: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "ASIAFOREIGNFOREIGN00"),
    ("AWS_SECRET_ACCESS_KEY", "foreign-secret"),
    ("AWS_SESSION_TOKEN", "foreign-token"),
];

/// A logged-in terminal of the profile `landing`: its variables.
fn held(landing: &Landing) -> Vec<(String, String)> {
    let code = landing.aws.code();
    let run = landing
        .awsmfa(["env", "--shell", "sh", "landing", &code])
        .run();
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
            assert!(!run.stderr.contains("still valid"), "{}", run.story());
        }
    }
    assert_eq!(landing.calls()[..1], ["GetSessionToken+code"]);
}

/// Also one whose other variables a tool removed, and none of ours is left to say whose it was.
#[test]
fn status_names_the_key_of_the_other_session() {
    let landing = Landing::new();
    let terminal = changed(&held(&landing), &FOREIGN);
    let status = landing.awsmfa(["status"]).envs(terminal).run();
    assert_eq!(
        status.failure(1).stdout,
        "no session in this terminal: the one for profile landing was replaced \
         (AWS_ACCESS_KEY_ID is now ASIAFOREIGNFOREIGN00)\n"
    );
}

/// In a shell that has no way back, `off` removes what is awsmfa's, and leaves the other keys.
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

/// `off` goes the way back all the same.
#[test]
fn off_puts_back_what_was_there_before_the_login() {
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
        let run = script(shell, &home, &aws, &lines);
        let left = run.success().stdout.lines().filter(|line| {
            line.starts_with("AWS_") && !line.starts_with("AWS_ENDPOINT")
                || line.starts_with("AWSMFA_")
        });
        assert_eq!(
            left.collect::<Vec<_>>(),
            ["AWS_ACCESS_KEY_ID=AKIABEFORE"],
            "{}",
            run.story()
        );
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
        let run = script(shell, &home, &aws, &lines);
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
fn the_switch_for_old_go_programs_is_left_alone() {
    let landing = Landing::new();
    let run = landing
        .awsmfa(["env", "--shell", "sh", "landing", &landing.aws.code()])
        .env("AWS_SDK_LOAD_CONFIG", "1")
        .run();
    assert!(!run.success().stdout.contains("AWS_SDK_LOAD_CONFIG"));
}

#[test]
fn status_says_which_profile_was_set_since() {
    let landing = Landing::new();
    let session = held(&landing);
    for (variables, expected) in [
        (&[("AWS_PROFILE", "landing")][..], &[][..]),
        (&[("AWS_PROFILE", "")], &[]),
        (&[("AWS_PROFILE", "ot\u{9b}her")], &["AWS_PROFILE"]),
        (
            &[("AWS_DEFAULT_PROFILE", "ot\u{9b}her")],
            &["AWS_DEFAULT_PROFILE"],
        ),
        (
            &[
                ("AWS_PROFILE", "landing"),
                ("AWS_DEFAULT_PROFILE", "ot\u{9b}her"),
            ],
            &["AWS_DEFAULT_PROFILE"],
        ),
    ] {
        let terminal = changed(&session, variables);
        let status = landing.awsmfa(["status"]).envs(terminal.clone()).run();
        let told = status.success().stdout.matches("tools may use").count();
        assert_eq!(told, expected.len(), "{}", status.story());
        for name in expected {
            let line = format!("{name} is ot\\u{{9b}}her: tools may use that profile");
            assert!(status.stdout.contains(&line), "{}", status.story());
        }
        let json = landing.awsmfa(["status", "--json"]).envs(terminal).run();
        let json: serde_json::Value = serde_json::from_str(&json.success().stdout).unwrap();
        let names: Vec<_> = json["other_profiles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|other| {
                assert_eq!(other["profile"], "ot\u{9b}her");
                other["variable"].as_str().unwrap()
            })
            .collect();
        assert_eq!(names, expected);
    }
}

/// With a session whose end nobody tells, the session that the terminal had first signs for every role.
#[test]
fn the_terminals_first_session_signs_for_every_role() {
    for shell in SHELLS {
        let landing = Landing::new();
        for name in ["dev", "stage"] {
            let external = if name == "stage" {
                "external_id = 42\n"
            } else {
                ""
            };
            landing.configure(&format!(
                "[profile env-{name}]\nrole_arn = {}\ncredential_source = Environment\n{external}",
                role(name)
            ));
        }
        let session = held(&landing);
        let own = [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ];
        let session: Vec<_> = session
            .into_iter()
            .filter(|(name, _)| own.contains(&name.as_str()))
            .collect();
        let [on, _] = shell.functions();
        let code = landing.aws.code_in(1);
        let lines = format!(
            "{on} env-dev\n{on} env-stage\n{on} env-dev --force\n{on} --force\n{on} landing {code}\n\
             {on} env-stage\necho $AWSMFA_PROFILE"
        );
        let run = landing
            .script((shell.dialect, shell.words), &lines)
            .envs(session.clone())
            .run();
        assert_eq!(run.success().stdout, "env-stage\n", "{}", run.story());
        let requests = landing.aws.requests();
        let roles = requests
            .iter()
            .filter(|request| request.action == "AssumeRole");
        let signers: Vec<_> = roles
            .map(|request| request.access_key_id.as_str())
            .collect();
        let first = session
            .iter()
            .find(|(name, _)| name == "AWS_ACCESS_KEY_ID")
            .unwrap();
        assert_eq!(signers, [first.1.as_str(); 5], "{}", run.story());
    }
}

/// A program that the shell does not hand the first session to must not sign with the role instead.
#[test]
fn without_the_first_session_no_role_is_assumed_with_another() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile env-dev]\nrole_arn = {}\ncredential_source = Environment\n",
        role("dev")
    ));
    let mut session = held(&landing);
    session.retain(|(name, _)| name.starts_with("AWS_"));
    for end in [true, false] {
        session.retain(|(name, _)| end || name != "AWS_CREDENTIAL_EXPIRATION");
        let login = landing
            .awsmfa(["env", "--shell", "sh", "env-dev"])
            .envs(session.clone())
            .run();
        let role = exported(&login.success().stdout);
        let calls = landing.calls().len();
        let arguments = ["env", "--shell", "sh", "env-dev", "--force"];
        let run = landing.awsmfa(arguments).envs(role).run();
        run.failure(1)
            .complains("the session that this terminal had first");
        assert_eq!(landing.calls().len(), calls, "{}", run.story());
    }
}

fn user() -> (StandIn, Home) {
    let aws = StandIn::start(Options::default());
    aws.settle();
    let home = Home::for_user(&aws.user());
    (aws, home)
}

fn script(shell: Shell, home: &Home, aws: &StandIn, lines: &[String]) -> crate::support::home::Run {
    home.write("script", lines.join("\n") + "\n");
    let words = shell.words[1..].iter().copied().chain(["script"]);
    home.program(shell.words[0], words)
        .env("PATH", path(home))
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .run()
}

/// Account and region; the end by the clock on the wall, and the same moment for programs.
#[test]
fn status_tells_account_region_and_the_local_time_of_the_end() {
    let landing = Landing::new();
    let mut session = held(&landing);
    session.retain(|(name, _)| name != "AWSMFA_EXPIRES_AT");
    let end = landing.aws.now() / 86_400 * 86_400 + 86_400 + 3_600;
    session.push(("AWSMFA_EXPIRES_AT".to_owned(), end.to_string()));
    for (zone, time) in [
        ("XST-5:30", "06:30:00"),
        ("YST3", "22:00:00"),
        ("UTC0", "01:00:00"),
    ] {
        let status = |arguments: &[&'static str]| {
            landing
                .awsmfa(arguments.iter().copied())
                .envs(session.clone())
                .env("TZ", zone)
                .run()
        };
        let run = status(&["status"]);
        let text = &run.success().stdout;
        assert!(
            text.contains("account     123456789012\n"),
            "{}",
            run.story()
        );
        assert!(text.contains("region      eu-west-1\n"), "{}", run.story());
        assert!(text.contains(&format!(" {time} ")), "{}", run.story());
        let json: serde_json::Value =
            serde_json::from_str(&status(&["status", "--json"]).success().stdout).unwrap();
        assert_eq!(json["account"], "123456789012");
        assert_eq!(json["region"], "eu-west-1");
        assert!(
            json["expiration"].as_str().unwrap().ends_with("T01:00:00Z"),
            "{json}"
        );
        let local = json["expiration_local"].as_str().unwrap();
        assert!(local.contains(&format!("T{time}")), "{json}");
    }
}
