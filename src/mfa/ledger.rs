//! The ledger of used time steps. AWS accepts the code of a time step once per device, so
//! terminals that compute codes from the same secret tell each other which ones are spent.
//!
//! A small file in the user's cache, one line per use, `serial step`; nothing in it is secret. It
//! only saves a refused request: no trouble with it may ever stop a login.

use std::fs::{DirBuilder, File};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{FlockOperation, Mode, OFlags};

use crate::environment::Environment;

/// Steps at least this far from the current one are over, or were written under a wrong clock.
const REMEMBERED_STEPS: u64 = 20;

/// Some hundred uses within ten minutes; more than this was not written here.
const LONGEST: u64 = 64 * 1024;

/// The lock is held for microseconds. One that is held longer is a stopped process's: 100 ms.
const LOCK_ATTEMPTS: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(2);

pub struct Ledger {
    /// Nothing where the user has no home directory.
    directory: Option<PathBuf>,
}

impl Ledger {
    /// In `$XDG_CACHE_HOME`, else `~/.cache`
    /// (<https://specifications.freedesktop.org/basedir-spec/latest/>: a relative path is ignored).
    pub fn of(environment: &Environment) -> Self {
        let configured = environment
            .path("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute());
        let cache = configured.or_else(|| environment.home().map(|home| home.join(".cache")));
        Self {
            directory: cache.map(|cache| cache.join("awsmfa")),
        }
    }

    /// Whether nobody has used a time step of the device.
    pub fn is_free(&self, serial: &str, time_step: u64) -> Result<bool> {
        let mut file = self.open()?;
        lock(&file)?;
        Ok(!recent(&text(&mut file), time_step).contains(&(serial, time_step)))
    }

    /// Marks a time step of the device as used. False when it was used before; of two terminals
    /// that ask at the same time, one gets true.
    pub fn claim(&self, serial: &str, time_step: u64) -> Result<bool> {
        let mut file = self.open()?;
        lock(&file)?;
        let text = text(&mut file);
        let uses = recent(&text, time_step);
        if uses.contains(&(serial, time_step)) {
            return Ok(false);
        }
        write(&mut file, uses.into_iter().chain([(serial, time_step)]))?;
        Ok(true)
    }

    /// Takes a claim back: the code of the time step was never sent.
    pub fn release(&self, serial: &str, time_step: u64) -> Result<()> {
        let mut file = self.open()?;
        lock(&file)?;
        let text = text(&mut file);
        let uses = recent(&text, time_step).into_iter();
        write(&mut file, uses.filter(|&used| used != (serial, time_step)))
    }

    fn open(&self) -> Result<File> {
        let directory = self.directory.as_ref().context("HOME is not set")?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
        let flags = OFlags::RDWR
            | OFlags::CREATE
            | OFlags::CLOEXEC
            | OFlags::NOFOLLOW
            | OFlags::NONBLOCK
            | OFlags::NOCTTY;
        let path = directory.join("used-time-steps");
        let file = File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?);
        ensure!(file.metadata()?.is_file(), "it is not a regular file");
        Ok(file)
    }
}

/// A file that cannot be read counts as one that says nothing.
fn text(file: &mut File) -> String {
    let mut text = String::new();
    file.take(LONGEST)
        .read_to_string(&mut text)
        .unwrap_or_default();
    text
}

fn write<'a>(file: &mut File, uses: impl Iterator<Item = (&'a str, u64)>) -> Result<()> {
    let mut text = Vec::new();
    for (serial, step) in uses {
        writeln!(text, "{serial} {step}")?;
    }
    file.rewind()?;
    file.set_len(0)?;
    Ok(file.write_all(&text)?)
}

/// Released when the file is closed.
fn lock(file: &File) -> Result<()> {
    for _ in 0..LOCK_ATTEMPTS {
        match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => std::thread::sleep(LOCK_PAUSE),
            other => return Ok(other?),
        }
    }
    bail!("another process holds its lock")
}

/// The uses that still matter. Lines that say nothing are dropped with the old ones.
fn recent(text: &str, now: u64) -> Vec<(&str, u64)> {
    text.lines()
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(serial, step)| Some((serial, step.parse::<u64>().ok()?)))
        .filter(|(_, step)| step.abs_diff(now) < REMEMBERED_STEPS)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    const SERIAL: &str = "arn:aws:iam::123456789012:mfa/u";

    fn in_directory(path: &Path) -> Ledger {
        Ledger {
            directory: Some(path.join("cache/awsmfa")),
        }
    }

    #[test]
    fn a_time_step_is_used_once_per_device() {
        let home = tempfile::tempdir().unwrap();
        let ledger = in_directory(home.path());
        assert!(ledger.claim(SERIAL, 100).unwrap());
        assert!(!ledger.claim(SERIAL, 100).unwrap());
        assert!(ledger.claim(SERIAL, 101).unwrap());
        assert!(ledger.claim("other", 100).unwrap());
        assert!(!in_directory(home.path()).claim(SERIAL, 101).unwrap());
    }

    #[test]
    fn only_the_user_can_read_it_and_old_uses_go() {
        let home = tempfile::tempdir().unwrap();
        let ledger = in_directory(home.path());
        for step in [1, 1000, 1001] {
            ledger.claim(SERIAL, step).unwrap();
        }
        let directory = home.path().join("cache/awsmfa");
        let file = directory.join("used-time-steps");
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            format!("{SERIAL} 1000\n{SERIAL} 1001\n")
        );
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            directory.metadata().unwrap().permissions().mode() & 0o777,
            0o700
        );
    }

    #[test]
    fn a_step_whose_code_was_never_sent_is_free_again() {
        let home = tempfile::tempdir().unwrap();
        let ledger = in_directory(home.path());
        assert!(ledger.claim(SERIAL, 6).unwrap() && ledger.claim(SERIAL, 7).unwrap());
        ledger.release(SERIAL, 7).unwrap();
        assert!(ledger.claim(SERIAL, 7).unwrap());
        assert!(!ledger.claim(SERIAL, 6).unwrap());
    }

    #[test]
    fn of_many_that_ask_at_once_one_gets_the_step() {
        let home = tempfile::tempdir().unwrap();
        let ask = || in_directory(home.path()).claim(SERIAL, 7).unwrap();
        let granted = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads
                .into_iter()
                .map(|t| t.join().unwrap())
                .filter(|granted| *granted)
                .count()
        });
        assert_eq!(granted, 1);
    }

    #[test]
    fn rubbish_in_it_is_no_trouble() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("cache/awsmfa");
        std::fs::create_dir_all(&directory).unwrap();
        let ledger = in_directory(home.path());
        for rubbish in [
            &b"\xff\xfe\0"[..],
            b"x\n\n  \nx 99999999999999999999\n",
            &vec![b'a'; 100_000],
        ] {
            std::fs::write(directory.join("used-time-steps"), rubbish).unwrap();
            assert!(ledger.claim(SERIAL, 5).unwrap());
            assert!(!ledger.claim(SERIAL, 5).unwrap());
        }
    }

    #[test]
    fn where_it_cannot_be_there_is_an_error_and_no_panic() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("cache"), "a file").unwrap();
        assert!(in_directory(home.path()).claim(SERIAL, 5).is_err());
        assert!(Ledger { directory: None }.claim(SERIAL, 5).is_err());
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(elsewhere.path().join("cache/awsmfa/used-time-steps")).unwrap();
        assert!(in_directory(elsewhere.path()).claim(SERIAL, 5).is_err());
    }
}
