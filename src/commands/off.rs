//! `awsmfa off`: the shell code that removes the session and puts back what was there.

use zeroize::Zeroizing;

use crate::environment::{self, Environment};
use crate::shell::Shell;

/// The text for `shell`.
pub fn run(shell: Shell, environment: &Environment) -> Zeroizing<String> {
    shell.render_off(&environment::off(environment), environment)
}
