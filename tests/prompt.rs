//! The code is typed: in every shell, at a real terminal, by the bare line and by the function.

mod choice;
pub mod person;

use std::fs;
use std::thread::sleep;
use std::time::Duration;

#[cfg(target_os = "linux")]
use crate::support::shells::BASH;
use crate::support::shells::SHELLS;
use crate::support::stand_in::Fault;
use person::{ENDINGS, PROMPT, Person};

/// The same in every shell, all at once.
fn everywhere(test: impl Fn(Person) + Sync) {
    let test = &test;
    std::thread::scope(|scope| {
        for shell in SHELLS {
            scope.spawn(move || test(Person::at(shell)));
        }
    });
}

#[test]
fn a_prompt_that_is_left_changes_nothing() {
    everywhere(leave_in_every_way);
}

/// Leaves the question in every way, and finds everything as it was.
fn leave_in_every_way(mut person: Person) {
    person.pty.send("\r");
    let before = person.look();
    for line in person.ways() {
        for ending in ENDINGS {
            if ending.is_beyond_us(person.shell, &line) {
                continue;
            }
            person.leave(&line, ending);
            let case = format!("{line} {ending:?}");
            let status = person.finds_all_as_it_was(&before, &case);
            let fits = ending.fits(status, person.shell, &line);
            assert!(fits, "{case}: {status} in {}", person.story());
        }
    }
    // The clocks differ, but what the proof has learned is of no use to who has left.
    assert!(
        !person.pty.seen().contains("awsmfa: "),
        "{}",
        person.story()
    );
    assert_eq!(person.logins(), 0);
}

/// ksh93 now and then starts a program so.
#[test]
#[cfg(target_os = "linux")]
fn blocked_signals_end_the_prompt_too() {
    let mut person = Person::at(BASH);
    person.pty.send("\r");
    let before = person.look();
    for ending in ENDINGS {
        person.leave("env --block-signal awsmfa env --print", ending);
        let after = person.look();
        assert_eq!(after.status, 130, "{ending:?} in {}", person.story());
        assert_eq!(after.stty, before.stty, "{ending:?}");
    }
}

#[test]
fn a_code_is_asked_for_until_it_is_right() {
    everywhere(|mut person| {
        for line in person.ways() {
            person.aws.settle();
            let (wrong, right) = (person.aws.wrong_code(), person.aws.code());
            person.begin(&format!("{line} && echo > next"));
            // Ctrl-Z is no way out, and no part of the code. (ksh93 gives up itself, whatever runs.)
            let stop = match person.shell.words[0] {
                "ksh93" => "12345",
                _ => "\u{1a}12345",
            };
            for entry in [stop, ""] {
                person.pty.send(&format!("{entry}\r"));
                person.pty.expect(PROMPT);
            }
            person.pty.send(&format!("{wrong}\r"));
            // The clocks differ here: that is said, but not into the open question.
            person.pty.expect("\r\nawsmfa: this computer's clock is");
            person.pty.expect("AWS refused the code: ");
            person.pty.expect(PROMPT);
            person.pty.send(&format!("{right}\r"));
            let after = person.look();
            let case = format!("{line} in {}", person.story());
            assert_eq!(after.status, 0, "{case}");
            assert!(after.variables.contains("AWS_ACCESS_KEY_ID=ASIA"), "{case}");
            assert!(person.exists("next"), "{case}");
            fs::remove_file(person.home.path().join("next")).expect("a file");
            person.pty.send("aws-mfa-off\r");
            let after = person.look();
            assert!(!after.variables.contains("ASIA"), "{case}");
        }
    });
}

#[test]
fn three_wrong_codes_are_enough() {
    everywhere(|mut person| {
        person.pty.send("\r");
        let before = person.look();
        for (line, entry) in person.ways().into_iter().zip([None, Some("12345")]) {
            let entry = entry.map_or_else(|| person.aws.wrong_code(), str::to_owned);
            person.begin(&format!("{line} && echo > next"));
            for _ in 0..2 {
                person.pty.send(&format!("{entry}\r"));
                person.pty.expect(PROMPT);
            }
            person.pty.send(&format!("{entry}\r"));
            person.pty.expect("awsmfa: could not log in: ");
            let status = person.finds_all_as_it_was(&before, &line);
            assert_eq!(status, 1, "{line} in {}", person.story());
        }
        assert_eq!(person.logins(), 3);
    });
}

/// Keys that AWS does not know are not worth a code.
#[test]
fn a_prompt_for_keys_that_aws_refuses_ends_by_itself() {
    everywhere(|mut person| {
        person.pty.send("\r");
        let before = person.look();
        person
            .aws
            .change(|options| options.users[0].keys[0].active = false);
        for line in person.ways() {
            person.begin(&format!("{line} && echo > next"));
            person
                .pty
                .expect("\r\nawsmfa: could not log in: AWS does not know the access key");
            let status = person.finds_all_as_it_was(&before, &line);
            assert_eq!(status, 1, "{line} in {}", person.story());
        }
    });
}

#[test]
fn nothing_is_asked_from_the_background() {
    everywhere(|mut person| {
        if person.shell.is_fish() {
            return; // `source` has no background there
        }
        person
            .pty
            .send("{ eval \"$(awsmfa env)\" || echo $? > status; } &\r");
        person.pty.expect("awsmfa: could not log in: ");
        person.pty.expect("runs in the background");
        person.pty.expect("hint: to log in without typing: ");
        person.pty.send("wait; cat status; echo en''d\r");
        assert!(person.pty.expect("end").contains('1'), "{}", person.story());
    });
}

/// Ctrl-C works wherever the run is, not only at the question.
#[test]
fn ctrl_c_ends_a_waiting_login() {
    everywhere(|mut person| {
        person.pty.send("\r");
        let before = person.look();
        for line in person.ways() {
            person.aws.fail("GetSessionToken", Fault::Silence, 1);
            let rest = person.after_ctrl_c();
            person.begin(&format!("{line} {rest}"));
            let sent = person.logins() + 1;
            let code = person.aws.code();
            person.pty.send(&format!("{code}\r"));
            while person.logins() < sent {
                sleep(Duration::from_millis(10));
            }
            person.leave_with_ctrl_c(&before);
        }
        person.aws.change(|options| options.clock_offset = 0);
        // The secret is wrong, so the next code is waited for. Its steps are long: an answer that comes
        // in the next one leaves nothing to wait for.
        let uri = "otpauth://totp/AWS?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJA&period=3600";
        person.home.write(".aws-mfa", uri);
        person.takes_codes_from("file");
        for line in person.ways() {
            let rest = person.after_ctrl_c();
            person.pty.send(&format!("{line} {rest}\r"));
            person.pty.expect("next one in ");
            person.leave_with_ctrl_c(&before);
        }
    });
}

#[test]
fn ctrl_c_does_not_end_a_trace() {
    everywhere(|mut person| {
        if person.shell.words[0] == "ksh93" {
            return; // it has nothing that is put back when a function is left this way
        }
        let (trace, check) = if person.shell.is_fish() {
            (
                "set -g fish_trace 1",
                "test \"$fish_trace\" = 1; and echo k''ept",
            )
        } else {
            ("set -x", "case $- in *x*) echo k''ept;; esac")
        };
        person.pty.send(&format!("{trace}\r"));
        person.begin("aws-mfa-on");
        person.pty.send("\u{3}");
        person.pty.expect("ready> ");
        person.pty.send(&format!("{check}\r"));
        person.pty.expect("kept\r\n");
    });
}
