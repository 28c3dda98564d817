//! The file that the secret of a new device goes to. While its enrolment goes on, a first line says
//! which device it is of, so that a second run can finish what a crash has cut short. In the end the
//! file holds the secret and nothing else.

use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use rustix::fs::Access;

use super::NewSecret;
use crate::files::contents::{cause, contents};
use crate::files::create::create;
use crate::files::replace::UserFile;
use crate::message::hinted;
use crate::secret::Secret;

/// A comment to the source `file`, which can use the secret as soon as AWS knows it.
const MARK: &str = "# not enrolled yet, run awsmfa enroll again: ";

/// A file that does not exist yet, or that an enrolment has begun.
pub struct NewFile {
    path: PathBuf,
    begun: Option<(String, NewSecret)>,
}

impl NewFile {
    /// # Errors
    /// The file exists, could not be created, or has a path that `mfa_secret_file` cannot have.
    pub fn at(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path)?;
        let is_line = |text: &str| !text.contains(char::is_control) && text.trim() == text;
        ensure!(
            path.to_str().is_some_and(is_line),
            "no line of a profile can name the file {}",
            path.display()
        );
        let begun = match contents(&path) {
            Err(error) if error.kind() == NotFound && !path.is_symlink() => None,
            Err(error) if error.kind() != NotFound => {
                return Err(anyhow!("{}: {}", path.display(), cause(&error)));
            }
            there => match there.ok().and_then(|bytes| begun(&bytes)) {
                None => return Err(taken(&path)),
                begun => begun,
            },
        };
        let directory = path.parent().context("it is a directory")?;
        rustix::fs::access(directory, Access::WRITE_OK | Access::EXEC_OK)
            .with_context(|| format!("no file can be created in {}", directory.display()))?;
        Ok(Self { path, begun })
    }

    /// Absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The serial number and the secret that an earlier run has stored.
    pub fn begun(&mut self) -> Option<(String, NewSecret)> {
        self.begun.take()
    }

    pub fn store(&self, serial: &str, secret: &NewSecret) -> Result<()> {
        create(&self.path, &marked(serial, secret))
    }

    /// Takes the mark away.
    pub fn finish(&self, serial: &str, secret: &NewSecret) -> Result<()> {
        let mut file = UserFile::lock(&self.path)?;
        ensure!(
            file.contents() == marked(serial, secret),
            "{} has been changed meanwhile",
            self.path.display()
        );
        file.replace(format!("{}\n", secret.base32().expose()).into_bytes())
    }
}

fn marked(serial: &str, secret: &NewSecret) -> Vec<u8> {
    format!("{MARK}{serial}\n{}\n", secret.base32().expose()).into_bytes()
}

/// What [`marked`] wrote.
fn begun(bytes: &[u8]) -> Option<(String, NewSecret)> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix(MARK)?;
    let (serial, secret) = text.split_once('\n')?;
    let secret = Secret::new(secret.trim_end().to_owned());
    Some((serial.to_owned(), NewSecret::of_base32(&secret).ok()?))
}

fn taken(path: &Path) -> anyhow::Error {
    hinted(
        anyhow!("there is a file {} already", path.display()),
        "awsmfa overwrites no secret: name another file with --secret-file, or move this one away",
    )
}
