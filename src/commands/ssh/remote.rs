//! What runs on the remote machine: the user's shell with the socket of the share in its
//! environment. ssh's `SendEnv` cannot do this: sshd drops variables that it is not configured to
//! accept.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use crate::agent::place;

/// The socket's path on the remote machine. `name` is the file name of the share's socket here.
pub fn socket(name: &str) -> String {
    format!("/tmp/{name}")
}

/// A line for the remote user's shell, whichever that is. It runs the words of `command` as ssh
/// would, or a login shell if there are none. Afterwards it removes the socket's file, which sshd
/// leaves behind.
pub fn line(socket: &str, command: &[OsString]) -> OsString {
    let (agent, in_use) = place::IN_USE;
    let variables = format!("{}={socket} {agent}={in_use}", place::VARIABLE);
    let mut line = OsString::from(format!("exec env {variables} sh -c "));
    // Signals are for the command: `sh` only waits for it to end.
    line.push(format!(
        "'trap \"rm -f {socket}\" 0; trap : 1 2 3 15; \
         if [ $# = 0 ]; then \"${{SHELL:-sh}}\" -l; else \"${{SHELL:-sh}}\" -c \"$1\"; fi' sh"
    ));
    if !command.is_empty() {
        line.push(" ");
        line.push(quoted(&command.join(OsStr::new(" "))));
    }
    line
}

/// One word for a POSIX shell and for fish, which reads backslashes between single quotes too.
fn quoted(text: &OsStr) -> OsString {
    let mut quoted = vec![b'\''];
    for byte in text.as_bytes() {
        match byte {
            b'\'' => quoted.extend(br#"'"'"'"#),
            b'\\' => quoted.extend(br#"'"\\"'"#),
            other => quoted.push(*other),
        }
    }
    quoted.push(b'\'');
    OsString::from_vec(quoted)
}
