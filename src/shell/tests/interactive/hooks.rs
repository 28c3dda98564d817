//! Other hooks before the prompt, in whatever form and order they are registered.

use super::*;

/// Prints what the last command left, and leaves something else.
const BASH_HOOK: &str = "h() { local s=$? u=$_ p=(\"${PIPESTATUS[@]}\"); echo \"[$s|${p[*]}|$u]\"; true | true | false; : other; }";

/// What is said before the next prompt.
fn before_the_prompt(pty: &mut Pty, line: &str) -> String {
    pty.send(&format!("{line}\r"));
    pty.expect("ready> ")
}

#[test]
fn every_hook_of_bash_sees_what_the_command_left() {
    for (first, then) in [
        ("PROMPT_COMMAND=h", ""),
        ("PROMPT_COMMAND='h;'", "eval \"$(cat snippet)\""),
        ("PROMPT_COMMAND=('h' ':')", ""),
        ("PROMPT_COMMAND=(': one' 'h')", ". ./snippet"),
        (":", "PROMPT_COMMAND=h"),
        (":", "PROMPT_COMMAND=\"h;$PROMPT_COMMAND\""),
        (
            ":",
            "PROMPT_COMMAND=\"${PROMPT_COMMAND:+$PROMPT_COMMAND;}h\"",
        ),
        (":", "PROMPT_COMMAND+=('h')"),
        (":", "PROMPT_COMMAND=('h' \"${PROMPT_COMMAND[@]}\")"),
        ("export PROMPT_COMMAND=h", ". ./snippet"),
        (
            "export PROMPT_COMMAND=",
            "PROMPT_COMMAND=\"$PROMPT_COMMAND;h\"",
        ),
        ("readonly PROMPT_COMMAND=h", ". ./snippet"),
        ("set -u", "PROMPT_COMMAND+=('h')"),
    ] {
        let program = Program::new(Dialect::Bash);
        let mut pty = terminal(&program, Dialect::Bash, &format!("{BASH_HOOK}; {first}; "));
        if !then.is_empty() {
            before_the_prompt(&mut pty, then);
        }
        for (line, left) in [
            ("(exit 1) | (exit 0)", "[0|1 0|"),
            ("(exit 3)", "[3|3|"),
            (": one two", "[0|0|two]"),
            (
                "(exit 1) | (exit 2) | (exit 3) | (exit 4)",
                "[4|1 2 3 4|two]",
            ),
        ] {
            let shown = before_the_prompt(&mut pty, line);
            assert!(shown.contains(left), "{first}; {then}: {}", pty.seen());
        }
        let shown = before_the_prompt(&mut pty, "(exit 3) | (exit 4); echo \"s:$?\"");
        assert!(shown.contains("s:4"), "{first}; {then}: {}", pty.seen());
        for complaint in ["not found", "error", "readonly variable"] {
            assert!(!pty.seen().contains(complaint), "{first}: {}", pty.seen());
        }
    }
}

/// In bash 5.0 and older, an array is of no use, and bash 3.2 is the one of macOS.
#[test]
fn a_prompt_command_string_warns_too() {
    let program = Program::new(Dialect::Bash);
    let before = "export PROMPT_COMMAND='echo hook'; ";
    let mut pty = terminal(&program, Dialect::Bash, before);
    let end = in_seconds(300);
    let shown = before_the_prompt(&mut pty, &format!("export AWSMFA_EXPIRES_AT={end}"));
    assert!(shown.contains("aws-mfa-on renews it"), "{}", pty.seen());
}

/// Also after a pipeline, whose statuses are for other hooks.
#[test]
fn a_prompt_command_string_warns_after_a_pipeline() {
    let program = Program::new(Dialect::Bash);
    let mut pty = terminal(&program, Dialect::Bash, "export PROMPT_COMMAND=; ");
    for commands in [2, 4, 5] {
        let end = in_seconds(300 + commands);
        let pipeline = vec!["true"; commands.try_into().unwrap()].join(" | ");
        let line = format!("export AWSMFA_EXPIRES_AT={end}; {pipeline}");
        let shown = before_the_prompt(&mut pty, &line);
        assert!(shown.contains("aws-mfa-on renews it"), "{}", pty.seen());
    }
}

/// Hooks that measure or record what is typed arm a DEBUG trap before the prompt, and take the first command that
/// follows for it: those before our line, of which bash-preexec sets the trap at the first prompt, by a string that it
/// then takes out, and VS Code, which wraps what the start-up files have left.
#[test]
fn a_debug_trap_takes_no_hook_of_ours_for_what_is_typed() {
    let heard = "heard() { [[ -z $armed ]] || { armed=; echo \"heard:$BASH_COMMAND:\"; }; }; ";
    let load = "eval \"$(cat snippet)\"; ";
    let wrap = "was=$PROMPT_COMMAND; arm() { eval \"$was\"; armed=1; }; PROMPT_COMMAND=arm; trap heard DEBUG";
    for (before, then) in [
        (
            format!("arm() {{ armed=1; }}; PROMPT_COMMAND=arm; trap heard DEBUG; {load}"),
            "",
        ),
        (
            format!(
                "arm() {{ armed=1; }}; once='trap - DEBUG; __bp_install'; \
                 __bp_install() {{ [[ $PROMPT_COMMAND == *arm* ]] || {{ PROMPT_COMMAND=${{PROMPT_COMMAND//$once}}$'\\narm'; trap heard DEBUG; arm; }}; }}; \
                 bash_preexec_imported=1; PROMPT_COMMAND=$once; {load}"
            ),
            "",
        ),
        ("TERM_PROGRAM=vscode; ".to_owned(), wrap),
        (
            format!("TERM_PROGRAM=vscode; PROMPT_COMMAND=:; trap : DEBUG; {load}"),
            wrap,
        ),
    ] {
        let program = Program::new(Dialect::Bash);
        let mut pty = terminal(&program, Dialect::Bash, &format!("{heard}{before}"));
        if !then.is_empty() {
            before_the_prompt(&mut pty, then);
        }
        let end = in_seconds(300);
        let mut shown = before_the_prompt(&mut pty, &format!("export AWSMFA_EXPIRES_AT={end}"));
        shown += &before_the_prompt(&mut pty, ": two");
        for expected in [
            "heard:export AWSMFA",
            "aws-mfa-on renews it",
            "heard:: two:",
        ] {
            assert!(shown.contains(expected), "{expected}: {}", pty.seen());
        }
        assert_eq!(shown.matches("heard:").count(), 2, "{}", pty.seen());
    }
}

#[test]
fn an_exported_hook_does_no_harm_in_child_shells() {
    let program = Program::new(Dialect::Bash);
    let before = "export PROMPT_COMMAND='echo ho''ok'; ";
    let mut pty = terminal(&program, Dialect::Bash, before);
    pty.send("PS1='child> ' bash --norc --noprofile --noediting -i\r");
    pty.expect("hook");
    pty.expect("child> ");
    for loaded in [false, true] {
        pty.send(if loaded {
            ". ./snippet\r"
        } else {
            "false | true\r"
        });
        let shown = pty.expect("child> ");
        assert!(shown.contains("hook"), "{}", pty.seen());
        assert!(!shown.contains("awsmfa"), "{}", pty.seen());
    }
}

#[test]
fn every_hook_of_zsh_and_fish_sees_what_the_command_left() {
    for (shell, hook, pipeline, left) in [
        (
            Dialect::Zsh,
            "h() { echo \"[$?|$pipestatus|$_]\"; true | false; }; precmd_functions+=(h)",
            "(exit 3) | (exit 4)",
            "[4|3 4|",
        ),
        (
            Dialect::Fish,
            "function h --on-event fish_prompt; echo \"[$status|$pipestatus|]\"; true | false; end",
            "sh -c 'exit 3' | sh -c 'exit 4'",
            "[4|3 4|]",
        ),
    ] {
        for before in [true, false] {
            let program = Program::new(shell);
            let twice = format!("{}; ", load(shell));
            let first = if before {
                format!("{hook}; {twice}")
            } else {
                twice
            };
            let mut pty = terminal(&program, shell, &first);
            if !before {
                before_the_prompt(&mut pty, hook);
            }
            pty.send(&format!("{pipeline}\r"));
            pty.expect(left);
            pty.expect("ready> ");
        }
    }
}

#[test]
fn bash_hooks_keep_the_status() {
    let program = Program::new(Dialect::Bash);
    let mut pty = terminal(&program, Dialect::Bash, ". ./snippet; ");
    before_the_prompt(&mut pty, "sh -c 'exit 7'");
    let shown = before_the_prompt(&mut pty, "echo \"status:$?\"");
    assert!(shown.contains("status:7"), "{}", pty.seen());
}
