//! Programs of others that the tests run. One that is missing is a failure, never a pass:
//! `tests/runner.sh` leaves the test out, and says so.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The programs of the virtual environment that `make test` makes in `target/venv` from
/// `tests/requirements.txt` and `tests/yubikey/requirements.txt`: `aws`, `python`, `moto_server`.
pub const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/venv/bin");

/// The program of the virtual environment with this name.
pub fn venv(program: &str) -> PathBuf {
    let path = Path::new(VENV).join(program);
    assert!(
        path.exists(),
        "{} is missing: `make test` installs it",
        path.display()
    );
    path
}

/// Says what is left out on this machine, on the terminal even where the test's output is captured.
pub fn left_out(what: &str) {
    let _ = writeln!(std::io::stderr(), "left out: {what}");
}
