//! Before a prompt, beyond what all three shells have in common: odd names and the hooks of others.

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
