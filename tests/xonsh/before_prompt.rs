//! What is said before a prompt, each thing once, and what happens there.

use super::XONSH;
use crate::json_shells::person::Person;
use crate::support::json_shells::show;
use crate::support::landing::end_in;

const PROMPT: &str = "print($PROMPT_FIELDS['awsmfa']())";

/// A session of `work`, as a child of another terminal has it.
fn session(end: &str) -> [String; 2] {
    [
        XONSH.set("AWSMFA_PROFILE", "work"),
        XONSH.set("AWSMFA_EXPIRES_AT", end),
    ]
}

#[test]
fn the_end_is_said_once() {
    let mut person = Person::at(XONSH);
    for (end, said) in [
        (end_in(60), None),
        (
            end_in(8),
            Some("expires in ten minutes or less: aws-mfa-on renews it"),
        ),
        ("1".to_owned(), Some("has expired: aws-mfa-on renews it")),
    ] {
        let shown = person.hears(&session(&end));
        let times = shown.matches("awsmfa: the session of work").count();
        assert_eq!(times, usize::from(said.is_some()), "{}", person.story());
        assert!(
            said.is_none_or(|said| shown.contains(said)),
            "{}",
            person.story()
        );
    }
    // Keys that something else has set end when they like.
    let other = [
        XONSH.set("AWSMFA_ACCESS_KEY_ID", "ASIAOURS"),
        XONSH.set("AWS_ACCESS_KEY_ID", "ASIAOTHER"),
        XONSH.set("AWSMFA_EXPIRES_AT", "2"),
    ];
    let shown = person.hears(&other);
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
}

#[test]
fn another_profile_is_said_once() {
    let mut person = Person::at(XONSH);
    let unset = "del $AWS_PROFILE";
    person.hears(&session(&end_in(60)));
    for (value, said) in [("work", 0), ("other", 1), ("other", 0), ("third", 1)] {
        let shown = person.hears(&[XONSH.set("AWS_PROFILE", value)]);
        let text = format!(
            "awsmfa: this terminal holds the session of work, but AWS_PROFILE is now {value}, which some \
             tools use instead: {unset}, or log in with aws-mfa-on"
        );
        assert_eq!(shown.matches(&text).count(), said, "{}", person.story());
        let all = shown.matches("awsmfa: ").count();
        assert_eq!(all, said, "{}", person.story());
    }
    // A bare `aws-mfa-on` would log in to that one.
    let shown = person.hears(&session(&end_in(5)));
    let advice = format!("expires in ten minutes or less: {unset}, then aws-mfa-on renews it");
    assert!(shown.contains(&advice), "{}", person.story());
    person.hears(&[unset.to_owned()]);
    assert!(!person.look_around().variables.contains("AWS_PROFILE"));
}

/// xonsh takes what stands in braces for a color.
#[test]
fn odd_names_are_harmless() {
    let mut person = Person::at(XONSH);
    let odd = "a\u{9b}\u{202e}\u{7f}%s{RED}{user}$(touch pwned)b";
    let shown = person.hears(&[
        XONSH.set("AWSMFA_PROFILE", odd),
        XONSH.set("AWS_PROFILE", &format!("{odd}2")),
        XONSH.set("AWSMFA_EXPIRES_AT", "1"),
    ]);
    for said in [
        "the session of a%s{RED}{user}$(touch pwned)b has expired",
        "AWS_PROFILE is now a%s{RED}{user}$(touch pwned)b2, which",
    ] {
        assert!(shown.contains(said), "{said} {}", person.story());
    }
    person.types("$PROMPT = '<{awsmfa:({})}> ' + $PROMPT");
    person
        .pty
        .expect("<(a%s{RED}{user}$(touch pwned)b over)> ready> ");
    assert!(!person.exists("pwned"));
}

#[test]
fn the_prompt_shows_profile_and_time_left() {
    let mut person = Person::with(XONSH, "--no-warnings", "");
    for (end, base, shown) in [
        (end_in(661), "", ["work 11h0m", "work 11h1m"]),
        (end_in(3), "", ["work 2m", "work 3m"]),
        ("1".to_owned(), "", ["work over"; 2]),
        // The session that a role was assumed with counts if it expires sooner.
        (end_in(661), &end_in(3), ["work 2m", "work 3m"]),
        (end_in(661), "1", ["work 11h0m", "work 11h1m"]),
        ("$(touch pwned)".to_owned(), "", ["None"; 2]),
        ("1\\n2".to_owned(), "", ["None"; 2]),
        ("9".repeat(13), "", ["None"; 2]),
    ] {
        let mut lines = session(&end).to_vec();
        lines.push(XONSH.set("AWSMFA_BASE_EXPIRES_AT", base));
        lines.push(PROMPT.to_owned());
        let said = person.hears(&lines);
        let is_shown = |text: &&str| said.contains(&format!("{text}\r\n"));
        assert!(shown.iter().any(is_shown), "{end} {}", person.story());
        assert!(!said.contains("awsmfa: "), "{}", person.story());
    }
    person.types("del $AWSMFA_EXPIRES_AT; $PROMPT = '<{awsmfa:({})}> ' + $PROMPT");
    person.pty.expect("<> ready> ");
    assert!(!person.exists("pwned"));
}

/// Without a code, and with no word about it.
#[test]
fn a_role_is_renewed_before_a_prompt() {
    let mut person = Person::with(XONSH, "--renew", "");
    let code = person.landing.aws.code();
    person.hears(&[format!("aws-mfa-on {code} dev")]);
    let soon = XONSH.set("AWSMFA_EXPIRES_AT", &end_in(4));
    let shown = person.hears(&[soon, show("renewed"), PROMPT.to_owned()]);
    assert!(shown.contains("renewed|dev|ASIA"), "{}", person.story());
    assert!(
        (shown.contains("dev 59m") || shown.contains("dev 1h")),
        "{}",
        person.story()
    );
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
    let calls = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"];
    assert_eq!(person.landing.calls(), calls);
    let held = person.look_around();
    assert!(!held.variables.contains("__awsmfa"), "{}", person.story());
    // Once a minute at most; and then the end is said, at five minutes.
    let soon = XONSH.set("AWSMFA_EXPIRES_AT", &end_in(4));
    let shown = person.hears(&[soon]);
    assert!(
        shown.contains("the session of dev expires in ten minutes or less"),
        "{}",
        person.story()
    );
    assert_eq!(person.landing.calls(), calls);
    // A session without a role needs a code: so its end is said.
    person.landing.aws.advance(30);
    let code = person.landing.aws.code();
    let shown = person.hears(&[
        format!("aws-mfa-on --force {code} landing"),
        XONSH.set("AWSMFA_EXPIRES_AT", &end_in(8)),
    ]);
    assert!(
        shown.contains("the session of landing expires in ten minutes or less"),
        "{}",
        person.story()
    );
    person.hears(&["aws-mfa-off".to_owned()]);
    let variables = person.look_around().variables;
    assert!(!variables.contains("ASIA"), "{}", person.story());
}

/// A hook can put back what it has found before.
#[test]
fn keys_that_come_back_after_off_are_taken_away() {
    let mut person = Person::at(XONSH);
    person.hears(&[XONSH.set("AWS_ACCESS_KEY_ID", "AKIAMINE")]);
    let mut ids = Vec::new();
    for profile in ["landing", "dev"] {
        let code = person.landing.aws.code();
        person.landing.aws.advance(30);
        let shown = person.hears(&[format!("aws-mfa-on {code} {profile}"), show("on")]);
        let (_, id) = shown.split_once(&format!("on|{profile}|")).expect(&shown);
        ids.push(id.split('|').next().expect("an id").to_owned());
    }
    person.hears(&["aws-mfa-off".to_owned()]);
    for id in &ids {
        let id = XONSH.set("AWS_ACCESS_KEY_ID", id);
        let secret = XONSH.set("AWS_SECRET_ACCESS_KEY", "s");
        person.hears(&[format!("{id}; {secret}")]);
        let variables = person.look_around().variables;
        assert!(
            variables.contains("AWS_ACCESS_KEY_ID=AKIAMINE")
                && !variables.contains("AWS_SECRET_ACCESS_KEY"),
            "{}",
            person.story()
        );
    }
    let shown = person.hears(&[XONSH.set("AWS_ACCESS_KEY_ID", "AKIAOTHER"), show("mine")]);
    assert!(shown.contains("mine|no|AKIAOTHER|"), "{}", person.story());
}

/// A hook that prints `label` and the status of the line before.
fn hook(label: &str) -> String {
    format!("events.on_pre_prompt(lambda **_: print('{label}', $LAST_RETURN_CODE))")
}

/// Hooks before and after the snippet, which is loaded twice, see what the command has left.
#[test]
fn other_hooks_are_left_alone() {
    let before = format!("{}\n{}", hook("first"), XONSH.load());
    let mut person = Person::with(XONSH, "--renew", &before);
    let code = person.landing.aws.code();
    let hooks = "print('hooks', len(events.on_pre_prompt_format), len(events.on_precommand))";
    let shown = person.hears(&[
        hook("last"),
        format!("aws-mfa-on {code} landing"),
        hooks.to_owned(),
        // What the shell keeps outlives the snippet's next load.
        XONSH.load().to_owned(),
        hooks.to_owned(),
    ]);
    assert_eq!(
        shown.matches("hooks 1 1\r").count(),
        2,
        "{}",
        person.story()
    );
    let mut shown = person.hears(&[XONSH.set("AWSMFA_EXPIRES_AT", &end_in(8))]);
    shown += &person.hears_after_a_failure();
    for hook in ["first 7", "last 7"] {
        assert!(shown.contains(hook), "{hook} {}", person.story());
    }
    let times = shown.matches("awsmfa: the session of landing").count();
    assert_eq!(times, 1, "{}", person.story());
    person.hears(&["aws-mfa-on dev".to_owned(), "aws-mfa-off".to_owned()]);
    assert_eq!(person.landing.codes(), 1, "{}", person.story());
    let variables = person.look_around().variables;
    assert!(!variables.contains("ASIA"), "{}", person.story());
}
