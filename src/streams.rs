//! stdout and stderr: nobody else writes to them.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};

use crate::commands::each::Stream;
use crate::message::{printable, without_numbers};

/// A line for the user.
pub fn say(line: &str) {
    write_stderr(&format!("awsmfa: {}\n", printable(&without_numbers(line))));
}

/// A command of `exec --each` goes on when nobody reads it any more. A line that ends with a carriage
/// return is shown at once too: stdout keeps it back by itself.
pub fn write_line(stream: Stream, line: &[u8]) {
    let mut stdout = io::stdout();
    let _ = match stream {
        Stream::Stdout => stdout.write_all(line).and_then(|()| stdout.flush()),
        Stream::Stderr => io::stderr().lock().write_all(line),
    };
}

/// stderr may be closed; there is nobody left to tell then.
pub fn write_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Written once, whole, after everything has succeeded.
pub fn write_stdout(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("could not write to stdout")
}
