//! The code is typed: at a real terminal, with the shell's own line editor.

use super::person::Person;
use crate::prompt::person::{ENDINGS, PROMPT};
use crate::support::json_shells::JsonShell;

pub fn a_prompt_that_is_left_changes_nothing(shell: JsonShell) {
    let mut person = Person::at(shell);
    person.types(&shell.set("AWS_PROFILE", "mine"));
    let before = person.look();
    for ending in ENDINGS {
        person.begin(&shell.and("aws-mfa-on landing", "touch next"));
        ending.happens(&mut person.pty);
        assert_eq!(person.look(), before, "{ending:?} {}", person.story());
        assert!(!person.exists("next"), "{ending:?} {}", person.story());
    }
    assert_eq!(person.landing.codes(), 0);
}

pub fn a_code_is_asked_for_until_it_is_right(shell: JsonShell) {
    let mut person = Person::at(shell);
    person.types(&shell.set("AWS_PROFILE", "mine"));
    let before = person.look();
    let (wrong, right) = (person.landing.aws.wrong_code(), person.landing.aws.code());
    person.begin(&shell.and("aws-mfa-on landing", "touch next"));
    // Ctrl-Z is no way out, and no part of the code.
    for entry in ["\u{1a}12345", "", &wrong] {
        person.types(entry);
        person.pty.expect(PROMPT);
    }
    person.types(&right);
    let after = person.look();
    assert!(
        after.variables.contains("AWS_ACCESS_KEY_ID=ASIA"),
        "{}",
        person.story()
    );
    assert!(!after.variables.contains("__awsmfa"), "{}", person.story());
    assert!(person.exists("next"), "{}", person.story());
    assert_eq!(after.stty, before.stty, "{}", person.story());
    person.types("aws-mfa-off");
    assert_eq!(person.look(), before, "{}", person.story());
}
