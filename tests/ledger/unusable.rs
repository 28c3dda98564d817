//! What a ledger that cannot be used does, which is nothing.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::{SECRET, hasty, hasty_home, login};
use crate::support::home::{AWSMFA, account};
use crate::support::tools::left_out;

/// What is wrong with the ledger, and how it is made so under a home.
type Trouble = (&'static str, fn(&Path));

const TROUBLES: [Trouble; 7] = [
    ("a file in the directory's place", |home| {
        fs::write(home.join("awsmfa"), "x").unwrap();
    }),
    ("a symbolic link to a directory", |home| {
        fs::create_dir(home.join("other")).unwrap();
        symlink("other", home.join("awsmfa")).unwrap();
    }),
    ("a directory that others can read", |home| {
        directory(home, 0o755);
    }),
    ("a directory that others can enter", |home| {
        directory(home, 0o701);
    }),
    ("a directory that the group can write to", |home| {
        directory(home, 0o770);
    }),
    ("a directory that others can write to", |home| {
        directory(home, 0o1777);
    }),
    ("a directory in the file's place", |home| {
        fs::create_dir(directory(home, 0o700).join("used-time-steps")).unwrap();
    }),
];

fn directory(home: &Path, mode: u32) -> PathBuf {
    let directory = home.join("awsmfa");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).unwrap();
    directory
}

#[test]
fn an_unusable_ledger_does_not_stop_a_login() {
    for (trouble, make) in TROUBLES {
        let aws = hasty();
        let home = hasty_home(&aws, SECRET);
        make(home.path());
        let run = login(&home).run();
        run.success();
        assert_eq!(run.stderr, "", "{trouble}{}", run.story());
        assert_eq!(aws.spent().len(), 1, "{trouble}");
        let used = home.path().join("awsmfa/used-time-steps").is_file();
        assert!(!used, "{trouble}");
        let others = home.path().join("other");
        assert!(
            fs::read_dir(others).map_or(0, Iterator::count) == 0,
            "{trouble}"
        );
    }
}

#[test]
fn verbose_says_what_is_wrong_with_the_ledger() {
    let aws = hasty();
    let home = hasty_home(&aws, SECRET);
    directory(home.path(), 0o755);
    let run = login(&home).arguments(["--verbose"]).run();
    run.success()
        .complains("could not keep the ledger of used time steps: ");
    run.complains("other users can access it (mode 0755)");
    home.write("file/awsmfa", "");
    let run = login(&home)
        .arguments(["--verbose"])
        .env("XDG_RUNTIME_DIR", home.path().join("file"))
        .run();
    run.complains("file/awsmfa cannot be used: Not a directory\n");
    let nowhere = [
        ("XDG_RUNTIME_DIR", "relative"),
        ("TMPDIR", "/no/such/directory"),
    ];
    let run = login(&home).arguments(["--verbose"]).envs(nowhere).run();
    run.complains("could not keep the ledger of used time steps: /no/such/directory");
}

/// A stopped process holds the lock; nothing more can be written to the disk.
#[test]
fn a_held_lock_and_a_full_disk_do_not_stop_a_login() {
    let aws = hasty();
    let home = hasty_home(&aws, SECRET);
    login(&home).run().success();
    let held = fs::File::open(home.path().join("awsmfa")).unwrap();
    flock(&held, FlockOperation::LockExclusive).unwrap();
    let run = login(&home).arguments(["--verbose"]).run();
    run.complains("another process holds its lock");
    drop(held);
    // It is full: not a byte can be written to a file.
    let aws = hasty();
    let home = hasty_home(&aws, SECRET);
    let line = format!("trap '' XFSZ; ulimit -f 0; exec '{AWSMFA}' env --shell sh --verbose");
    let full = || home.program("sh", ["-c", &line]).run();
    full().success().complains("could not keep the ledger");
    let left = fs::read_dir(home.path().join("awsmfa")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn without_a_runtime_directory_the_ledger_is_in_the_temporary_one() {
    let aws = hasty();
    let home = hasty_home(&aws, SECRET);
    let temporary = home.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let id = rustix::process::geteuid().as_raw();
    let directory = temporary.join(format!("awsmfa-{id}"));
    let ledger = directory.join("used-time-steps");
    let mut before = None;
    for runtime in ["", "relative", "/no/such/directory", "/proc"] {
        let run = login(&home)
            .env("XDG_RUNTIME_DIR", runtime)
            .env("TMPDIR", &temporary)
            .run();
        run.success();
        let now = fs::read_to_string(&ledger).ok();
        assert!(now.is_some() && now != before, "{runtime}{}", run.story());
        before = now;
    }
    let mode = directory.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o700);
    let text = before.unwrap();
    let (device, start) = text.trim_end().rsplit_once(' ').unwrap();
    assert_eq!(device, aws.serial());
    assert!(start.parse::<u64>().unwrap() <= aws.now());
    assert!(!home.path().join(".cache").exists() && !home.path().join("awsmfa").exists());
}

/// A directory, a link or a file in its place, which only root can make another user's.
#[test]
fn a_place_that_another_user_took_first_is_left_alone() {
    if !rustix::process::geteuid().is_root() {
        return left_out("a directory that belongs to another user (only root can make one)");
    }
    let makes: [fn(&Path); 3] = [
        |place| fs::create_dir(place).unwrap(),
        |place| symlink("/", place).unwrap(),
        |place| fs::write(place, "").unwrap(),
    ];
    for make in makes {
        let (_aws, home) = account();
        home.write(".aws-mfa", SECRET);
        let place = home.path().join("awsmfa-0");
        make(&place);
        std::os::unix::fs::lchown(&place, Some(1), None).unwrap();
        let run = login(&home)
            .arguments(["--verbose"])
            .env("XDG_RUNTIME_DIR", "")
            .env("TMPDIR", home.path())
            .run();
        run.success()
            .complains("could not keep the ledger of used time steps: ");
        assert!(!place.join("used-time-steps").exists());
    }
}
