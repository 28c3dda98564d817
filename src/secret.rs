//! Secrets: wiped when their memory is freed, redacted when printed, never dumped.

use std::alloc::System;
use std::fmt;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Deserialize;
use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory as it is freed, even when a buffer moves because it grows. This covers the buffers
/// of other libraries too: those of TLS, of HTTP, of the SDK's XML.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// A secret access key, a session token, a password. Never printed.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(from = "String")]
pub struct Secret(String);

impl Secret {
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself. The caller must not let it into a message, a file or an argument vector.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Whether a text that should be an access key id looks like AWS's secret access keys: 40 characters
/// of base64. Such a text is never shown.
pub fn is_secret_access_key(text: &str) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b"/+".contains(&b);
    text.len() == 40
        && text.bytes().all(sound)
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b.is_ascii_uppercase())
}

/// How large a core file was allowed to be before [`forbid_dumps`].
#[derive(Clone, Copy)]
pub struct Dumps(Rlimit);

/// Keeps other processes of the same user from dumping or tracing this one, and the kernel from
/// writing its memory to a core file. Costs microseconds, so it is the first thing `main` does.
pub fn forbid_dumps() -> Dumps {
    let dumps = Dumps(getrlimit(Resource::Core));
    // The hard limit stays: a command gets its own back.
    forbid(dumps.0.maximum);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    dumps
}

/// From here on not even this process can allow them again.
pub fn forbid_dumps_for_good() {
    forbid(Some(0));
}

/// `maximum` is the hard limit in bytes; `None`: there is none.
fn forbid(maximum: Option<u64>) {
    // This only takes rights away; if a sandbox refuses it, the program still works.
    let current = Some(0);
    let _ = setrlimit(Resource::Core, Rlimit { current, maximum });
}

impl Dumps {
    /// For a command that this process is about to become. (Linux makes a process traceable again
    /// by itself when it starts another program.)
    pub fn allow_again(&self) {
        let _ = setrlimit(Resource::Core, self.0);
    }

    /// Allows dumps while `start` starts a command: the command inherits the limit.
    pub fn allowed_for<T>(&self, start: impl FnOnce() -> T) -> T {
        self.allow_again();
        let started = start();
        forbid(self.0.maximum);
        started
    }
}
