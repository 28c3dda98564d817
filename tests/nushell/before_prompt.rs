//! What is said before a prompt, each thing once, and what happens there.

use super::NU;
use crate::json_shells::person::Person;
use crate::support::json_shells::show;
use crate::support::landing::end_in;

/// A session of `work`, as a child of another terminal has it.
fn session(end: &str) -> [String; 2] {
    [
        NU.set("AWSMFA_PROFILE", "work"),
        NU.set("AWSMFA_EXPIRES_AT", end),
    ]
}

#[test]
fn the_end_is_said_once() {
    let mut person = Person::at(NU);
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
        NU.set("AWSMFA_ACCESS_KEY_ID", "ASIAOURS"),
        NU.set("AWS_ACCESS_KEY_ID", "ASIAOTHER"),
        NU.set("AWSMFA_EXPIRES_AT", "2"),
    ];
    let shown = person.hears(&other);
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
}

#[test]
fn another_profile_is_said_once() {
    let mut person = Person::at(NU);
    let unset = "hide-env AWS_PROFILE";
    person.hears(&session(&end_in(60)));
    for (value, said) in [("work", 0), ("other", 1), ("other", 0), ("third", 1)] {
        let shown = person.hears(&[NU.set("AWS_PROFILE", value)]);
        let text = format!(
            "awsmfa: this terminal holds the session of work, but AWS_PROFILE is now {value}, which some \
             tools use instead: {unset}, or log in with aws-mfa-on"
        );
        assert_eq!(shown.matches(&text).count(), said, "{}", person.story());
        assert_eq!(
            shown.matches("awsmfa: ").count(),
            said,
            "{}",
            person.story()
        );
    }
    // A bare `aws-mfa-on` would log in to that one.
    let shown = person.hears(&session(&end_in(5)));
    let advice = format!("expires in ten minutes or less: {unset}, then aws-mfa-on renews it");
    assert!(shown.contains(&advice), "{}", person.story());
}

#[test]
fn odd_names_are_harmless() {
    let mut person = Person::at(NU);
    // What a person cannot type into the line editor.
    let set = |name: &str, end: &str| {
        format!("$env.{name} = \"a\\u{{9b}}\\u{{202e}}\\u{{7f}}%s{{x}}$(touch pwned)b{end}\"")
    };
    let shown = person.hears(&[
        set("AWSMFA_PROFILE", ""),
        set("AWS_PROFILE", "2"),
        NU.set("AWSMFA_EXPIRES_AT", "1"),
    ]);
    for said in [
        "the session of a%s{x}$(touch pwned)b has expired",
        "AWS_PROFILE is now a%s{x}$(touch pwned)b2, which",
    ] {
        assert!(shown.contains(said), "{said} {}", person.story());
    }
    assert!(!person.exists("pwned"));
}

#[test]
fn warnings_can_be_left_out() {
    let mut person = Person::with(NU, "--no-warnings", "");
    let shown = person.hears(&session("1"));
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
    let shown = person.hears(&["print (awsmfa_prompt)".to_owned()]);
    assert!(shown.contains("work over"), "{}", person.story());
}

/// Without a code, and with no word about it.
#[test]
fn a_role_is_renewed_before_a_prompt() {
    let mut person = Person::with(NU, "--renew", "");
    let code = person.landing.aws.code();
    person.hears(&[format!("aws-mfa-on {code} dev")]);
    let shown = person.hears(&[
        NU.set("AWSMFA_EXPIRES_AT", &end_in(4)),
        show("renewed"),
        "print (awsmfa_prompt)".to_owned(),
    ]);
    assert!(shown.contains("renewed|dev|ASIA"), "{}", person.story());
    assert!(
        (shown.contains("dev 59m") || shown.contains("dev 1h")),
        "{}",
        person.story()
    );
    assert!(!shown.contains("awsmfa: "), "{}", person.story());
    assert_eq!(
        person.landing.calls(),
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"]
    );
    let held = person.look_around();
    assert!(!held.variables.contains("__awsmfa"), "{}", person.story());
    // A session without a role needs a code: so its end is said.
    person.landing.aws.advance(30);
    let code = person.landing.aws.code();
    let shown = person.hears(&[
        format!("aws-mfa-on --force {code} landing"),
        NU.set("AWSMFA_EXPIRES_AT", &end_in(8)),
    ]);
    assert!(
        shown.contains("expires in ten minutes or less"),
        "{}",
        person.story()
    );
    person.hears(&["aws-mfa-off".to_owned()]);
    assert!(
        !person.look_around().variables.contains("ASIA"),
        "{}",
        person.story()
    );
}

/// direnv and mise put back what they found on entering a directory.
#[test]
fn keys_that_come_back_after_off_are_taken_away() {
    let mut person = Person::at(NU);
    person.hears(&[NU.set("AWS_ACCESS_KEY_ID", "AKIAMINE")]);
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
        let id = NU.set("AWS_ACCESS_KEY_ID", id);
        let secret = NU.set("AWS_SECRET_ACCESS_KEY", "s");
        person.hears(&[format!("{id}; {secret}")]);
        let shown = person.hears(&[show("back")]);
        assert!(
            shown.contains("back|no|AKIAMINE|"),
            "{id} {}",
            person.story()
        );
        assert!(
            !person
                .look_around()
                .variables
                .contains("AWS_SECRET_ACCESS_KEY"),
            "{id} {}",
            person.story()
        );
    }
    let shown = person.hears(&[NU.set("AWS_ACCESS_KEY_ID", "AKIAOTHER"), show("mine")]);
    assert!(shown.contains("mine|no|AKIAOTHER|"), "{}", person.story());
}

/// What the user, or a tool that follows the directory, has set since the login stays.
#[test]
fn what_was_changed_since_stays() {
    let mut person = Person::at(NU);
    person.hears(&[
        NU.set("AWS_PROFILE", "before"),
        NU.set("AWS_REGION", "before"),
    ]);
    let code = person.landing.aws.code();
    person.hears(&[format!("aws-mfa-on {code} landing")]);
    person.hears(&[
        NU.set("AWS_PROFILE", "since"),
        NU.set("AWS_ACCESS_KEY_ID", "AKIASINCE"),
    ]);
    let shown = person.hears(&["aws-mfa-off".to_owned(), show("off")]);
    assert!(
        shown.contains("off|no|AKIASINCE|before|since"),
        "{}",
        person.story()
    );
}

/// A hook that prints `label` and the status of the line before.
fn hook(label: &str) -> String {
    format!("$env.config.hooks.pre_prompt ++= [{{|| print $\"{label} ($env.LAST_EXIT_CODE)\" }}]")
}

/// Hooks before and after the snippet, which is loaded twice, see what the command has left.
#[test]
fn other_hooks_are_left_alone() {
    let before = format!("{}\n{}", hook("first"), NU.load());
    let mut person = Person::with(NU, "--renew", &before);
    person.hears(&[hook("last")]);
    let mut shown = person.hears(&session(&end_in(8)));
    shown += &person.hears_after_a_failure();
    for hook in ["first 7", "last 7"] {
        assert!(shown.contains(hook), "{hook} {}", person.story());
    }
    let times = shown.matches("awsmfa: the session of work").count();
    assert_eq!(times, 1, "{}", person.story());
}
