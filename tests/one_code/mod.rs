//! With an agent, one code serves every terminal and every tool of the user.

mod told;
mod unusable;

use std::thread;

use crate::support::home::{Home, Run, exported};
use crate::support::landing::{Landing, role};
use crate::support::shells::{BASH, FISH, SHELLS, ZSH};
use crate::support::stand_in::User;

/// An agent in the background of a home; it ends with the test.
struct Agent<'a>(&'a Home);

impl<'a> Agent<'a> {
    fn start(home: &'a Home) -> Self {
        home.awsmfa(["agent", "start"]).run().success();
        Self(home)
    }
}

impl Drop for Agent<'_> {
    fn drop(&mut self) {
        self.0.awsmfa(["agent", "stop"]).run();
    }
}

fn login(landing: &Landing, words: &str) -> Run {
    landing.login(words).run()
}

const FIRST: [&str; 2] = ["GetSessionToken+code", "AssumeRole dev"];

#[test]
fn one_code_serves_ten_terminals() {
    for shell in [BASH, ZSH, FISH] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let mut terminals: Vec<_> = (0..10).map(|_| shell.terminal(&landing.home)).collect();
        for (number, pty) in terminals.iter_mut().enumerate() {
            let code = if number == 0 {
                landing.aws.code()
            } else {
                String::new()
            };
            pty.send(&format!(
                "aws-mfa-on -q dev {code}; echo b''ase:\"$__awsmfa_base\":; \
                 sh -c 'echo \"ho''lds:$AWSMFA_PROFILE:$AWS_ACCESS_KEY_ID:\"'\r"
            ));
            pty.expect("base::");
            pty.expect("holds:dev:ASIA");
        }
        // The terminal with the code assumes the role itself, and the agent once for all others.
        let expected = [&FIRST[..], &["AssumeRole dev"]].concat();
        assert_eq!(landing.calls(), expected, "{shell:?}");
    }
}

#[test]
fn five_tools_at_once_need_no_code() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                let tool = landing.awsmfa(["exec", "dev", "--", "true"]);
                tool.run().success();
            });
        }
    });
    assert_eq!(landing.calls(), FIRST);
    landing
        .awsmfa(["exec", "--each", "dev,stage,landing", "--", "true"])
        .run()
        .success();
    assert_eq!(landing.calls()[2..], ["AssumeRole stage"]);
}

/// The first login may be of any command, and may fail at the role.
#[test]
fn a_code_that_was_typed_is_not_lost_with_the_role() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    landing.configure("[profile none]\nrole_arn = arn:aws:iam::123456789012:role/none\nsource_profile = landing\n");
    let code = landing.aws.code();
    landing
        .awsmfa(["exec", "none", &code, "--", "true"])
        .run()
        .failure(1);
    landing
        .awsmfa(["exec", "dev", "--", "true"])
        .run()
        .success();
    let again = landing.awsmfa(["exec", "none", "--", "true"]).run();
    again.failure(1).complains("role/none");
    assert_eq!(landing.aws.codes().len(), 1);
}

#[test]
fn each_terminal_has_a_session_only_after_a_login_there() {
    for shell in SHELLS {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        login(&landing, &format!("landing {}", landing.aws.code())).success();
        let [on, off] = shell.functions();
        let held = "sh -c 'echo ${AWSMFA_PROFILE-none}'";
        let lines = format!("{held}\n{on} -q dev\n{held}\n{off}\n{held}\n{off} --all\n{on} -q dev");
        let run = landing.script(shell, &lines).run();
        let (text, _) = run.stdout.split_at(run.stdout.len());
        assert_eq!(text, "none\ndev\nnone\n", "{shell:?}{}", run.story());
        run.complains("awsmfa: the agent still holds the session of alice (1")
            .complains("awsmfa agent forget")
            .complains("no source gave an MFA code");
    }
}

#[test]
fn force_asks_once_for_all_profiles_of_a_run() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    let code = landing.aws.code();
    let words = [
        "exec",
        "--force",
        "--each",
        "dev,stage",
        &code,
        "--",
        "true",
    ];
    landing.awsmfa(words).run().success();
    let expected = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole stage"];
    assert_eq!(landing.calls(), expected);
}

#[test]
fn force_asks_and_replaces_the_session_for_all() {
    for profile in ["landing", "dev"] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let first = login(&landing, &format!("landing {}", landing.aws.code()));
        let refused = login(&landing, &format!("{profile} --force"));
        refused.failure(1).complains("no source gave an MFA code");
        let next = landing.aws.code_in(1);
        login(&landing, &format!("{profile} --force {next}")).success();
        let last = login(&landing, "landing");
        assert_ne!(
            first.exports("AWS_ACCESS_KEY_ID"),
            last.exports("AWS_ACCESS_KEY_ID")
        );
        assert_eq!(landing.aws.codes().len(), 2);
    }
}

#[test]
fn without_the_agent_everything_is_as_before() {
    for (flag, variable, line) in [
        ("--no-agent", "", ""),
        ("", "off", ""),
        ("", "", "mfa_agent = off\n"),
    ] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let config = std::fs::read_to_string(landing.home.path().join(".aws/config")).unwrap();
        let config = config.replace("[profile landing]\n", &format!("[profile landing]\n{line}"));
        landing.home.write(".aws/config", config);
        let run = |words: &str| {
            let login = landing.login(&format!("{words} {flag}"));
            login.env("AWSMFA_AGENT", variable).run()
        };
        let first = run(&format!("dev {}", landing.aws.code()));
        assert!(!first.success().base_sessions().is_empty());
        run("dev")
            .failure(1)
            .complains("no source gave an MFA code");
        let status = landing.awsmfa(["agent", "status", "--json"]).run();
        assert!(
            status.stdout.contains("\"sessions\": []"),
            "{}",
            status.story()
        );
    }
}

#[test]
fn auto_starts_the_agent_at_the_first_login() {
    for line in ["", "mfa_agent = auto\n"] {
        let landing = Landing::new();
        let _agent = Agent(&landing.home);
        landing.configure(&format!("[profile one]\nsource_profile = landing\n{line}"));
        let run = |words: &str| {
            let variable = if line.is_empty() { "auto" } else { "" };
            landing.login(words).env("AWSMFA_AGENT", variable).run()
        };
        landing.awsmfa(["agent", "status"]).run().failure(1);
        let first = run(&format!("one {}", landing.aws.code()));
        let keeps = first.success().stdout.contains("__awsmfa_base='");
        assert!(!keeps, "{}", first.story());
        landing.awsmfa(["agent", "status"]).run().success();
        login(&landing, "landing").success();
        assert_eq!(landing.calls(), ["GetSessionToken+code"]);
    }
}

#[test]
fn a_role_for_longer_than_an_hour_needs_no_code_of_its_own() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    login(&landing, "long").success();
    let asked = login(&landing, "long --duration 2h");
    asked.failure(1).complains("no source gave an MFA code");
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole long"]);
}

/// The role's session, with the agent's base session.
#[test]
fn a_terminal_renews_its_role_from_the_agent() {
    for shell in [BASH, ZSH, FISH] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        login(&landing, &format!("landing {}", landing.aws.code())).success();
        let mut pty = shell.terminal_with(&landing.home, "--renew");
        pty.send("aws-mfa-on -q dev; echo on''e\r");
        pty.expect("one\r\n");
        let line = if shell.is_fish() {
            "set -gx AWSMFA_EXPIRES_AT (math (date +%s) + 100)"
        } else {
            "export AWSMFA_EXPIRES_AT=$(($(date +%s) + 100))"
        };
        pty.send(&format!("{line}\r"));
        pty.send("awsmfa status --json\r");
        let status = pty.expect("\"base_expiration\"");
        assert!(status.contains("\"seconds_left\": 3"), "{status}");
        assert_eq!(landing.aws.codes().len(), 1);
        let held = landing.awsmfa(["agent", "status"]).run();
        let row = format!("\ndev: role {}, ", role("dev"));
        assert!(held.success().stdout.contains(&row), "{}", held.story());
    }
}

/// In other files, a profile of the same name has another user's keys, and its device is not configured.
/// The agent keeps the base session, so the terminal has none to compare with.
#[test]
fn the_same_name_in_another_file_is_another_user() {
    let landing = Landing::of_two_users();
    let _agent = Agent::start(&landing.home);
    let bob = &User::named("bob", "AKIAI44QH8DHBEXAMPLE").keys[0];
    let keys = format!(
        "[landing]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        bob.id, bob.secret
    );
    let keys = landing.home.write("other-credentials", keys);
    let config = landing.home.write(
        "other-config",
        format!(
            "[profile dev]\nrole_arn = {}\nsource_profile = landing\n",
            role("dev")
        ),
    );
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    for profile in ["landing", "dev"] {
        let alice = login(&landing, profile);
        let variables = exported(&alice.success().stdout);
        for words in [
            &["credentials", profile, "--wait", "0s"][..],
            &["exec", profile, "--", "true"],
        ] {
            let command = || landing.awsmfa(words.iter().copied());
            let terminal = || command().envs(variables.clone());
            terminal().run().success();
            let terminal = terminal().env("AWS_SHARED_CREDENTIALS_FILE", &keys);
            let run = terminal.env("AWS_CONFIG_FILE", &config).run();
            run.failure(1).complains("no source gave an MFA code");
        }
    }
}

/// The login replaces the environment's keys, with which the agent's session could be found again.
#[test]
fn keys_of_the_environment_leave_a_session_in_the_shell_too() {
    let again = "aws-mfa-on -q --force env && echo again";
    let tool = "awsmfa credentials other --wait 0s > /dev/null && echo again";
    for (flag, second) in [("", again), ("--profiles ", tool)] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let key = landing.aws.user().keys[0].clone();
        let of_environment = format!(
            "role_arn = {}\ncredential_source = Environment\nmfa_serial = {}\nregion = eu-west-1\n",
            role("dev"),
            landing.aws.serial()
        );
        landing.configure(&format!(
            "[profile env]\n{of_environment}[profile other]\n{of_environment}"
        ));
        let (id, secret, code) = (&key.id, &key.secret, landing.aws.code());
        let keys = format!("export AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}");
        // In the second terminal, the agent has the session.
        for code in [code.as_str(), ""] {
            let lines = format!("{keys}\naws-mfa-on -q {flag}env {code}\n{again}\n{second}");
            let run = landing.script(BASH, &lines).run();
            run.success().prints("again\nagain\n");
        }
        assert_eq!(landing.aws.codes().len(), 1, "{flag}");
    }
}
