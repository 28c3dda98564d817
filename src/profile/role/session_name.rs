//! The name of a role's session, where nobody gives one.

use crate::environment::Environment;
use crate::origin::{Origin, Sourced};

/// The user's name and the host's, so that AWS's logs tell who it was.
pub fn default(environment: &Environment) -> Sourced<String> {
    let user = environment.user_name().map_or_else(
        || rustix::process::getuid().as_raw().to_string(),
        str::to_owned,
    );
    let system = rustix::system::uname();
    let host = system.nodename().to_string_lossy();
    let host = host.split('.').next().unwrap_or_default();
    let origin = Origin::Rule("the user's name and the host's");
    Sourced::new(legal(&user, host), origin)
}

fn legal(user: &str, host: &str) -> String {
    let allowed = |c: char| match c {
        _ if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) => c,
        _ => '-',
    };
    let whole = if host.is_empty() {
        format!("awsmfa-{user}")
    } else {
        format!("{user}@{host}")
    };
    whole.chars().map(allowed).take(64).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::role::checked;

    proptest! {
        #[test]
        fn the_default_session_name_is_legal(user in "\\PC{0,80}", host in "\\PC{0,80}") {
            let name = Sourced::new(legal(&user, &host), Origin::Argument);
            prop_assert!(checked(name, "a role session name", 2..=64, "_+=,.@-").is_ok() || user.len() + host.len() < 1);
        }
    }
}
