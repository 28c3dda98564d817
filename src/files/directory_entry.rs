//! A file's name in its open directory, and the new file that takes its place.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::runtime_dir;

/// What the name of the new file ends with.
const NEW: &str = ".awsmfa-new";

/// What file systems without hard links answer: Linux's, or macOS's (NOTSUP).
const NO_HARD_LINKS: [Errno; 5] = [
    Errno::PERM,
    Errno::OPNOTSUPP,
    Errno::NOTSUP,
    Errno::NOSYS,
    Errno::MLINK,
];

/// A name in an open directory.
pub struct DirectoryEntry {
    pub path: PathBuf,
    pub directory: OwnedFd,
    name: String,
}

impl DirectoryEntry {
    pub fn of(path: &Path) -> Result<Self> {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.context("its name is not text (UTF-8)")?.to_owned();
        let directory = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        Ok(Self {
            path: path.to_owned(),
            directory: runtime_dir::enter(directory)?,
            name,
        })
    }

    /// The name of the file that takes its place.
    pub fn name_of_new(&self) -> String {
        self.beside(NEW)
    }

    /// The name of a file that belongs to it.
    pub fn beside(&self, ending: &str) -> String {
        format!("{}{ending}", self.name)
    }

    pub fn open(&self, access: OFlags) -> Result<File> {
        // A FIFO in its place must not hold this up.
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.directory, &*self.name, flags, Mode::empty())?;
        Ok(File::from(file))
    }

    /// The file's contents and status, if it is a regular file.
    pub fn read(&self) -> Result<(Vec<u8>, Stat)> {
        let mut file = self.open(OFlags::RDONLY)?;
        let status = rustix::fs::fstat(&file)?;
        let is_file = FileType::from_raw_mode(status.st_mode) == FileType::RegularFile;
        ensure!(is_file, "it is not a regular file");
        let mut contents = Vec::new();
        file.read_to_end(&mut contents)?;
        Ok((contents, status))
    }

    /// A new file beside it, on the disk, which only the user can read. What a crash has left there
    /// goes.
    pub fn write_new(&self, contents: &[u8]) -> Result<File> {
        self.remove_new();
        let name = self.name_of_new();
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = rustix::fs::openat(&self.directory, &*name, flags | OFlags::CLOEXEC, mode);
        let file = File::from(file.with_context(|| format!("{name} beside it"))?);
        write_all(&file, contents)?;
        sync(&file)?;
        Ok(file)
    }

    /// What is in the new file, if there is one.
    pub fn read_new(&self) -> Option<Vec<u8>> {
        let mut contents = Vec::new();
        self.open_new().ok()?.read_to_end(&mut contents).ok()?;
        Some(contents)
    }

    /// Makes sure that the new file is on the disk.
    pub fn sync_new(&self) -> Result<()> {
        Ok(sync(self.open_new()?)?)
    }

    fn open_new(&self) -> Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let name = self.name_of_new();
        let file = rustix::fs::openat(&self.directory, &*name, flags, Mode::empty())?;
        Ok(File::from(file))
    }

    pub fn rename_new(&self) -> Result<()> {
        let (directory, new) = (&self.directory, self.name_of_new());
        Ok(rustix::fs::renameat(
            directory,
            &*new,
            directory,
            &*self.name,
        )?)
    }

    /// Unlike a rename, this fails if something has the name.
    pub fn link_new(&self) -> Result<()> {
        let (directory, new) = (&self.directory, self.name_of_new());
        let flags = AtFlags::empty();
        match rustix::fs::linkat(directory, &*new, directory, &*self.name, flags) {
            Ok(()) => Ok(()),
            Err(Errno::EXIST) => bail!("there is a file of this name already"),
            Err(error) if NO_HARD_LINKS.contains(&error) => {
                let taken = rustix::fs::statat(directory, &*self.name, AtFlags::SYMLINK_NOFOLLOW);
                ensure!(
                    taken.is_err_and(|error| error == Errno::NOENT),
                    "there is a file of this name already"
                );
                self.rename_new()
            }
            Err(error) => Err(error.into()),
        }
    }

    /// It may be gone already.
    pub fn remove(&self) -> Result<()> {
        match rustix::fs::unlinkat(&self.directory, &*self.name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub fn remove_new(&self) {
        let name = self.name_of_new();
        let _ = rustix::fs::unlinkat(&self.directory, &*name, AtFlags::empty());
    }

    /// A rename is on the disk only once its directory is.
    pub fn sync(&self) -> Result<()> {
        match sync(&self.directory) {
            // A file system that does not know this for directories, such as SMB's.
            Err(Errno::INVAL) => Ok(()),
            outcome => Ok(outcome?),
        }
    }
}

pub fn write_all(mut file: &File, contents: &[u8]) -> Result<()> {
    file.write_all(contents).map_err(Error::from)
}

/// Returns when it is on the disk.
pub fn sync(file: impl AsFd) -> Result<(), Errno> {
    // With `fsync` alone, macOS may leave it in the disk's cache. Not every file system there can do
    // more.
    #[cfg(target_os = "macos")]
    if rustix::fs::fcntl_fullfsync(&file).is_ok() {
        return Ok(());
    }
    rustix::io::retry_on_intr(|| rustix::fs::fsync(&file))
}
