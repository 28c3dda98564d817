//! Text with secrets, while it is written.

use zeroize::Zeroizing;

use super::Shell;
use crate::environment::Change;

/// Shell code that is being written. It has room for everything from the start: a buffer that
/// grows leaves copies of secrets behind.
pub struct Text(pub Zeroizing<String>);

impl Text {
    /// More than the longest save code and all names of the list take.
    const FRAME: usize = 8 * 1024;

    /// More than the code around a name that stands in it several times.
    const AROUND_A_NAME: usize = 256;

    pub fn with_capacity(changes: &[Change]) -> Self {
        // Quoting makes four bytes of one at most.
        let values = changes.iter().filter_map(|change| change.value.as_ref());
        let longest: usize = values.map(|value| value.len() * 4).sum();
        let names = changes
            .iter()
            .map(|change| change.name.len() * 8 + Self::AROUND_A_NAME);
        let length = Self::FRAME + longest + names.sum::<usize>();
        Self(Zeroizing::new(String::with_capacity(length)))
    }

    pub fn push(&mut self, code: &str) {
        self.0.push_str(code);
    }

    /// Unsets first: a shell that stops half-way must not be left with a mixture.
    pub fn changes(
        &mut self,
        shell: Shell,
        changes: &[Change],
        unset: &str,
        set: &str,
        equals: &str,
    ) {
        let exported = changes.iter().filter(|change| change.exported);
        let (sets, unsets): (Vec<_>, Vec<_>) = exported.partition(|change| change.value.is_some());
        for change in unsets {
            self.push(&format!("{unset} {};\n", change.name));
        }
        for change in sets {
            self.set(shell, change, set, equals);
        }
    }

    /// What the shell keeps to itself. Unset first in any case: a variable that came with the
    /// environment would stay exported.
    pub fn kept(&mut self, shell: Shell, changes: &[Change], unset: &str, set: &str, equals: &str) {
        for change in changes.iter().filter(|change| !change.exported) {
            self.push(&format!("{unset} {};\n", change.name));
            self.set(shell, change, set, equals);
        }
    }

    fn set(&mut self, shell: Shell, change: &Change, set: &str, equals: &str) {
        if let Some(value) = &change.value {
            for part in [set, &*change.name, equals, &shell.quote(value), ";\n"] {
                self.push(part);
            }
        }
    }
}
