//! The source `file`: a shared secret that lies in a file of the user's, `~/.aws-mfa` unless told
//! otherwise. Reads, never writes.

use std::fs::File;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::io::Read;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::totp::Totp;
use super::{Because, CodeRequest, Skipped};
use crate::environment::Environment;
use crate::message::{hint_of, hinted};
use crate::origin::Sourced;

/// An `otpauth://` URI of a 64-byte secret has some 300 bytes; more than this is another file.
const LONGEST: usize = 16 * 1024;

const ANOTHER_TOOLS: &str = "if the file is another tool's, add mfa_source = prompt to the profile \
                             (or mfa_secret_file, with another path)";

/// The secret in the configured file, or else in `~/.aws-mfa`.
pub fn secret(request: &CodeRequest<'_>) -> Result<Totp, Skipped> {
    let Some(Sourced { value, origin }) = &request.settings.secret_file else {
        return default_secret(request);
    };
    let absent = || {
        let hint = format!("{origin} names it: put the secret there, or correct the path");
        hinted(anyhow!("there is no secret file {}", value.display()), hint)
    };
    let secret = read(value).and_then(|secret| secret.ok_or_else(absent));
    secret.map_err(|error| (Because::Unusable, error))
}

/// Whether there is a secret file, and whether it can be used.
pub fn check(path: &Path) -> Result<bool> {
    read(path).map(|secret| secret.is_some())
}

/// `~/.aws-mfa`
pub fn default_path(environment: &Environment) -> Option<PathBuf> {
    Some(environment.home()?.join(".aws-mfa"))
}

/// The secret in `~/.aws-mfa`. No setting names the file: it may be absent or another tool's.
fn default_secret(request: &CodeRequest<'_>) -> Result<Totp, Skipped> {
    let path = default_path(request.context.environment);
    let path = path.ok_or_else(|| (Because::Absent, anyhow!("HOME is not set")))?;
    let why = match read(&path) {
        Ok(Some(totp)) => return Ok(totp),
        Ok(None) => anyhow!("there is no secret file {}", path.display()),
        Err(_) if is_something_else(&path) => anyhow!("{} is not a regular file", path.display()),
        Err(error) if hint_of(&error).is_some() => return Err((Because::Unusable, error)),
        Err(error) => return Err((Because::Unusable, hinted(error, ANOTHER_TOOLS))),
    };
    Err((Because::Absent, why))
}

/// Reads the secret. `None` if there is no such file.
fn read(path: &Path) -> Result<Option<Totp>> {
    totp(path).with_context(|| format!("the secret file {} cannot be used", path.display()))
}

fn totp(path: &Path) -> Result<Option<Totp>> {
    ensure!(!is_something_else(path), "it is not a regular file");
    let file = match File::open(path) {
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(None),
        file => file?,
    };
    // The mode of the open file: that of a symbolic link says nothing.
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    let totp = Totp::parse(line(&text(file)?)?)?;
    if mode & 0o077 != 0 {
        let quoted = shell_escape::escape(path.to_string_lossy());
        return Err(hinted(
            anyhow!("other users can access it (mode {mode:04o})"),
            format!("chmod 600 {quoted}"),
        ));
    }
    Ok(Some(totp))
}

/// Whether a directory, FIFO, socket or device is in the file's place. Nothing is opened.
fn is_something_else(path: &Path) -> bool {
    path.metadata().is_ok_and(|status| !status.is_file())
}

fn text(file: File) -> Result<String> {
    let mut bytes = Vec::new();
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() <= LONGEST, "it has more than {LONGEST} bytes");
    String::from_utf8(bytes)
        .ok()
        .context("it is not text (UTF-8)")
}

/// The only line that is neither empty nor a comment (`#`).
fn line(text: &str) -> Result<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    match (lines.next(), lines.next()) {
        (Some(line), None) => Ok(line),
        (None, _) => bail!("there is no secret in it"),
        (Some(_), Some(_)) => bail!("it has more than one line, where one secret is expected"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    proptest::proptest! {
        #[test]
        fn one_line_is_a_secret_and_two_are_none(lines in proptest::collection::vec("(# ?|\u{feff}|[ \t])?\\PC{0,6}", 0..4), crlf: bool) {
            let text = lines.join(if crlf { "\r\n" } else { "\n" });
            let own = |line: &&str| !line.is_empty() && !line.starts_with('#');
            let first = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let all: Vec<&str> = first.split('\n').map(str::trim).filter(own).collect();
            let read = line(&text).ok();
            proptest::prop_assert_eq!(read, all.first().filter(|_| all.len() == 1).copied());
        }
    }

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn read_of(content: impl AsRef<[u8]>, mode: u32) -> Result<Option<Totp>> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("the secret");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        read(&path)
    }

    fn refusal(content: impl AsRef<[u8]>) -> String {
        format!("{:#}", read_of(content, 0o600).err().unwrap())
    }

    #[test]
    fn files_as_editors_leave_them() {
        for content in [
            SECRET.to_owned(),
            format!("{SECRET}\n"),
            format!("\u{feff}{SECRET}\r\n"),
            format!("# AWS, user x\n\n  {SECRET}  \n\n"),
            format!("otpauth://totp/x?secret={SECRET}\n"),
        ] {
            let totp = read_of(&content, 0o600).unwrap().unwrap();
            assert_eq!(totp.code(1).unwrap().expose(), "287082", "{content:?}");
        }
        assert!(read_of(SECRET, 0o400).is_ok());
    }

    #[test]
    fn a_file_that_others_can_get_at_is_refused_with_the_chmod_to_type() {
        for mode in [0o640, 0o604, 0o644, 0o620, 0o666] {
            let error = read_of(SECRET, mode).err().unwrap();
            let hint = hint_of(&error).unwrap();
            assert!(
                hint.starts_with("chmod 600 '/") && hint.ends_with("/the secret'"),
                "{hint}"
            );
            assert!(format!("{error:#}").contains(&format!("{mode:04o}")));
        }
    }

    #[test]
    fn a_link_counts_as_what_it_points_to() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        std::fs::write(&file, SECRET).unwrap();
        symlink(&file, &link).unwrap();
        for (mode, usable) in [(0o600, true), (0o644, false)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&link).is_ok(), usable);
        }
        std::fs::remove_file(&file).unwrap();
        assert!(read(&link).unwrap().is_none());
    }

    #[test]
    fn what_is_no_secret_file_says_why() {
        for (content, expected) in [
            (&b""[..], "no secret in it"),
            (b"# only this\n", "no secret in it"),
            (b"GEZDGNBV\nGEZDGNBV\n", "more than one line"),
            (b"\xff\xfeG\0E\0", "not text"),
            (&vec![b'A'; 20_000], "more than 16384 bytes"),
            (b"GEZDGNB!", "not base32"),
        ] {
            let message = refusal(content);
            assert!(
                message.contains(expected) && !message.contains("GEZ"),
                "{message}"
            );
        }
    }

    #[test]
    fn directories_and_fifos_are_refused_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let fifo = directory.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        for path in [directory.path(), &fifo] {
            let message = format!("{:#}", read(path).err().unwrap());
            assert!(message.contains("not a regular file"), "{message}");
        }
        assert!(read(&directory.path().join("absent")).unwrap().is_none());
    }
}
