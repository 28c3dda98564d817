//! `awsmfa_prompt`.

use std::os::unix::ffi::OsStrExt as _;

use super::*;

#[test]
fn the_prompt_shows_profile_and_time_left_and_evaluates_nothing() {
    let odd = "w$(touch pwned)`touch pwned`%n\\u\u{7}\u{1b}[31m";
    for (shell, command) in shells() {
        for (end, left) in [
            (in_seconds(3600 * 11 + 90), " 11h1m"),
            (in_seconds(150), " 2m"),
            (1, " over"),
        ] {
            let name = match shell {
                Dialect::Zsh => "w$(touch pwned)`touch pwned`%%n\\u[31m",
                _ => "w$(touch pwned)`touch pwned`%n\\u[31m",
            };
            let program = Program::new(shell);
            // Where a result of arithmetic is split, digits must not be separators.
            let split = if shell == Dialect::Fish {
                ""
            } else {
                "IFS=0123456789\n"
            };
            let script = format!("{split}{}\nawsmfa_prompt\n", load(shell));
            let end = end.to_string();
            let environment = [("AWSMFA_PROFILE", odd), ("AWSMFA_EXPIRES_AT", &end)];
            let output = program.run(command, &script, &environment);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), format!("{name}{left}"), "{report}");
            assert!(output.stderr.is_empty(), "{report}");
            assert!(!program.path().join("pwned").exists(), "{report}");
        }
    }
}

/// C1 characters, DEL and what reorders text; what looks like them in bytes; what is not UTF-8.
#[test]
fn the_prompt_lets_no_character_through_that_steers_a_terminal() {
    let long = "\u{9b}31m\u{85}a\u{7f}\u{61c}\u{200e}\u{200f}\u{2028}b\u{202e}\u{2066}\u{2069}\t\n";
    let names: [(&[u8], &str); 6] = [
        (long.as_bytes(), "31mab"),
        (
            "ä中😀\u{206a} é\u{a0}ě".as_bytes(),
            "ä中😀\u{206a} é\u{a0}ě",
        ),
        ("a'b\"c\\ *".as_bytes(), "a'b\"c\\ *"),
        (b"a\x9b1m\xc2", "a1m"),
        // Without the inner character, the outer bytes are one.
        (b"a\xc2\xd8\x9c\x9b1m", "a1m"),
        (b"a\xe0\x82\x9b1m\xf0\x80\x82\x9b", "a1m"),
    ];
    for (shell, command) in shells() {
        for locale in ["C", list::UTF_8] {
            for (name, shown) in names {
                // In the C locale, fish takes each byte for a character.
                if (shell, locale) == (Dialect::Fish, "C") {
                    continue;
                }
                let program = Program::new(shell);
                std::fs::write(
                    program.path().join("script"),
                    load(shell).to_owned() + "\nawsmfa_prompt\n",
                )
                .unwrap();
                let output = program
                    .command(command)
                    .arg("script")
                    .env("LC_ALL", locale)
                    .env("AWSMFA_PROFILE", std::ffi::OsStr::from_bytes(name))
                    .env("AWSMFA_EXPIRES_AT", "1")
                    .output()
                    .unwrap();
                let report = report(command, locale, &output);
                assert_eq!(
                    stdout(&output),
                    format!("{shown} over"),
                    "{name:?} {report}"
                );
                assert!(output.stderr.is_empty(), "{report}");
            }
        }
    }
}

#[test]
fn the_prompt_is_empty_if_something_else_has_replaced_the_keys() {
    for (shell, command) in shells() {
        for (current, shown) in [("ASIAours", "work over"), ("ASIAother", ""), ("", "")] {
            let program = Program::new(shell);
            let script = format!("{}\nawsmfa_prompt\n", load(shell));
            let environment = [
                ("AWSMFA_PROFILE", "work"),
                ("AWSMFA_EXPIRES_AT", "1"),
                ("AWSMFA_ACCESS_KEY_ID", "ASIAours"),
                ("AWS_ACCESS_KEY_ID", current),
            ];
            let output = program.run(command, &script, &environment);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), shown, "{report}");
        }
    }
}

#[test]
fn the_prompt_is_empty_without_a_session_and_with_junk() {
    for (shell, command) in shells() {
        for junk in [
            "",
            "x",
            "$(touch pwned)",
            "a[$(touch pwned)]",
            "99999999999999999999",
            "1\n2",
        ] {
            let program = Program::new(shell);
            let strict = if shell == Dialect::Fish {
                ""
            } else {
                "set -eu\n"
            };
            let script = format!("{strict}{}\nawsmfa_prompt\n", load(shell));
            let output = program.run(command, &script, &[("AWSMFA_EXPIRES_AT", junk)]);
            let report = report(command, &script, &output);
            assert_eq!(
                (stdout(&output).as_str(), output.stderr.len()),
                ("", 0),
                "{junk:?} {report}"
            );
            assert!(!program.path().join("pwned").exists(), "{report}");
        }
    }
}

#[test]
fn the_prompt_shows_the_shorter_of_role_and_base_session() {
    let end = in_seconds(1830).to_string();
    for (shell, command) in shells() {
        for (base, left) in [
            (in_seconds(3600).to_string(), "30m"),
            (in_seconds(150).to_string(), "2m"),
            ("1".to_owned(), "30m"),
            ("$(touch pwned)".to_owned(), "30m"),
        ] {
            let program = Program::new(shell);
            let script = format!("{}\nawsmfa_prompt\n", load(shell));
            let environment = [
                ("AWSMFA_PROFILE", "dev"),
                ("AWSMFA_EXPIRES_AT", &end),
                ("AWSMFA_BASE_EXPIRES_AT", &base),
            ];
            let output = program.run(command, &script, &environment);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), format!("dev {left}"), "{base} {report}");
            assert!(output.stderr.is_empty(), "{report}");
            assert!(!program.path().join("pwned").exists(), "{report}");
        }
    }
}

/// Drawn by the shell itself, with the expansions that it makes in prompts.
#[test]
fn a_profile_name_in_a_real_prompt_is_not_evaluated() {
    for (shell, prompt) in [
        (Dialect::Bash, "PS1='<$(awsmfa_prompt)> ready> '"),
        (
            Dialect::Zsh,
            "setopt prompt_subst; PS1='<$(awsmfa_prompt)> ready> '",
        ),
        (
            Dialect::Fish,
            "function fish_prompt; echo '<'(awsmfa_prompt)'> ready> '; end",
        ),
    ] {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let set = if shell == Dialect::Fish {
            ["set -gx ", " "]
        } else {
            ["export ", "="]
        };
        let [set, equals] = set;
        pty.send(&format!("{set}AWSMFA_PROFILE{equals}'%n\\u$(touch pwned)'; {set}AWSMFA_EXPIRES_AT{equals}1; {prompt}\r"));
        pty.expect("<%n\\u$(touch pwned) over> ready> ");
        assert!(!program.path().join("pwned").exists(), "{}", pty.seen());
    }
}
