//! With an agent, one code serves every terminal and every tool of the user.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::support::agent::{self, deposit_of};
use crate::support::home::{AWSMFA, Home, Run, exported};
use crate::support::landing::{Landing, role};
use crate::support::shells::{BASH, FISH, SHELLS, ZSH};
use crate::support::stand_in::{Fault, User};

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

/// Another terminal may have logged in, so `status` names the shell only if the shell has the session.
#[test]
fn status_says_who_holds_the_session_for_the_next_role() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    let code = landing.aws.code();
    let lines =
        format!("aws-mfa-on -q dev {code}\nawsmfa status\nawsmfa agent stop\nawsmfa status");
    let run = landing.script(BASH, &lines).run();
    let rows = run.success().stdout.lines();
    let rows: Vec<_> = rows.filter(|row| row.starts_with("base ")).collect();
    let [with_agent, without] = rows[..] else {
        panic!("{}", run.story());
    };
    assert!(
        with_agent.starts_with("base        the agent's session, 1")
            && with_agent.ends_with(" left: the next role needs no code"),
        "{with_agent}"
    );
    assert!(!without.contains("the agent's session"), "{without}");
}

/// The agent may have other certificates or no way out: then this process assumes the role.
#[test]
fn an_agent_that_does_not_reach_aws_still_saves_the_code() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    landing.aws.fail("AssumeRole", Fault::Silence, 1);
    let run = login(&landing, "dev --timeout 1");
    run.success().keeps_quiet_about("without the agent");
    assert_eq!(landing.calls()[1..], ["AssumeRole dev", "AssumeRole dev"]);
    assert!(!run.stdout.contains("__awsmfa_base='"), "{}", run.story());
}

#[test]
fn a_terminal_of_every_profile_keeps_the_end_of_the_agents_session() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    let code = landing.aws.code();
    let end = "sh -c 'echo ${AWSMFA_BASE_EXPIRES_AT-none}'";
    let lines = format!("aws-mfa-on -q --profiles dev {code}\n{end}\naws-mfa-on -q\n{end}");
    let run = landing.script(BASH, &lines).run();
    let ends: Vec<_> = run.success().stdout.lines().collect();
    assert_eq!(ends.len(), 2, "{}", run.story());
    assert_eq!(ends[0], ends[1], "{}", run.story());
    assert_ne!(ends[0], "none", "{}", run.story());
}

#[test]
fn plan_knows_the_agents_session() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    for profile in ["landing", "dev", "long"] {
        let plan = landing.awsmfa(["plan", profile]).run();
        let row = "base        the agent's session, 1";
        assert!(plan.success().stdout.contains(row), "{}", plan.story());
        assert!(!plan.stdout.contains("GetSessionToken"), "{}", plan.story());
        assert!(!plan.stdout.contains("with the code"), "{}", plan.story());
        assert!(!plan.stdout.contains("this terminal"), "{}", plan.story());
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

#[test]
fn status_shows_what_the_agent_holds() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    let status = |words: &[&str]| landing.awsmfa([&["status"], words].concat()).run();
    assert!(status(&["--json"]).stdout.contains("\"agent\": []"));
    login(&landing, &format!("landing {}", landing.aws.code())).success();
    let nothing = status(&[]);
    nothing.failure(1);
    let row = "no session in this terminal\nagent       holds the session of alice, 1";
    assert!(nothing.stdout.starts_with(row), "{}", nothing.story());
    let json: serde_json::Value = serde_json::from_str(&status(&["--json"]).stdout).expect("JSON");
    assert_eq!(json["agent"][0]["user"], "alice");
    assert_eq!(json["agent"][0]["mfa_serial"], landing.aws.serial());
    let off = landing.awsmfa(["status"]).env("AWSMFA_AGENT", "off").run();
    assert_eq!(off.stdout, "no session in this terminal\n");
}

/// Once in each terminal, and only if no other terminal has renewed it.
#[test]
fn the_end_of_the_agents_session_is_announced_half_an_hour_before() {
    for shell in [BASH, ZSH, FISH] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let code = landing.aws.code();
        login(&landing, &format!("landing --duration 29m {code}")).success();
        let mut pty = shell.terminal(&landing.home);
        pty.send("aws-mfa-on -q dev\r");
        let said = pty.expect("aws-mfa-on --force renews it for all\r\n");
        assert!(
            said.contains("awsmfa: the agent's session of alice ends at "),
            "{said}"
        );
        pty.expect("ready> ");
        let next = landing.aws.code_in(1);
        let mut other = shell.terminal(&landing.home);
        other.send("aws-mfa-on -q dev\r");
        other.expect("renews it for all\r\n");
        other.send(&format!(
            "aws-mfa-on -q dev --force {next}; echo re''newed\r"
        ));
        other.expect("renewed\r\n");
        let line = if shell.is_fish() {
            "set -gx AWSMFA_BASE_EXPIRES_AT (math (date +%s) + 1000)".to_owned()
        } else {
            "export AWSMFA_BASE_EXPIRES_AT=$(($(date +%s) + 1000))".to_owned()
        };
        pty.send(&format!("{line}\r"));
        pty.send("echo do''ne\r");
        let said = pty.expect("done\r\n");
        assert!(!said.contains("renews it for all"), "{said}");
    }
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

/// Answers each connection with this line.
fn impostor(home: &Home, answer: &'static str) {
    let path = home.path().join("awsmfa");
    std::fs::create_dir_all(&path).expect("a directory");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&path, mode).expect("its mode");
    let listener = UnixListener::bind(path.join("agent.sock")).expect("a socket");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
}

#[test]
fn an_unusable_agent_is_named_and_breaks_no_login() {
    for (answer, said) in [
        (
            "{\"error\":\"version\",\"speaks\":[7]}\n",
            "the agent is of another version of awsmfa",
        ),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "the program that answers is not an awsmfa agent",
        ),
        ("", "the program that answers is not an awsmfa agent"),
        ("{}\n", "the program that answers is not an awsmfa agent"),
    ] {
        let landing = Landing::new();
        impostor(&landing.home, answer);
        let run = login(&landing, &format!("dev {}", landing.aws.code()));
        run.success()
            .complains_times(1, "awsmfa: going on without the agent: ")
            .complains(said);
        assert!(!run.base_sessions().is_empty());
    }
}

#[test]
fn an_agent_that_is_gone_or_stopped_breaks_no_login() {
    let landing = Landing::new();
    let agent = Agent::start(&landing.home);
    let status = landing.awsmfa(["agent", "status", "--json"]).run();
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    let pid = status["pid"]
        .as_i64()
        .and_then(|pid| i32::try_from(pid).ok());
    let pid = rustix::process::Pid::from_raw(pid.expect("a number")).expect("a process");
    let signal = |signal| rustix::process::kill_process(pid, signal).expect("a signal");
    signal(rustix::process::Signal::STOP);
    login(&landing, &format!("dev {}", landing.aws.code()))
        .success()
        .complains_times(
            1,
            "awsmfa: going on without the agent: the agent does not answer",
        );
    signal(rustix::process::Signal::KILL);
    drop(agent);
    landing.aws.advance(30);
    login(&landing, &format!("dev {}", landing.aws.code()))
        .success()
        .complains_times(1, "awsmfa: going on without the agent: no agent runs");
    landing.aws.advance(30);
    let named = landing.login(&format!("dev {}", landing.aws.code()));
    named
        .env("AWSMFA_AGENT_SOCK", "/nowhere/agent.sock")
        .run()
        .success()
        .complains_times(1, "no agent answers at /nowhere/agent.sock");
}

/// Something that reads a request and never answers. The receiver hears of each request.
fn silent(home: &Home) -> mpsc::Receiver<()> {
    let path = home.path().join("awsmfa");
    std::fs::create_dir(&path).expect("a directory");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&path, mode).expect("its mode");
    let listener = UnixListener::bind(path.join("agent.sock")).expect("a socket");
    let (sender, asked) = mpsc::channel();
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = sender.send(());
            open.push(stream);
        }
    });
    asked
}

/// Otherwise `eval "$(awsmfa env)" && next` would run `next`.
#[test]
fn a_signal_while_the_agent_is_silent_prints_false() {
    use rustix::process::{Pid, Signal, kill_process};
    let cases = [
        &[Signal::TERM][..],
        &[Signal::HUP],
        &[Signal::QUIT],
        &[Signal::TSTP, Signal::TERM],
    ];
    let runs = cases.map(|signals| {
        let landing = Landing::new();
        let asked = silent(&landing.home);
        let child = std::process::Command::new(AWSMFA)
            .args(["env", "--shell", "sh", "landing"])
            .env_clear()
            .envs(landing.home.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("awsmfa runs");
        asked
            .recv_timeout(Duration::from_secs(20))
            .expect("a request");
        for signal in signals {
            kill_process(Pid::from_child(&child), *signal).expect("a signal");
        }
        (landing, child)
    });
    for (_landing, child) in runs {
        let output = child.wait_with_output().expect("its end");
        assert_eq!(output.stdout, b"false\n", "{output:?}");
        assert_eq!(output.status.code(), Some(130), "{output:?}");
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

/// Another program of the user may deposit anything, and may listen in the agent's place.
#[test]
fn malformed_credentials_of_an_agent_are_never_handed_on() {
    for (field, text) in [
        ("session_token", ""),
        ("session_token", "two\nlines"),
        ("access_key_id", "ASIA'; echo PWNED #"),
        ("secret_access_key", "a secret"),
    ] {
        let landing = Landing::new();
        let _agent = Agent::start(&landing.home);
        let mut deposit = deposit_of(&agent::login(&landing.aws), 60);
        deposit["session"][field] = text.into();
        agent::ask(&agent::socket(&landing.home), &deposit);
        let tool = landing.awsmfa(["credentials", "landing", "--wait", "0s"]);
        tool.run().failure(1).prints("").complains("malformed");
        let run = login(&landing, &format!("landing {}", landing.aws.code()));
        run.success().complains("going on without the agent: ");
        assert_eq!(landing.calls(), ["GetSessionToken+code"], "{field} {text}");
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
