//! The code is typed: at a real terminal, with the shell's own line editor.

use rustix::process::{Signal, kill_process};

use super::person::{PROMPT, Person};
use crate::support::json_shells::JsonShell;

/// What ends a prompt without an answer.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Typed(&'static str),
    Sent(Signal),
}

const ENDINGS: [Ending; 9] = [
    Ending::Typed("\u{3}"),
    Ending::Typed("12\u{3}"),
    Ending::Typed("\u{1c}"),
    Ending::Typed("12\u{1c}"),
    Ending::Typed("\u{4}"),
    Ending::Typed("12\u{4}"),
    Ending::Sent(Signal::TERM),
    Ending::Sent(Signal::HUP),
    Ending::Sent(Signal::INT),
];

pub fn a_prompt_that_is_left_changes_nothing(shell: JsonShell) {
    let mut person = Person::at(shell);
    person.types(&shell.set("AWS_PROFILE", "mine"));
    let before = person.look();
    for ending in ENDINGS {
        person.begin(&shell.and("aws-mfa-on landing", "touch next"));
        match ending {
            Ending::Typed(keys) => person.pty.send(keys),
            Ending::Sent(signal) => {
                person.pty.send("12");
                let program = person.pty.find("awsmfa").expect("it waits for the code");
                kill_process(program, signal).expect("a signal");
            }
        }
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
