//! How bash keeps its hooks, by its version, from the program itself, which is not run.

use std::path::Path;

use crate::environment::Environment;

/// In every bash: `@(#)Bash version 5.2.15(1) release GNU`.
const BEFORE: &[u8] = b"@(#)Bash version ";

/// Whether bash's hooks are one string before a prompt, not a list: in a terminal of VS Code, and if the first
/// bash of the PATH is older than 5.1. `false` if that cannot be told.
pub fn hooks_are_a_string(environment: &Environment) -> bool {
    environment.get("TERM_PROGRAM") == Some("vscode") || is_old(environment)
}

fn is_old(environment: &Environment) -> bool {
    let path = environment.get("PATH").unwrap_or_default();
    let mut programs = path
        .split(':')
        .map(|directory| Path::new(directory).join("bash"));
    let program = programs.find(|program| program.is_file());
    let bytes = program.and_then(|program| std::fs::read(program).ok());
    bytes
        .and_then(|bytes| version(&bytes))
        .is_some_and(|version| version < (5, 1))
}

fn version(bytes: &[u8]) -> Option<(u32, u32)> {
    let at = bytes
        .windows(BEFORE.len())
        .position(|window| window == BEFORE)?;
    let text = bytes[at + BEFORE.len()..]
        .iter()
        .take_while(|byte| byte.is_ascii_graphic());
    let text: String = text.copied().map(char::from).collect();
    let mut numbers = text.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_program() {
        let program = b"\x7fELF\0\0@(#)Bash version 5.2.15(1) release GNU\0";
        assert_eq!(version(program), Some((5, 2)));
        assert_eq!(
            version(b"@(#)Bash version 3.2.57(1) release GNU"),
            Some((3, 2))
        );
        assert_eq!(version(b"something else"), None);
    }

    #[test]
    fn in_a_terminal_of_vs_code_hooks_are_a_string() {
        let is_a_string = |pairs| hooks_are_a_string(&Environment::of(pairs));
        assert!(is_a_string(&[("TERM_PROGRAM", "vscode")]));
        assert!(!is_a_string(&[("TERM_PROGRAM", "tmux")]));
    }
}
