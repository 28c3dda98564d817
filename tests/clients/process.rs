//! `awsmfa credentials` as the `credential_process` of real clients that no terminal started.

use std::thread::sleep;
use std::time::Duration;

use super::outages::run_with;
use super::tools::{
    SURROUNDINGS, Tool, answers, asking, long_term_keys_signed_only_the_login, sdks, tools,
};
use crate::support::home::Home;
use crate::support::landing::Landing;
use crate::support::stand_in::Fault;

/// The landing account, with the two lines of the README for an IDE.
fn configured() -> Landing {
    let landing = Landing::new();
    landing.configure("[profile ide]\ncredential_process = awsmfa credentials dev\n");
    landing
}

/// An agent, stopped with the value.
struct Agent<'a>(&'a Home);

impl<'a> Agent<'a> {
    fn start(landing: &'a Landing) -> Self {
        landing.awsmfa(["agent", "start"]).run().success();
        Self(&landing.home)
    }
}

impl Drop for Agent<'_> {
    fn drop(&mut self) {
        self.0.awsmfa(["agent", "stop"]).run();
    }
}

/// Five clients at once, each a process of its own that asks on its own.
#[test]
fn the_agent_serves_all_clients_with_one_code_and_one_role_session() {
    let landing = configured();
    let agent = Agent::start(&landing);
    let code = landing.aws.code();
    landing.login(&format!("-q landing {code}")).run().success();
    let mut tools = tools();
    tools.push(Tool {
        name: "another",
        line: tools[0].line.clone(),
    });
    let line = asking(&tools, "AWS_PROFILE=ide");
    let run = landing
        .home
        .program("sh", ["-c", &line])
        .envs(SURROUNDINGS)
        .run();
    for (tool, answer) in answers(&tools, run.success()) {
        assert!(answer.contains(":assumed-role/dev/"), "{tool}: {answer}");
    }
    drop(agent);
    long_term_keys_signed_only_the_login(&landing.aws);
    assert_eq!(landing.aws.assumed("dev"), 1);
    assert_eq!(landing.aws.spent().len(), 1, "one code");
}

/// Without an agent each client is asked for a code of its own, on the terminal that it has.
#[test]
fn clients_on_a_terminal_are_asked_for_the_code() {
    let landing = configured();
    for (step, tool) in (0..).zip(tools()) {
        if step > 0 {
            landing.aws.advance(30);
        }
        let line = format!("AWS_PROFILE=ide {}; echo status $?", tool.line);
        let mut pty = landing
            .home
            .on_terminal_with(&["sh", "-c", &line], &SURROUNDINGS);
        pty.expect("MFA code");
        pty.send(&format!("{}\r", landing.aws.code()));
        pty.expect(":assumed-role/dev/");
        pty.succeeds();
    }
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// The clients say why, and none of them waits for a terminal that is not there.
#[test]
fn without_agent_and_terminal_clients_pass_the_reason_on() {
    let landing = configured();
    landing.configure("[profile cron]\ncredential_process = awsmfa credentials dev --wait 0s\n");
    let line = asking(&tools(), "AWS_PROFILE=cron");
    let run = landing
        .home
        .program("sh", ["-c", &line])
        .envs(SURROUNDINGS)
        .run();
    for (tool, answer) in answers(&tools(), run.success()) {
        // JavaScript's SDK shows nothing of it.
        let expected = if tool == "JavaScript" {
            "CredentialsProviderError"
        } else {
            "no agent runs"
        };
        assert!(answer.contains(expected), "{tool}: {answer}");
    }
    assert_eq!(landing.aws.spent().len(), 0);
}

/// Without an agent each client needs a code of its own, but they ask one after the other.
#[test]
fn clients_that_ask_at_once_show_one_prompt_at_a_time() {
    let landing = configured();
    let tools = sdks();
    let line = format!(
        "{}; echo; echo status $?",
        asking(&tools, "AWS_PROFILE=ide")
    );
    let mut pty = landing
        .home
        .on_terminal_with(&["sh", "-c", &line], &SURROUNDINGS);
    for _ in &tools {
        pty.expect("MFA code");
        // Those that do not wait for their turn ask meanwhile.
        sleep(Duration::from_secs(1));
        pty.send(&format!("{}\r", landing.aws.code()));
        landing.aws.advance(30);
    }
    pty.succeeds();
    let seen = pty.seen();
    let at_once = |line: &str| line.matches("MFA code").count() > 1;
    assert!(!seen.lines().any(at_once), "{seen}");
    assert_eq!(
        seen.matches(":assumed-role/dev/").count(),
        tools.len(),
        "{seen}"
    );
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// STS fails for a while. The agent says so, and no prompt asks for a code instead.
#[test]
fn clients_wait_while_the_agent_cannot_use_sts() {
    let landing = configured();
    let agent = Agent::start(&landing);
    let code = landing.aws.code();
    landing.login(&format!("-q landing {code}")).run().success();
    landing.aws.outage("AssumeRole", Fault::internal_failure());
    let tools = tools();
    let line = asking(&tools, "AWS_PROFILE=ide");
    let clients = landing.home.program("sh", ["-c", &line]);
    let run = run_with(
        clients.envs(SURROUNDINGS),
        || landing.aws.assumed("dev") >= 4,
        || landing.aws.recover(),
    );
    for (tool, answer) in answers(&tools, run.success()) {
        assert!(answer.contains(":assumed-role/dev/"), "{tool}: {answer}");
    }
    drop(agent);
    assert_eq!(landing.aws.spent().len(), 1, "one code");
}
