//! Aliases and functions of the user's that are called like commands.

use super::*;

#[test]
fn aliases_do_no_harm() {
    for word in ["false", "echo"] {
        for (shell, command) in shells() {
            if shell == Dialect::Fish {
                continue; // aliases are functions there
            }
            let [on, off] = functions(shell);
            // The lines of sh are plain, for other programs.
            let more = if shell == Dialect::Sh {
                ""
            } else {
                "unset export "
            };
            let words = format!(
                "{more}eval command local set return builtin printf typeset declare emulate echo {on} {off}"
            );
            let aliases = words.split(' ').map(|name| format!("{name}={word}"));
            let alias = format!("alias {}", aliases.collect::<Vec<_>>().join(" "));
            let expand = if command[0] == "bash" {
                "shopt -s expand_aliases\n"
            } else {
                ""
            };
            let bare = |what| format!("\\eval \"$(awsmfa {what})\"");
            let ways = [
                (". ./snippet".to_owned(), on.to_owned(), off.to_owned()),
                (
                    "\\eval \"$(cat snippet)\"".to_owned(),
                    on.to_owned(),
                    off.to_owned(),
                ),
                (":".to_owned(), bare("env"), bare("off")),
            ];
            for (load, on, off) in ways {
                // The restore code is made of what is there before.
                let check = "\\printf '%s\\n' \"${AWSMFA_PROFILE-no} $AWS_REGION $AWS_PROFILE\"";
                let script = format!(
                    "AWS_PROFILE=mine\n{expand}{alias}\n{load}\n{on}\n{check}\n{off}\n{check}\n"
                );
                let output = Program::new(shell).run(command, &script, &[("AWS_REGION", "old")]);
                let told = report(command, &script, &output);
                assert_eq!(stdout(&output), "work eu-west-1 \nno old mine\n", "{told}");
                assert!(output.stderr.is_empty(), "{told}");
            }
        }
    }
}

/// A function of this name would run in place of the builtin, or call itself for ever.
#[test]
fn functions_named_like_builtins_do_no_harm() {
    for (shell, command) in shells().into_iter().take(2) {
        for load in [". ./snippet", "eval \"$(cat snippet)\""] {
            let program = Program::new(shell);
            let names = "set unset export declare typeset compgen local eval echo printf test true false emulate print [ :";
            let functions = names
                .split(' ')
                .map(|name| format!("function {name} {{ touch called; return 3; }}"));
            let functions = functions.collect::<Vec<_>>().join("\n");
            let check = "builtin printf '%s\\n' \"${AWSMFA_PROFILE-no} $AWS_REGION $AWS_PROFILE\"";
            let script = format!(
                "builtin export AWS_REGION=old\nAWS_PROFILE=mine\n{load}\n{functions}\n\
                 aws-mfa-on\n{check}\naws-mfa-off\n{check}\n\
                 builtin eval \"$(awsmfa env)\"\n{check}\nbuiltin eval \"$(awsmfa off)\"\n{check}\n"
            );
            let output = program.run(command, &script, &[]);
            let told = report(command, &script, &output);
            let expected = "work eu-west-1 \nno old mine\n".repeat(2);
            assert_eq!(stdout(&output), expected, "{told}");
            assert!(output.stderr.is_empty(), "{told}");
            assert!(!program.path().join("called").exists(), "{told}");
        }
    }
}

/// The other commands of fish that the snippet uses are reserved words.
#[test]
fn functions_named_like_builtins_do_no_harm_in_fish() {
    let fish = shells()
        .into_iter()
        .find(|(shell, _)| *shell == Dialect::Fish);
    let Some((shell, command)) = fish else { return };
    for (before, after) in [(false, true), (true, false)] {
        let names = "cd contains count date echo emit functions jobs math path printf true type";
        let functions = names
            .split(' ')
            .map(|name| format!("function {name}; touch called; return 3; end"));
        let functions = functions.collect::<Vec<_>>().join("\n");
        let at = |here: bool| if here { functions.as_str() } else { "" };
        let check = "builtin printf '%s|' $AWSMFA_PROFILE $AWS_REGION $AWS_PROFILE; builtin echo";
        let script = format!(
            "set -g AWS_PROFILE mine\n{}\n{}\n{}\naws-mfa-on\n{check}\n\
             builtin test -n (awsmfa_prompt); and builtin echo prompt\naws-mfa-off\n{check}\n",
            at(before),
            load(shell),
            at(after)
        );
        let program = Program::new(shell);
        let output = program.run(command, &script, &[("AWS_REGION", "old")]);
        let told = report(command, &script, &output);
        assert_eq!(
            stdout(&output),
            "work|eu-west-1|\nprompt\nold|mine|\n",
            "{told}"
        );
        assert!(output.stderr.is_empty(), "{told}");
        assert!(!program.path().join("called").exists(), "{told}");
    }
}
