//! Programs of others that the tests run. One that is missing is a failure, never a pass.

use std::path::{Path, PathBuf};

/// A program of the virtual environment that `make test` makes in `target/venv` from
/// `tests/requirements.txt` and `tests/yubikey/requirements.txt`: `aws`, `python`, `moto_server`.
pub fn venv(program: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/venv/bin")
        .join(program);
    assert!(
        path.exists(),
        "{} is missing: `make test` installs it",
        path.display()
    );
    path
}
