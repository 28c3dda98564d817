//! `awsmfa init`: the snippet for the shell's rc file.

use crate::shell::Shell;

/// The lines around the part of a snippet that `--no-warnings` leaves out.
const WARNINGS: [&str; 2] = ["# >>> warnings", "# <<< warnings"];

/// The snippet of `shell/`, with or without the warnings before the prompt.
pub fn run(shell: Shell, warnings: bool) -> String {
    if warnings {
        return shell.snippet().to_owned();
    }
    let mut inside = false;
    let mut kept = String::new();
    for line in shell.snippet().lines() {
        inside |= line == WARNINGS[0];
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
        inside &= line != WARNINGS[1];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_warnings_leaves_exactly_the_marked_part_out() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let (with, without) = (run(shell, true), run(shell, false));
            assert!(with.contains("__awsmfa_warn"), "{shell:?}");
            assert!(!without.contains("warn"), "{shell:?}: {without}");
            assert!(without.contains("awsmfa_prompt") && without.contains("aws-mfa-off"));
        }
        assert_eq!(run(Shell::Sh, true), run(Shell::Sh, false));
    }
}
