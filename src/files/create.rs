//! Files of the user's that awsmfa makes: for secrets.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::directory_entry::DirectoryEntry;

/// Creates a file that only the user can read. It is whole or not there, and on the disk afterwards.
///
/// # Errors
/// There is something of this name already, or it could not be written.
pub fn create(path: &Path, contents: &[u8]) -> Result<()> {
    let cannot = || format!("could not create {}", path.display());
    let entry = DirectoryEntry::of(path).with_context(cannot)?;
    let created = entry.write_new(contents).and_then(|_| entry.link_new());
    entry.remove_new();
    let sync = |()| entry.sync().inspect_err(|_| drop(entry.remove()));
    created.and_then(sync).with_context(cannot)
}

/// Ends what a crash has cut short in [`create`]: the file gets its name if `is_whole` says so of its
/// contents, and nothing is left of it otherwise. If it has its name already, only that stays.
pub fn recover(path: &Path, is_whole: impl Fn(&[u8]) -> bool) -> Result<()> {
    let cannot = || format!("could not create {}", path.display());
    let entry = DirectoryEntry::of(path).with_context(cannot)?;
    let Some(contents) = entry.read_new() else {
        return Ok(());
    };
    if !path.exists() && is_whole(&contents) {
        let linked = entry.sync_new().and_then(|()| entry.link_new());
        linked.with_context(cannot)?;
    }
    entry.remove_new();
    entry.sync().with_context(cannot)
}

/// The contents of a file, or what a crash has left of it before it got its name.
pub fn left_of(path: &Path) -> Option<Vec<u8>> {
    DirectoryEntry::of(path).ok()?.read_new()
}

/// Removes a file, and makes sure that it stays removed. It may be gone already.
pub fn remove(path: &Path) -> Result<()> {
    let cannot = || format!("could not remove {}", path.display());
    let entry = DirectoryEntry::of(path).with_context(cannot)?;
    let removed = entry.remove();
    removed.and_then(|()| entry.sync()).with_context(cannot)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    #[test]
    fn a_new_file_is_the_users_alone_and_takes_no_others_place() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("other");
        fs::write(&path, "theirs").unwrap();
        let new = directory.path().join("secret");
        let dangling = directory.path().join("dangling");
        symlink("nowhere", &dangling).unwrap();
        create(&new, b"s").unwrap();
        assert_eq!(fs::metadata(&new).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(fs::read(&new).unwrap(), b"s");
        for taken in [&path, &new, &dangling] {
            let error = create(taken, b"x").unwrap_err();
            assert!(format!("{error:#}").contains("already"), "{error:#}");
        }
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
        remove(&new).unwrap();
        remove(&new).unwrap();
        assert!(!new.exists());
    }
}
