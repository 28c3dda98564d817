//! What awsmfa says of the agent's session: `status`, `plan`, the shell's prompt.

use super::{Agent, login};
use crate::support::landing::Landing;
use crate::support::shells::{BASH, FISH, ZSH};

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
