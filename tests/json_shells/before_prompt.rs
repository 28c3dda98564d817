//! What is said before a prompt, each thing once, and what happens there.

use super::person::Person;
use crate::support::json_shells::{JsonShell, show};
use crate::support::landing::end_in;

/// A session of `work`, as a child of another terminal has it.
fn session(shell: JsonShell, end: &str) -> [String; 2] {
    [
        shell.set("AWSMFA_PROFILE", "work"),
        shell.set("AWSMFA_EXPIRES_AT", end),
    ]
}

pub fn the_end_is_said_once(shell: JsonShell) {
    let mut person = Person::at(shell);
    let soon = "awsmfa: the session of work expires in ten minutes or less: aws-mfa-on renews it";
    let over = "awsmfa: the session of work has expired: aws-mfa-on renews it";
    for (end, said) in [
        (end_in(60), None),
        (end_in(8), Some(soon)),
        (end_in(8), None),
        ("1".to_owned(), Some(over)),
        ("1".to_owned(), None),
    ] {
        let shown = person.hears(&session(shell, &end));
        let times = shown.matches("awsmfa: ").count();
        assert_eq!(times, usize::from(said.is_some()), "{}", person.story());
        let is_said = said.is_none_or(|said| shown.contains(said));
        assert!(is_said, "{}", person.story());
    }
    // Keys that something else has set end when they like.
    let other = [
        shell.set("AWSMFA_ACCESS_KEY_ID", "ASIAOURS"),
        shell.set("AWS_ACCESS_KEY_ID", "ASIAOTHER"),
        shell.set("AWSMFA_EXPIRES_AT", "2"),
        shell.set("AWS_PROFILE", "other"),
    ];
    let shown = person.hears(&other);
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
}

pub fn another_profile_is_said_once(shell: JsonShell) {
    let mut person = Person::at(shell);
    let unset = shell.unset("AWS_PROFILE");
    person.hears(&session(shell, &end_in(60)));
    for (value, said) in [("work", 0), ("other", 1), ("other", 0), ("third", 1)] {
        let shown = person.hears(&[shell.set("AWS_PROFILE", value)]);
        let text = format!(
            "awsmfa: this terminal holds the session of work, but AWS_PROFILE is now {value}, which some \
             tools use instead: {unset}, or log in with aws-mfa-on"
        );
        assert_eq!(shown.matches(&text).count(), said, "{}", person.story());
        let all = shown.matches("awsmfa: ").count();
        assert_eq!(all, said, "{}", person.story());
    }
    // A bare `aws-mfa-on` would log in to that one.
    let shown = person.hears(&session(shell, &end_in(5)));
    let advice = format!("expires in ten minutes or less: {unset}, then aws-mfa-on renews it");
    assert!(shown.contains(&advice), "{}", person.story());
    let shown = person.hears(&[unset, shell.set("AWS_DEFAULT_PROFILE", "fourth")]);
    let said = shown.contains("AWS_DEFAULT_PROFILE is now fourth");
    assert!(said, "{}", person.story());
    let variables = person.look_around().variables;
    assert!(!variables.contains("AWS_PROFILE"), "{}", person.story());
}

pub fn the_prompt_shows_profile_and_time_left(shell: JsonShell) {
    let mut person = Person::with(shell, "--no-warnings", "");
    person.hears(&[shell.set("AWS_PROFILE", "other")]);
    for (end, base, shown) in [
        (end_in(661), "", ["<work 11h0m>", "<work 11h1m>"]),
        (end_in(3), "", ["<work 2m>", "<work 3m>"]),
        ("1".to_owned(), "", ["<work over>"; 2]),
        // The session that a role was assumed with counts if it expires sooner.
        (end_in(661), &end_in(3), ["<work 2m>", "<work 3m>"]),
        (end_in(661), "1", ["<work 11h0m>", "<work 11h1m>"]),
        ("$(touch pwned)".to_owned(), "", ["<>"; 2]),
        ("1\\n2".to_owned(), "", ["<>"; 2]),
        ("9".repeat(13), "", ["<>"; 2]),
    ] {
        let mut lines = session(shell, &end).to_vec();
        lines.push(shell.set("AWSMFA_BASE_EXPIRES_AT", base));
        lines.push(shell.show_prompt().to_owned());
        let said = person.hears(&lines);
        let is_shown = shown.iter().any(|text| said.contains(text));
        assert!(is_shown, "{end} {}", person.story());
        assert!(!said.contains("awsmfa: "), "{}", person.story());
    }
    assert!(!person.exists("pwned"));
    for line in [
        shell.unset("AWSMFA_EXPIRES_AT"),
        shell.set("AWS_ACCESS_KEY_ID", "ASIAOTHER"),
    ] {
        person.hears(&session(shell, "1"));
        let said = person.hears(&[line, shell.show_prompt().to_owned()]);
        assert!(said.contains("<>"), "{}", person.story());
    }
}

/// Without a code, and with no word about it.
pub fn a_role_is_renewed_before_a_prompt(shell: JsonShell) {
    let mut person = Person::with(shell, "--renew", "");
    let code = person.landing.aws.code();
    person.hears(&[format!("aws-mfa-on {code} dev")]);
    person.hears(&[shell.set("AWSMFA_EXPIRES_AT", &end_in(6))]);
    assert_eq!(person.landing.calls().len(), 2, "{}", person.story());
    let soon = shell.set("AWSMFA_EXPIRES_AT", &end_in(4));
    let shown = person.hears(&[
        soon.clone(),
        show("renewed"),
        shell.show_prompt().to_owned(),
    ]);
    assert!(shown.contains("renewed|dev|ASIA"), "{}", person.story());
    let is_new = shown.contains("<dev 59m>") || shown.contains("<dev 1h");
    assert!(is_new, "{}", person.story());
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
    let calls = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"];
    assert_eq!(person.landing.calls(), calls);
    let held = person.look_around();
    assert!(!held.variables.contains("__awsmfa"), "{}", person.story());
    // Once a minute at most; and then the end is said, at five minutes.
    let shown = person.hears(&[soon]);
    let said = "the session of dev expires in ten minutes or less";
    assert!(shown.contains(said), "{}", person.story());
    assert_eq!(person.landing.calls(), calls);
    // A session without a role needs a code: so its end is said.
    person.landing.aws.advance(30);
    let code = person.landing.aws.code();
    let shown = person.hears(&[
        format!("aws-mfa-on --force {code} landing"),
        shell.set("AWSMFA_EXPIRES_AT", &end_in(8)),
    ]);
    let said = "the session of landing expires in ten minutes or less";
    assert!(shown.contains(said), "{}", person.story());
    person.hears(&["aws-mfa-off".to_owned()]);
    let variables = person.look_around().variables;
    assert!(!variables.contains("ASIA"), "{}", person.story());
}

/// direnv and mise put back what they found on entering a directory.
pub fn keys_that_come_back_after_off_are_taken_away(shell: JsonShell) {
    let mut person = Person::at(shell);
    person.hears(&[shell.set("AWS_ACCESS_KEY_ID", "AKIAMINE")]);
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
        let id = shell.set("AWS_ACCESS_KEY_ID", id);
        let secret = shell.set("AWS_SECRET_ACCESS_KEY", "s");
        person.hears(&[format!("{id}; {secret}")]);
        let variables = person.look_around().variables;
        assert!(
            variables.contains("AWS_ACCESS_KEY_ID=AKIAMINE")
                && !variables.contains("AWS_SECRET_ACCESS_KEY"),
            "{}",
            person.story()
        );
    }
    let shown = person.hears(&[shell.set("AWS_ACCESS_KEY_ID", "AKIAOTHER"), show("mine")]);
    assert!(shown.contains("mine|no|AKIAOTHER|"), "{}", person.story());
}
