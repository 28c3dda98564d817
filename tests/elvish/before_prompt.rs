//! What runs before a prompt: the lines about the session, its renewal, and what a prompt shows.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::Terminal;
use crate::support::landing::{Landing, end_in};

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

fn times(said: &str, text: &str) -> usize {
    said.matches(text).count()
}

#[test]
fn the_end_of_a_session_is_said_once() {
    let mut terminal = held("work", 60, LOAD);
    for (time, end) in [
        (end_in(9), "expires in ten minutes or less"),
        ("1".to_owned(), "has expired"),
    ] {
        let line = format!("set-env AWSMFA_EXPIRES_AT {time}");
        let warning = format!("awsmfa: the session of work {end}: aws-mfa-on renews it");
        let said = terminal.enter(&line);
        assert_eq!(times(&said, &warning), 1, "{said}");
        let said = terminal.enter(&line);
        assert_eq!(times(&said, "awsmfa: "), 0, "{said}");
    }
    assert_eq!(times(&terminal.pty.seen(), "awsmfa: "), 2);
}

#[test]
fn another_profile_that_has_been_set_since_is_said_once() {
    let mut terminal = held("work", 60, LOAD);
    let said = terminal.enter("set-env AWS_PROFILE work; set-env AWS_DEFAULT_PROFILE ''");
    assert_eq!(times(&said, "awsmfa: "), 0, "{said}");
    let warning = "awsmfa: this terminal holds the session of work, but AWS_PROFILE is now other, which some \
                   tools use instead: unset-env AWS_PROFILE, or log in with aws-mfa-on";
    let line = "set-env AWS_PROFILE \"o\\u009b\\u202et\\x1bh\\xffer\"";
    assert_eq!(times(&terminal.enter(line), warning), 1);
    assert_eq!(times(&terminal.enter(line), "awsmfa: "), 0);
    let line = format!("set-env AWSMFA_EXPIRES_AT {}", end_in(5));
    let said = terminal.enter(&line);
    let advice = "or less: unset-env AWS_PROFILE, then aws-mfa-on renews it";
    assert_eq!(times(&said, advice), 1, "{said}");
    terminal.enter("unset-env AWS_PROFILE");
    let said = terminal.enter("set-env AWS_DEFAULT_PROFILE third");
    assert_eq!(
        times(&said, "AWS_DEFAULT_PROFILE is now third"),
        1,
        "{said}"
    );
    // The session of somebody else.
    let said = terminal.enter(&format!(
        "set-env AWS_ACCESS_KEY_ID x; {line}; set-env AWS_PROFILE y"
    ));
    assert_eq!(times(&said, "awsmfa: "), 0, "{said}");
}

#[test]
fn the_prompt_shows_profile_and_time_left() {
    let rc = format!("{LOAD} &on-end={{|it| set edit:rprompt = $it[awsmfa-prompt~] }}");
    let mut terminal = held("w\\x1b\\xff\\u202eork", 125, &rc);
    terminal.pty.expect("work 2h");
    for (value, shown) in [
        (end_in(661), "▶ 'work 11h"),
        (end_in(2), "▶ 'work 2m'"),
        ("1".to_owned(), "▶ 'work over'"),
    ] {
        let said = terminal.enter(&format!("set-env AWSMFA_EXPIRES_AT {value}; awsmfa-prompt"));
        assert!(said.contains(shown), "{said}");
    }
    // Whichever ends first: the role's session or its base.
    let (role, base) = (end_in(60), end_in(20));
    let said = terminal.enter(&format!(
        "set-env AWSMFA_BASE_EXPIRES_AT {base}; set-env AWSMFA_EXPIRES_AT {role}; awsmfa-prompt"
    ));
    assert!(
        said.contains("▶ 'work 20m'") || said.contains("▶ 'work 19m'"),
        "{said}"
    );
    for line in [
        "set-env AWSMFA_EXPIRES_AT '$(touch pwned)'",
        "set-env AWSMFA_EXPIRES_AT 1; set-env AWS_ACCESS_KEY_ID x",
        "unset-env AWSMFA_EXPIRES_AT",
    ] {
        let said = terminal.enter(&format!("{line}; put [(awsmfa-prompt)]"));
        assert!(said.contains("▶ []"), "{said}");
    }
}

/// Nor a process that could tell the time. Other systems have no `/proc`.
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
fn parts_are_left_out_on_demand() {
    let mut terminal = held("work", 5, "eval (awsmfa init elvish --no-warnings | slurp)");
    terminal.enter("set-env AWS_PROFILE other");
    assert_eq!(times(&terminal.pty.seen(), "awsmfa: "), 0);
}

const WITH_RENEWAL: &str = "eval (awsmfa init elvish --renew FLAGS | slurp)";

/// The next prompt comes when the session has so many seconds left.
fn let_pass(terminal: &mut Terminal, seconds: i32) -> String {
    terminal.enter(&format!(
        "set-env AWSMFA_EXPIRES_AT (to-string (+ (date +%s) {seconds}))"
    ))
}

#[test]
fn a_role_is_renewed_before_its_end_without_a_code() {
    let rc = WITH_RENEWAL.replace("FLAGS", "");
    let mut terminal = Terminal::with(Landing::new(), &rc);
    terminal.log_in("dev");
    let before = terminal.shows("AWS_ACCESS_KEY_ID");
    let_pass(&mut terminal, 590);
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), before);
    let_pass(&mut terminal, 290);
    let after = terminal.shows("AWS_ACCESS_KEY_ID");
    assert!(
        after != before && after.starts_with("ASIA"),
        "{}",
        terminal.pty.seen()
    );
    let calls = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"];
    assert_eq!(terminal.landing.calls(), calls);
    // Once a minute, and the end is said if that is not enough.
    let said = let_pass(&mut terminal, 200);
    assert!(said.contains("expires in ten minutes or less"), "{said}");
    assert_eq!(terminal.landing.calls(), calls);
    terminal.enter("aws-mfa-off");
    assert_eq!(terminal.shows("AWS_ACCESS_KEY_ID"), "no");
}

#[test]
fn a_renewal_that_fails_is_silent() {
    let rc = WITH_RENEWAL.replace("FLAGS", "--no-warnings");
    let mut terminal = Terminal::with(Landing::new(), &rc);
    terminal.log_in("dev");
    let before = terminal.environment();
    terminal.landing.home.write(".aws/config", "[broken");
    let failure = crate::support::stand_in::Fault::internal_failure();
    terminal.landing.aws.fail("AssumeRole", failure, 9);
    let said = let_pass(&mut terminal, 100);
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
