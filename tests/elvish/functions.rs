//! Functions of the user's that are named like builtins.

use super::Terminal;
use crate::support::landing::{Landing, end_in};

/// Lines that define a function, which only says that it ran, for each builtin of elvish.
fn traps(landing: &Landing) -> String {
    let list = ["-norc", "-c", "use builtin; keys $builtin: | to-lines"];
    let listed = landing.home.program("elvish", list).run();
    let names = listed.success().stdout.lines();
    let names: Vec<_> = names.filter_map(|name| name.strip_suffix('~')).collect();
    assert!(names.contains(&"set-env"), "{names:?}");
    let trap = |name| format!("fn '{name}' {{|@_| builtin:fail 'trapped by {name}' }}\n");
    names.into_iter().map(trap).collect()
}

#[test]
fn functions_named_like_builtins_do_no_harm() {
    let landing = Landing::new();
    let load = |what: &str| format!("builtin:eval (e:awsmfa {what} elvish | builtin:slurp)\n");
    let rc = format!(
        "use builtin\n{{\n{}{}{}}}",
        traps(&landing),
        load("completions"),
        load("init --renew")
    );
    let mut terminal = Terminal::with(landing, &rc);
    terminal.enter("set-env AWS_PROFILE mine");
    terminal.log_in("dev");
    let said = terminal.enter("aws-mfa-on --bogus");
    assert!(said.contains("--bogus"), "{said}");
    let said = terminal.enter("{ tmp E:AWS_REGION = eu-west-3; aws-mfa-on stage }");
    assert!(said.contains("could not log in with AWS_REGION"), "{said}");
    let first = terminal.shows("AWS_ACCESS_KEY_ID");
    terminal.enter(&format!("set-env AWSMFA_EXPIRES_AT {}", end_in(2)));
    let second = terminal.shows("AWS_ACCESS_KEY_ID");
    assert!(first.starts_with("ASIA") && second.starts_with("ASIA"));
    assert_ne!(first, second, "{}", terminal.pty.seen());
    let said = terminal.enter("awsmfa-prompt; set-env AWS_PROFILE other");
    assert!(said.contains("▶ 'dev "), "{said}");
    assert!(said.contains("AWS_PROFILE is now other"), "{said}");
    let said = terminal.enter("set-env AWSMFA_EXPIRES_AT 1");
    assert!(said.contains("the session of dev has expired"), "{said}");
    terminal.enter("unset-env AWS_PROFILE; aws-mfa-off; aws-mfa-off");
    assert_eq!(terminal.shows("AWS_PROFILE"), "mine");
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "no");
    terminal.enter(&format!("set-env AWS_ACCESS_KEY_ID {second}"));
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "no");
    let seen = terminal.pty.seen();
    assert!(!seen.contains("trapped"), "{seen}");
}
