//! Where the agent's socket is: `AWSMFA_AGENT_SOCK`, else `agent.sock` in the user's runtime
//! directory.

use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::runtime_dir;

/// The socket's name in the runtime directory.
pub const SOCKET: &str = "agent.sock";

/// The variable that names a socket.
pub const VARIABLE: &str = "AWSMFA_AGENT_SOCK";

/// For processes that are given a socket: they use it even if a profile says `mfa_agent = off`.
pub const IN_USE: (&str, &str) = ("AWSMFA_AGENT", "on");

/// The socket that the user names, as an absolute path: a background agent has another working
/// directory.
pub fn named(environment: &Environment) -> Option<PathBuf> {
    std::path::absolute(environment.path(VARIABLE)?).ok()
}

/// Where the runtime directory may be. It depends on `TMPDIR` only on macOS, where all of a user's
/// terminals have the same: each must find the same agent.
pub fn directories(environment: &Environment) -> Vec<PathBuf> {
    let absolute = |name| environment.path(name).filter(|path| path.is_absolute());
    let of_session = PathBuf::from(format!("/run/user/{}", runtime_dir::user()));
    let runtime = [absolute("XDG_RUNTIME_DIR"), Some(of_session)];
    let temporary = if cfg!(target_os = "macos") {
        environment.temporary()
    } else {
        "/tmp".into()
    };
    let runtime = runtime.iter().flatten().map(PathBuf::as_path);
    runtime_dir::places(runtime, &temporary).collect()
}

/// The same for files with commands that tools run as long as a terminal is open. Cleaners remove what
/// is old from a temporary directory (macOS after three days, even from the user's own); in `/tmp`,
/// another user could then put files of the same names there.
pub fn lasting_directories(environment: &Environment) -> Vec<PathBuf> {
    let mut places = directories(environment);
    places.pop();
    places.extend(environment.state_home().map(|state| state.join("awsmfa")));
    places
}

/// The first place that has a socket, or anything else with its name. Any user can make a directory
/// in the temporary one, so if there is another place, only the user's own directories count.
pub(super) fn existing(environment: &Environment) -> Option<PathBuf> {
    let directories = directories(environment);
    let is_only = directories.len() == 1;
    let directories = directories.into_iter();
    let mut own = directories.filter(|directory| is_only || runtime_dir::is_own(directory));
    own.find_map(|directory| Some(directory.join(SOCKET)).filter(|path| is_there(path)))
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_run_is_never_in_the_temporary_directory() {
        for variables in [
            &[("HOME", "/home/a")][..],
            &[("HOME", "/"), ("XDG_STATE_HOME", "x")],
        ] {
            let places = lasting_directories(&Environment::of(variables));
            assert!(
                !places.iter().any(|place| place.starts_with("/tmp")),
                "{places:?}"
            );
            assert!(
                places
                    .iter()
                    .any(|place| place.ends_with(".local/state/awsmfa"))
            );
        }
    }
}
