//! Writing a file of the user's, whole or not at all: whoever reads it sees the old file or the new
//! one, even after a crash or a power failure. It keeps its mode and owner, and links stay links.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rustix::fs::{Gid, Mode, OFlags, Stat, Uid};

use super::directory_entry::{DirectoryEntry, sync, write_all};
use crate::message::OrHint as _;
use crate::runtime_dir::PassingLock;

/// What the name of the lock ends with.
const LOCK: &str = ".awsmfa-lock";

/// A file of the user's, read and locked against other processes of awsmfa. The lock is an empty file
/// beside it, which goes with the lock.
pub struct UserFile {
    entry: DirectoryEntry,
    contents: Vec<u8>,
    status: Stat,
    _lock: PassingLock,
}

impl UserFile {
    /// Follows links: the file that they lead to is the one to change.
    ///
    /// # Errors
    /// It is not a regular file or cannot be read, its directory cannot be written to, or another
    /// process holds the lock.
    pub fn lock(path: &Path) -> Result<Self> {
        let cannot = || format!("could not change {}", path.display());
        let target = path.canonicalize().with_context(cannot)?;
        Self::lock_target(&target).with_context(cannot)
    }

    fn lock_target(target: &Path) -> Result<Self> {
        ensure!(target.is_file(), "it is not a regular file");
        let entry = DirectoryEntry::of(target)?;
        let lock = PassingLock::take(entry.directory.try_clone()?, entry.beside(LOCK));
        let lock = lock.with_context(|| format!("the lock beside it ({LOCK})"))?;
        let lock = lock
            .context("another awsmfa is changing it")
            .or_hint(|| "try again once that one has finished")?;
        let (contents, status) = entry.read()?;
        // A crash has left a copy. One with other contents may be all that is whole.
        if entry.read_new().is_some_and(|copy| copy == contents) {
            entry.remove_new();
        }
        Ok(Self {
            entry,
            contents,
            status,
            _lock: lock,
        })
    }

    /// As it was read or last replaced.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// The file itself, with links followed.
    pub fn path(&self) -> &Path {
        &self.entry.path
    }

    /// Makes sure that it can be replaced, as far as that can be known before: writes a copy beside it
    /// and removes the copy again.
    pub fn rehearse(&self) -> Result<()> {
        let rehearsed = self.entry.write_new(&self.contents).and_then(|copy| {
            if self.is_renamed_over(&copy) {
                return Ok(());
            }
            self.entry.open(OFlags::WRONLY).map(drop)
        });
        self.entry.remove_new();
        rehearsed.with_context(|| self.cannot())
    }

    /// Gives it these contents.
    ///
    /// # Errors
    /// It is not the file any more that was read, or it could not be written. The old contents are
    /// still there then; if not, the error names the file that has the new ones.
    pub fn replace(&mut self, contents: Vec<u8>) -> Result<()> {
        let replaced = self.replaced(&contents);
        self.status = replaced.with_context(|| self.cannot())?;
        self.contents = contents;
        Ok(())
    }

    fn replaced(&self, contents: &[u8]) -> Result<Stat> {
        let written = self.entry.write_new(contents).and_then(|new| {
            self.check_unchanged()?;
            Ok(self.is_renamed_over(&new) && self.entry.rename_new().is_ok())
        });
        match written {
            Ok(true) => {}
            Ok(false) => self.overwrite(contents)?,
            Err(error) => {
                self.entry.remove_new();
                return Err(error);
            }
        }
        self.entry.sync()?;
        Ok(self.entry.read()?.1)
    }

    /// Whether `new` can take its place: with the same mode and owner, and without being the end of a
    /// hard link or losing an access list.
    fn is_renamed_over(&self, new: &File) -> bool {
        let (owner, group) = (self.status.st_uid, self.status.st_gid);
        let is_owner = rustix::fs::fstat(new)
            .is_ok_and(|status| (status.st_uid, status.st_gid) == (owner, group));
        let (owner, group) = (Some(Uid::from_raw(owner)), Some(Gid::from_raw(group)));
        let is_owner = is_owner || rustix::fs::fchown(new, owner, group).is_ok();
        let mode = Mode::from_raw_mode(self.status.st_mode);
        self.status.st_nlink == 1
            && !self.has_access_list()
            && is_owner
            && rustix::fs::fchmod(new, mode).is_ok()
    }

    /// The new file would not have the list, and its group would get what the list allows at most:
    /// that is what the mode shows in the group's place.
    fn has_access_list(&self) -> bool {
        self.entry
            .open(OFlags::RDONLY)
            .is_ok_and(|file| has_access_list(&file))
    }

    /// For a file that nothing can be renamed over, such as one that is mounted into a container. The
    /// copy beside it is whole and on the disk, in case that this is cut short.
    fn overwrite(&self, contents: &[u8]) -> Result<()> {
        let file = self.entry.open(OFlags::WRONLY);
        let file = file.inspect_err(|_| self.entry.remove_new())?;
        let written = write_all(&file, contents).and_then(|()| {
            file.set_len(contents.len() as u64)?;
            Ok(sync(&file)?)
        });
        written.with_context(|| {
            let copy = self.entry.path.with_file_name(self.entry.name_of_new());
            format!("it may be damaged; {} is whole", copy.display())
        })?;
        self.entry.remove_new();
        Ok(())
    }

    fn check_unchanged(&self) -> Result<()> {
        let (contents, status) = self.entry.read()?;
        let is_same = (status.st_dev, status.st_ino) == (self.status.st_dev, self.status.st_ino);
        ensure!(
            is_same && contents == self.contents,
            "another program has changed it meanwhile"
        );
        Ok(())
    }

    fn cannot(&self) -> String {
        format!("could not change {}", self.entry.path.display())
    }
}

#[cfg(target_os = "linux")]
fn has_access_list(file: &File) -> bool {
    let list = rustix::fs::fgetxattr(file, "system.posix_acl_access", &mut [0; 1024][..]);
    matches!(list, Ok(_) | Err(rustix::io::Errno::RANGE))
}

/// Other systems keep it where only `unsafe` code could look.
#[cfg(not(target_os = "linux"))]
fn has_access_list(_: &File) -> bool {
    false
}
