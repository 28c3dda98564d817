//! Files as they are found: only regular ones are read, and not more of them than a secret needs.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{Mode, OFlags};

use crate::runtime_dir::user;

/// Bytes. No profile file is larger (`files` refuses it too), and hardly any history.
pub const LARGEST: u64 = 16 << 20;

/// What the system says about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub modified: SystemTime,
    /// The permission bits.
    pub mode: u32,
    owner: u32,
    links: u64,
    device: u64,
    inode: u64,
}

/// The contents and status of a regular file of at most `largest` bytes, with links followed. `None`
/// for anything else, and for what cannot be read.
pub fn read(path: &Path, largest: u64) -> Option<(Vec<u8>, Status)> {
    // A FIFO without a writer must not hold this up.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?);
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > largest {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    file.take(largest + 1).read_to_end(&mut bytes).ok()?;
    let status = Status {
        // Before 1970 is as old as 1970.
        modified: metadata.modified().ok()?.max(SystemTime::UNIX_EPOCH),
        mode: metadata.mode() & 0o7777,
        owner: metadata.uid(),
        links: metadata.nlink(),
        device: metadata.dev(),
        inode: metadata.ino(),
    };
    (bytes.len() as u64 <= largest).then_some((bytes, status))
}

/// The paths of a directory's entries, sorted. Empty if it cannot be read.
pub fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

impl Status {
    /// Who may use it: `mode 0644`.
    pub fn mode_in_words(&self) -> String {
        format!("mode {:04o}", self.mode)
    }

    /// How long ago it was written.
    pub fn age(&self, now: SystemTime) -> Duration {
        now.duration_since(self.modified).unwrap_or_default()
    }

    /// Why the whole file at `path` is not awsmfa's to remove.
    pub fn why_not_removed(&self, path: &Path) -> Option<String> {
        self.of_another_user().or_else(|| {
            let is_link = path.is_symlink();
            let what =
                || "it is a link: removing it would leave the secret where it leads".to_owned();
            is_link.then(what).or_else(|| {
                let other = || "it has another name (a hard link), which would keep it".to_owned();
                (self.links > 1).then(other)
            })
        })
    }

    pub fn of_another_user(&self) -> Option<String> {
        (self.owner != user()).then(|| "the file belongs to another user".to_owned())
    }

    /// Whether both are the same file, however they were reached.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}
