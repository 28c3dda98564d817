//! Without a profile and without a default, the profile is chosen on the terminal, from a list that is
//! filtered as one types.

use std::fmt::Write as _;

use super::person::Person;
use super::{everywhere, leave_in_every_way};
use crate::support::home::{Home, account};
use crate::support::landing::Landing;
use crate::support::pty::Pty;

const LIST: &str = "profile:   [alice] | old | other";

impl Person {
    /// At a terminal whose files have three profiles and no default.
    fn with_a_choice(mut self) -> Self {
        let key = self.aws.user().keys[0].clone();
        let keys = format!(
            "aws_access_key_id = {}\naws_secret_access_key = {}\n",
            key.id, key.secret
        );
        let serial = self.aws.serial();
        self.home.write(
            ".aws/credentials",
            format!("[other]\n{keys}[old-long-term]\n{keys}[alice]\n{keys}"),
        );
        self.home.write(
            ".aws/config",
            format!(
                "[default]\nregion = eu-west-1\n[profile alice]\nmfa_serial = {serial}\n\
                 mfa_source = prompt\n[profile sso]\nsso_session = corp\n"
            ),
        );
        self.question = LIST;
        self
    }
}

#[test]
fn a_choice_that_is_left_changes_nothing() {
    everywhere(|person| leave_in_every_way(person.with_a_choice()));
}

#[test]
fn a_profile_is_chosen_as_one_types() {
    everywhere(|person| {
        let mut person = person.with_a_choice();
        person.pty.send("\r");
        let before = person.look();
        for line in person.ways() {
            person.aws.settle();
            person.begin(&format!("{line} && echo > next"));
            // Ctrl-Z has no effect. (ksh93 gives up itself, whatever runs.)
            let stop = if person.shell.words[0] == "ksh93" {
                ""
            } else {
                "\u{1a}"
            };
            person.pty.send(&format!("{stop}LI"));
            person.pty.expect("profile: LI  [alice]");
            person.pty.send("\r");
            person.pty.expect("profile: alice");
            person.pty.expect(super::PROMPT);
            let code = person.aws.code();
            person.pty.send(&format!("{code}\r"));
            let after = person.look();
            let case = format!("{line} in {}", person.story());
            assert_eq!(after.status, 0, "{case}");
            assert!(after.variables.contains("AWSMFA_PROFILE=alice"), "{case}");
            assert_eq!(after.stty, before.stty, "{case}");
            assert!(person.exists("next"), "{case}");
            person.pty.send("aws-mfa-off\r");
            let after = person.look();
            assert_eq!(after.variables, before.variables, "{case}");
        }
    });
}

/// `awsmfa env` on a terminal, where the files have these profiles without a default.
fn choose(names: &[String], variables: &[(&str, &str)]) -> (Home, Pty) {
    let (_aws, home) = account();
    let mut text = String::new();
    for name in names {
        let _ = write!(
            text,
            "[{name}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = \
             wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nmfa_serial = \
             arn:aws:iam::123456789012:mfa/alice\nmfa_source = prompt\n"
        );
    }
    home.write(".aws/credentials", text);
    home.write(".aws/config", "");
    let pty = home.terminal_with("env --shell sh", variables);
    (home, pty)
}

fn forty() -> Vec<String> {
    let name = |number| format!("account-{number}-administrator");
    (10..50).map(name).collect()
}

/// No escape sequence is needed, so the kind of terminal does not matter.
#[test]
fn forty_profiles_are_filtered_by_keys_on_any_terminal() {
    for term in ["dumb", "xterm-256color", ""] {
        let (_home, mut pty) = choose(&forty(), &[("TERM", term)]);
        pty.expect("[account-10-administrator] | account-11-administrator");
        for (keys, shown) in [
            ("\u{1b}[B", "[account-11-administrator] | account-12-"),
            ("\t", "[account-12-administrator]"),
            (
                "\u{1b}[A\u{1b}OA\u{1b}[Z",
                "[account-49-administrator] | account-10-",
            ),
            (
                "4 ADM",
                "profile: 4 ADM  [account-14-administrator] | account-24-",
            ),
            (
                "\u{7f}\u{7f}\u{7f}\u{7f}7x",
                "profile: 47x  no such profile",
            ),
            ("\r\u{7f}", "profile: 47  [account-47-administrator]"),
            ("\u{15}", "profile:   [account-10-administrator]"),
            ("3", "[account-13-administrator]"),
        ] {
            pty.send(keys);
            pty.expect(shown);
        }
        pty.send("9\r");
        pty.expect("profile: account-39-administrator");
        pty.expect("MFA code for ");
        pty.send("\u{4}");
        pty.expect("status 130");
        let awsmfa = pty.seen().replace("\u{1b}[", "");
        assert_eq!(awsmfa.len(), pty.seen().len(), "{}", pty.seen());
    }
}

#[test]
fn a_narrow_window_and_one_that_changes_show_the_selected_name() {
    let (_home, mut pty) = choose(&forty(), &[]);
    pty.expect("[account-10-administrator]");
    for (rows, columns, line) in [
        (3, 45, "\rprofile:   [account-10-administrator] | .. "),
        (1, 38, "\rprofile:   [account-10-administrator]"),
        (2, 20, "\r[account-10-admin.."),
        (
            50,
            100,
            "\rprofile:   [account-10-administrator] | account-11-",
        ),
    ] {
        pty.resize(rows, columns);
        pty.expect(line);
        // The cursor is where the next key goes, and the line has not been left.
        let rest = pty.expect("\r");
        assert!(rest.len() <= usize::from(columns), "{rest:?}");
    }
    pty.send("20\r");
    pty.expect("MFA code for ");
}

#[test]
fn names_cannot_steer_the_terminal() {
    for (name, typed, shown) in [
        ("two words", "wo", "[two words]"),
        ("a\u{202e}b", "a", "[a\\u{202e}b]"),
        ("日本", "本", "[日本]"),
        ("$(touch x)", "$", "[$(touch x)]"),
        ("'", "'", "[']"),
        ("-v", "-", "[-v]"),
    ] {
        let (home, mut pty) = choose(&["first".to_owned(), name.to_owned()], &[]);
        pty.expect("first");
        pty.send(typed);
        pty.expect(shown);
        pty.send("\r");
        pty.expect("MFA code for ");
        assert!(!pty.seen().contains('\u{202e}'), "{}", pty.seen());
        assert!(!home.path().join("x").exists());
    }
}

#[test]
fn a_profile_that_is_named_or_a_default_needs_no_choice() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let keys = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n";
    for (words, variables, lines, said) in [
        ("env --shell sh dev", &[][..], "", "MFA code for "),
        (
            "env --shell sh",
            &[("AWS_PROFILE", "dev")],
            "",
            "MFA code for ",
        ),
        (
            "env --shell sh",
            &[],
            keys,
            "has no aws_secret_access_key beside it",
        ),
        ("env --shell sh", &[], "source_profile = nobody\n", "nobody"),
    ] {
        let landing = Landing::new();
        if !lines.is_empty() {
            landing.configure(&format!("[default]\n{lines}"));
        }
        let mut pty = landing.home.terminal_with(words, variables);
        pty.expect(said);
        assert!(!pty.seen().contains("which profile?"), "{}", pty.seen());
    }
    // Nobody can be asked.
    let run = landing.login(&code).run();
    run.failure(1)
        .complains("could not log in to profile default: there is no such profile")
        .complains("hint: the profiles are: ");
}

/// What is typed ahead is the code.
#[test]
fn what_follows_the_choice_is_the_answer_to_the_next_question() {
    let landing = Landing::new();
    let mut pty = landing.home.terminal("env --shell sh");
    pty.expect("which profile?");
    pty.expect("profile: ");
    pty.send(&format!("landing\r{}\r", landing.aws.code()));
    pty.succeeds();
    assert_eq!(landing.aws.count("GetSessionToken"), 1);
}
