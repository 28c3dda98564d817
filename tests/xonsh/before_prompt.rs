//! Before a prompt, beyond what all three shells have in common: odd names and the hooks of others.

use super::XONSH;
use crate::json_shells::person::Person;
use crate::support::landing::end_in;

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
    person.types("del $AWSMFA_EXPIRES_AT");
    person.pty.expect("<> ready> ");
    assert!(!person.exists("pwned"));
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
