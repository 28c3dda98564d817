//! Before a prompt, beyond what all three shells have in common.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::Terminal;
use crate::support::landing::{Landing, end_in};
use crate::support::stand_in::Fault;

/// A terminal in which the session of `profile` ends in so many minutes.
fn held(profile: &str, minutes: u64, rc: &str) -> Terminal {
    let landing = Landing::new();
    let variables = [
        ("AWS_ACCESS_KEY_ID", "ASIAHELD".to_owned()),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAHELD".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_SESSION_TOKEN", "token".to_owned()),
        ("AWSMFA_PROFILE", profile.to_owned()),
        ("AWSMFA_EXPIRES_AT", end_in(minutes)),
    ];
    let set = variables.map(|(name, value)| format!("set-env {name} \"{value}\"\n"));
    Terminal::with(landing, &format!("{}{rc}", set.concat()))
}

const LOAD: &str = "eval (awsmfa init elvish | slurp)";

#[test]
fn odd_names_are_harmless() {
    let rc = format!("{LOAD} &on-end={{|it| set edit:rprompt = $it[awsmfa-prompt~] }}");
    let mut terminal = held("w\\x1b\\xff\\u202eork", 125, &rc);
    terminal.pty.expect("work 2h");
    let said = terminal.enter("set-env AWS_PROFILE \"o\\u009b\\u202et\\x1bh\\xffer\"");
    let warning =
        "awsmfa: this terminal holds the session of work, but AWS_PROFILE is now other, which";
    assert!(said.contains(warning), "{said}");
}

/// Not even one that could tell the time. Other systems have no `/proc`.
#[cfg(target_os = "linux")]
#[test]
fn the_prompt_starts_no_process() {
    let mut terminal = held("work", 125, LOAD);
    let said = terminal.enter("set E:PATH = ''; awsmfa-prompt");
    assert!(said.contains("▶ 'work 2h"), "{said}");
}

/// It is the agent's if the shell does not keep it itself.
#[test]
fn the_agent_is_asked_once_about_the_end_of_its_session() {
    let rc = format!("set paths = [~/stub $@paths]\n{LOAD}");
    let mut terminal = held("work", 50, &rc);
    let stub = "#!/bin/sh\necho \"$*\" >> asked\necho spoken >&2\n";
    let stub = terminal.landing.home.write("stub/awsmfa", stub);
    fs::set_permissions(stub, Permissions::from_mode(0o755)).expect("its mode");
    let [early, late] =
        [40, 25].map(|minutes| format!("set-env AWSMFA_BASE_EXPIRES_AT {}", end_in(minutes)));
    for (line, is_asked) in [(&early, false), (&late, true), (&late, false)] {
        let said = terminal.enter(line);
        assert_eq!(said.contains("spoken"), is_asked, "{line} {said}");
    }
    let asked = fs::read_to_string(terminal.landing.home.path().join("asked"));
    assert_eq!(asked.expect("one call"), "status --agent-end\n");
}

#[test]
fn a_renewal_that_fails_is_silent() {
    let rc = "eval (awsmfa init elvish --renew --no-warnings | slurp)";
    let mut terminal = Terminal::with(Landing::new(), rc);
    terminal.log_in("dev");
    let before = terminal.environment();
    terminal.landing.home.write(".aws/config", "[broken");
    let failure = Fault::internal_failure();
    terminal.landing.aws.fail("AssumeRole", failure, 9);
    let said = terminal.enter(&format!("set-env AWSMFA_EXPIRES_AT {}", end_in(2)));
    assert!(
        !said.contains("awsmfa: ") && !said.contains("xception"),
        "{said}"
    );
    assert!(
        terminal.landing.calls().len() > 2,
        "{}",
        terminal.pty.seen()
    );
    assert_eq!(
        terminal.shows("AWS_ACCESS_KEY_ID"),
        before["AWS_ACCESS_KEY_ID"]
    );
}

/// Registered before and after, whatever they do; the snippet may be loaded again.
#[test]
fn other_hooks_and_a_second_loading_are_undisturbed() {
    let hook = |name: &str| {
        format!(
            "set edit:before-readline = (conj $edit:before-readline {{ echo b{name} >> hooks; fail {name} }})\n\
             set edit:after-readline = (conj $edit:after-readline {{|line| echo a{name} $line >> hooks }})\n"
        )
    };
    let rc = format!("{}{LOAD}\n{}", hook("one"), hook("two"));
    let mut terminal = Terminal::with(Landing::new(), &rc);
    terminal.enter("set-env AWS_PROFILE mine");
    terminal.log_in("landing");
    terminal.enter(LOAD);
    terminal.enter("echo (count $edit:before-readline) (count $edit:after-readline) > counts");
    terminal.enter("aws-mfa-off");
    let read =
        |name: &str| fs::read_to_string(terminal.landing.home.path().join(name)).expect(name);
    // Ours once, and that of the test itself.
    assert_eq!(read("counts"), "4 3\n");
    let hooks = read("hooks");
    for line in [
        "bone\n",
        "btwo\n",
        "aone aws-mfa-off\n",
        "atwo aws-mfa-off\n",
    ] {
        assert!(hooks.contains(line), "{line} {hooks}");
    }
    assert_eq!(terminal.shows("AWS_PROFILE"), "mine");
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "no");
}

/// The line that loads the snippet, and the one that shows the prompt.
#[test]
fn two_lines_in_one_file_say_everything_once() {
    let rc = format!("{LOAD}\n{LOAD} &on-end={{|it| set edit:rprompt = $it[awsmfa-prompt~] }}");
    let mut terminal = held("work", 125, &rc);
    let said = terminal.enter("set-env AWS_PROFILE other");
    assert_eq!(
        said.matches("AWS_PROFILE is now other").count(),
        1,
        "{said}"
    );
}
