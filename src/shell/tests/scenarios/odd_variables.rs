//! Variables that cannot be set, or hold no text.

use std::os::unix::ffi::OsStrExt as _;

use super::*;

#[test]
fn a_read_only_variable_changes_nothing() {
    for (shell, command) in shells() {
        if shell == Dialect::Fish {
            continue; // has none
        }
        let program = Program::new(shell);
        let script = "export AWS_PROFILE=mine; readonly AWS_REGION=fixed\n\
                      eval \"$(awsmfa env)\" || echo \"$? $AWS_PROFILE ${AWS_ACCESS_KEY_ID-no} ${__awsmfa_off-no}\"\n";
        let output = program.run(command, script, &[]);
        let report = report(command, script, &output);
        assert_eq!(stdout(&output), "1 mine no no\n", "{report}");
        assert!(
            String::from_utf8_lossy(&output.stderr).starts_with("awsmfa: could not change"),
            "{report}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_come_back() {
    let bytes = b"\xff'\xc3\\\x80\n\n".as_slice();
    let odd = std::ffi::OsStr::from_bytes(bytes);
    for (shell, command) in shells() {
        let program = Program::new(shell);
        let [on, off] = functions(shell);
        let script = format!(
            "{}\n{on}\n{off}\nsh -c 'printf %s \"$AWS_PROFILE\"'\n",
            load(shell)
        );
        std::fs::write(program.path().join("script"), &script).unwrap();
        let output = program
            .command(command)
            .arg("script")
            .env("AWS_PROFILE", odd)
            .output()
            .unwrap();
        assert_eq!(
            output.stdout,
            bytes,
            "{}",
            report(command, &script, &output)
        );
    }
}
