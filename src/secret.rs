//! Values that must not outlive their use: wiped on drop, redacted when printed.

use std::fmt;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use zeroize::Zeroizing;

/// A secret string: a secret access key, a session token, a shared TOTP secret.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself. The caller must not let it into a message, a file or an argument vector.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// How large a core file was allowed to be before [`forbid_dumps`].
pub struct Dumps(Rlimit);

/// Keeps other processes of the same user from dumping or tracing this one, and the kernel from
/// writing its memory to a core file. Costs microseconds, so it is the first thing `main` does.
pub fn forbid_dumps() -> Dumps {
    let before = getrlimit(Resource::Core);
    // The hard limit stays: a command that this process becomes gets its own back.
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    // Both calls only ever take rights away; where a sandbox refuses them, the program still works.
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    Dumps(before)
}

/// From here on not even this process can allow them again.
pub fn forbid_dumps_for_good() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
}

impl Dumps {
    /// For a command that this process is about to become. (Linux makes a process traceable again
    /// by itself when it starts another program.)
    pub fn allow_again(&self) {
        let _ = setrlimit(Resource::Core, self.0);
    }
}
