//! The environment: what this process was given (read once), the only list of the variables that
//! `on` and `off` change ([`variables`]), and the changes themselves ([`changes`]).

mod changes;
mod directories;
mod from_profile;
mod held;
pub mod overlay;
pub mod prefix_assignments;
mod variables;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use nix::unistd::{User, getuid};

pub use changes::{
    Change, NewSession, Served, credential, off, on, region_by_flag, renewed, served,
    unset_misleading,
};
pub use directories::records;
pub use from_profile::Setting;
pub use held::{Held, RENEWAL, seconds};
pub use variables::{
    ACCESS_KEY_ID, BASE, BASE_EXPIRES_AT, KEYS, PROFILE_NAMES, REGIONS, REQUEST, SECRET_ACCESS_KEY,
    SESSION_TOKEN, VARIABLES, WITH_KEYS,
};
use variables::{PROXIES, SESSION};

/// A snapshot of the process's environment, taken at start.
#[derive(Default)]
pub struct Environment {
    /// Without those of `from_profile`, which the terminal did not set itself.
    variables: BTreeMap<OsString, OsString>,
    /// The names of what an earlier `on` took from a profile and nobody has changed since.
    from_profile: Vec<String>,
    /// The directory of the overlay that tools read here instead of the user's files.
    pub overlay: Option<PathBuf>,
    /// The system's record of the user, looked up if a variable is missing: a directory server may
    /// be asked.
    user: OnceCell<Option<User>>,
}

impl Environment {
    /// The one place that reads the environment.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn read() -> Self {
        Self::new(std::env::vars_os().collect())
    }

    fn new(mut variables: BTreeMap<OsString, OsString>) -> Self {
        Self {
            from_profile: from_profile::take_out(&mut variables),
            overlay: overlay::take_out(&mut variables),
            variables,
            user: OnceCell::new(),
        }
    }

    /// A variable's value. `None` if it is empty, or not UTF-8: no AWS setting can be.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.value(name)?.to_str()
    }

    /// A variable's value, unless it is empty.
    fn value(&self, name: &str) -> Option<&OsString> {
        let value = self.variables.get(OsStr::new(name));
        value.filter(|value| !value.is_empty())
    }

    /// The variables that name proxies.
    pub fn proxies(&self) -> BTreeMap<String, String> {
        let named = |name: &str| Some((name.to_owned(), self.get(name)?.to_owned()));
        PROXIES.into_iter().filter_map(named).collect()
    }

    /// Whether the variable is exported, even if it is empty.
    pub fn contains(&self, name: &str) -> bool {
        self.variables.contains_key(OsStr::new(name))
    }

    /// Whether a variable switches something on: any value but an empty one, `0`, `false` and `no`.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| !["0", "false", "no"].contains(&value))
    }

    /// A variable that holds a path; `~/` at its start is expanded as the AWS CLI does.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.expand(PathBuf::from(self.value(name)?)))
    }

    /// A variable that holds the path of one of the AWS CLI's files: it expands `$NAME` and
    /// `${NAME}` too, which no shell has seen in the variables of a service or an editor.
    pub fn file_path(&self, name: &str) -> Option<PathBuf> {
        match self.get(name) {
            Some(text) => Some(self.expand(self.with_variables(text).into())),
            None => self.path(name),
        }
    }

    /// As Python's `os.path.expandvars`: the name of an unset variable stays as it is written.
    fn with_variables(&self, text: &str) -> String {
        let mut parts = text.split('$');
        let mut expanded = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let braced = part.strip_prefix('{').and_then(|name| name.split_once('}'));
            let (name, rest) = braced.unwrap_or_else(|| {
                let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                part.split_at(end.unwrap_or(part.len()))
            });
            match self.get(name) {
                Some(value) => expanded.extend([value, rest]),
                None => expanded.extend(["$", part]),
            }
        }
        expanded
    }

    /// The names and values of the variables by which a program reads the user's files, if tools read an
    /// overlay here.
    pub fn own_files(&self) -> impl Iterator<Item = (&'static str, Option<&OsString>)> {
        let files = overlay::FILES
            .into_iter()
            .filter(|_| self.overlay.is_some());
        files.map(|[name, ..]| (name, self.value(name)))
    }

    /// Whether this is a terminal of `--profiles`.
    pub fn is_for_every_profile(&self) -> bool {
        self.overlay.is_some() && self.get(SESSION).is_some()
    }

    /// Replaces `~` at the start of a path by [`Environment::home`].
    pub fn expand(&self, path: PathBuf) -> PathBuf {
        match (path.strip_prefix("~"), self.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path,
        }
    }

    /// `HOME`, else the home directory in the system's record of the user.
    pub fn home(&self) -> Option<PathBuf> {
        let variable = self.value("HOME").map(PathBuf::from);
        variable.or_else(|| Some(self.user()?.dir.clone()).filter(|home| home.is_absolute()))
    }

    /// The directory for temporary files: `TMPDIR`, else the system's. On macOS each user has one, which
    /// the system knows without the variable (cron).
    pub fn temporary(&self) -> PathBuf {
        let of_user = || Some(std::env::temp_dir()).filter(|_| cfg!(target_os = "macos"));
        let directory = self.path("TMPDIR").or_else(of_user);
        let directory = directory.filter(|path| path.is_absolute());
        directory.unwrap_or_else(|| "/tmp".into())
    }

    /// Where programs keep what should outlast a restart.
    pub fn state_home(&self) -> Option<PathBuf> {
        let variable = self
            .path("XDG_STATE_HOME")
            .filter(|path| path.is_absolute());
        variable.or_else(|| Some(self.home()?.join(".local/state")))
    }

    /// `USER`, `LOGNAME`, else the name in the system's record of the user, else the user's number.
    pub fn user_name(&self) -> String {
        let variable = self.get("USER").or_else(|| self.get("LOGNAME"));
        let name = variable.or_else(|| Some(self.user()?.name.as_str()));
        name.map_or_else(|| getuid().to_string(), str::to_owned)
    }

    /// In a service, a container or a cron job, no variable may say who the user is.
    fn user(&self) -> Option<&User> {
        let look_up = || User::from_uid(getuid()).ok().flatten();
        self.user.get_or_init(look_up).as_ref()
    }
}

/// A path with `~/` for the home directory.
pub fn shown(path: &Path, home: Option<&Path>) -> PathBuf {
    let below = home.and_then(|home| path.strip_prefix(home).ok());
    below.map_or_else(|| path.to_owned(), |rest| Path::new("~").join(rest))
}

/// This host's name, without its domain.
pub fn host_name() -> String {
    let system = rustix::system::uname();
    let name = system.nodename().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
pub mod tests;
