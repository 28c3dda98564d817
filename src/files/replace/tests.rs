use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::*;

const OLD: &[u8] = b"[dev]\nk = old\n";
const NEW_CONTENTS: &[u8] = b"[dev]\nk = a longer value\n";

fn directory_with_file() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("credentials");
    fs::write(&path, OLD).unwrap();
    (directory, path)
}

/// Sorted.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_keeps_its_mode_and_nothing_stays_beside_it() {
    let (directory, path) = directory_with_file();
    for mode in [0o600, 0o640, 0o400, 0o644] {
        fs::write(&path, OLD)
            .or_else(|_| fs::remove_file(&path).and_then(|()| fs::write(&path, OLD)))
            .unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let mut file = UserFile::lock(&path).unwrap();
        file.rehearse().unwrap();
        assert_eq!(fs::read(&path).unwrap(), OLD);
        file.replace(NEW_CONTENTS.to_vec()).unwrap();
        file.replace(OLD.to_vec()).unwrap();
        file.replace(NEW_CONTENTS.to_vec()).unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), NEW_CONTENTS);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, mode);
        assert_eq!(names(directory.path()), ["credentials"]);
    }
}

#[test]
fn links_stay_links_and_lead_to_the_new_contents() {
    let (directory, path) = directory_with_file();
    let elsewhere = tempfile::tempdir().unwrap();
    let [soft, softer, hard] = ["soft", "softer", "hard"].map(|name| elsewhere.path().join(name));
    symlink(&path, &soft).unwrap();
    symlink("soft", &softer).unwrap();
    for linked in [false, true] {
        fs::write(&path, OLD).unwrap();
        if linked {
            fs::hard_link(&path, &hard).unwrap();
        }
        let mut file = UserFile::lock(&softer).unwrap();
        assert_eq!(file.path(), path.canonicalize().unwrap());
        file.rehearse().unwrap();
        file.replace(NEW_CONTENTS.to_vec()).unwrap();
        drop(file);
        assert!(fs::symlink_metadata(&softer).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), NEW_CONTENTS);
        assert_eq!(names(directory.path()), ["credentials"]);
    }
    assert_eq!(fs::read(&hard).unwrap(), NEW_CONTENTS);
    assert_eq!(
        fs::metadata(&hard).unwrap().ino(),
        fs::metadata(&path).unwrap().ino()
    );
}

#[test]
fn a_file_that_has_changed_is_left_alone() {
    let (directory, path) = directory_with_file();
    let rename = || {
        fs::write(directory.path().join("other"), OLD).unwrap();
        fs::rename(directory.path().join("other"), &path).unwrap();
    };
    let write = || fs::write(&path, b"theirs").unwrap();
    let remove = || fs::remove_file(&path).unwrap();
    for change in [&rename as &dyn Fn(), &write, &remove] {
        fs::write(&path, OLD).unwrap();
        let mut file = UserFile::lock(&path).unwrap();
        change();
        let theirs = fs::read(&path).ok();
        assert!(file.replace(NEW_CONTENTS.to_vec()).is_err());
        assert_eq!(fs::read(&path).ok(), theirs);
        assert!(!names(directory.path()).contains(&"credentials.awsmfa-new".to_owned()));
    }
}

#[test]
fn one_process_changes_a_file_at_a_time() {
    let (directory, path) = directory_with_file();
    let link = directory.path().join("link");
    symlink(&path, &link).unwrap();
    let file = UserFile::lock(&path).unwrap();
    let error = UserFile::lock(&link).err().unwrap();
    assert!(
        format!("{error:#}").contains("another awsmfa is changing it"),
        "{error:#}"
    );
    drop(file);
    assert!(UserFile::lock(&link).is_ok());
}

#[test]
fn what_is_no_file_is_refused() {
    let (directory, _) = directory_with_file();
    let fifo = directory.path().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    for path in [
        &directory.path().join("absent"),
        &fifo,
        directory.path(),
        Path::new("/dev/null"),
    ] {
        assert!(UserFile::lock(path).is_err(), "{}", path.display());
    }
}

/// Of Linux (`acl(5)`): a user of another name may read it, and its group nothing.
#[cfg(target_os = "linux")]
#[test]
fn an_access_list_stays() {
    const LIST: &str = "system.posix_acl_access";
    let entries = [
        (0x01_u16, 6_u16, u32::MAX),
        (0x02, 4, 65_534),
        (0x04, 0, u32::MAX),
        (0x10, 4, u32::MAX),
        (0x20, 0, u32::MAX),
    ];
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, access, id) in entries {
        list.extend([tag.to_le_bytes(), access.to_le_bytes()].concat());
        list.extend(id.to_le_bytes());
    }
    let (directory, path) = directory_with_file();
    if rustix::fs::setxattr(&path, LIST, &list, rustix::fs::XattrFlags::empty()).is_err() {
        return; // This file system has none.
    }
    let mut file = UserFile::lock(&path).unwrap();
    file.rehearse().unwrap();
    file.replace(NEW_CONTENTS.to_vec()).unwrap();
    drop(file);
    let mut kept = [0; 1024];
    let length = rustix::fs::getxattr(&path, LIST, &mut kept[..]).unwrap();
    assert_eq!(kept[..length], list);
    assert_eq!(fs::read(&path).unwrap(), NEW_CONTENTS);
    assert_eq!(names(directory.path()), ["credentials"]);
}
