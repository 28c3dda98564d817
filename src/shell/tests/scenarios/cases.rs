//! Situations that are no list of steps: scripts in `tests/shells/cases`, each with what it prints.

use super::*;

/// The cases of a shell. `# case: NAME` begins one; `#> ` stands before a line that it prints.
fn cases(shell: Dialect) -> &'static str {
    match shell {
        Dialect::Bash => include_str!("../../../../tests/shells/cases/bash.bash"),
        Dialect::Zsh => include_str!("../../../../tests/shells/cases/zsh.zsh"),
        Dialect::Fish => include_str!("../../../../tests/shells/cases/fish.fish"),
        Dialect::Sh => include_str!("../../../../tests/shells/cases/posix.sh"),
    }
}

#[test]
fn every_case_prints_what_it_says() {
    for (shell, command) in shells() {
        for case in cases(shell).split("# case: ").skip(1) {
            let (_name, script) = case.split_once('\n').unwrap();
            let script = format!("{}\n{script}", load(shell));
            let printed = script.lines().filter_map(|line| line.strip_prefix("#> "));
            let printed: String = printed.flat_map(|line| [line, "\n"]).collect();
            let output = Program::new(shell).run(command, &script, &[]);
            let report = report(command, case, &output);
            assert!(!printed.is_empty(), "{report}");
            assert_eq!(stdout(&output), printed, "{report}");
            assert!(output.stderr.is_empty(), "{report}");
        }
    }
}

/// fish starts none.
#[test]
fn a_login_in_a_subshell_says_that_it_has_no_effect_outside() {
    for (shell, command) in shells() {
        if shell == Dialect::Fish {
            continue;
        }
        let [on, off] = functions(shell);
        let program = Program::new(shell);
        let check = "echo ${AWSMFA_PROFILE-no}";
        let script = format!(
            "{}\n{on} | cat\n({on}; {check})\n{check}\n{on}\n{off}\n",
            load(shell)
        );
        let output = program.run(command, &script, &[]);
        let told = report(command, &script, &output);
        assert_eq!(stdout(&output), "work\nno\n", "{told}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let note = "awsmfa: aws-mfa-on has no effect outside of this pipe";
        assert_eq!(said.matches(note).count(), 2, "{told}");
        assert_eq!(said.lines().count(), 2, "{told}");
    }
}
