//! Situations that are no list of steps: scripts in `tests/shells/cases`, each with what it prints.

use super::*;

/// The cases of a shell. `# case: NAME` begins one; `#> ` stands before a line that it prints.
fn cases(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../../../tests/shells/cases/bash.bash"),
        Shell::Zsh => include_str!("../../../../tests/shells/cases/zsh.zsh"),
        Shell::Fish => include_str!("../../../../tests/shells/cases/fish.fish"),
        Shell::Sh => include_str!("../../../../tests/shells/cases/posix.sh"),
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

#[test]
fn a_login_in_a_subshell_says_that_the_session_ends_with_it() {
    for (shell, command) in [0, 1, 4].map(|at| shells()[at]) {
        let [on, off] = functions(shell);
        let program = Program::new(shell);
        let script = format!(
            "{}\n{on} | cat\n({on}; echo $AWSMFA_PROFILE)\necho ${{AWSMFA_PROFILE-no}}\n{on}\n{off}\n",
            load(shell)
        );
        let output = program.run(command, &script, &[]);
        let told = report(command, &script, &output);
        assert_eq!(stdout(&output), "work\nno\n", "{told}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let times = said
            .matches("awsmfa: the session ends with this subshell")
            .count();
        assert_eq!(times, 2, "{told}");
    }
}
