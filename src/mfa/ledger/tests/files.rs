//! A file, a directory or a lock that is not as it was left.

use super::*;

#[test]
fn rubbish_in_the_ledger_is_ignored() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("awsmfa/used-time-steps");
    let ledger = beside(home.path());
    assert!(grants(&ledger, SERIAL, 1));
    for rubbish in [
        &b"\xff\xfe\0"[..],
        b"x\n\n  \nx 99999999999999999999\n",
        format!("{SERIAL} 150").repeat(3).as_bytes(),
        &vec![b'a'; 100_000],
    ] {
        fs::write(&file, rubbish).unwrap();
        assert!(grants(&ledger, SERIAL, 5));
        assert!(!grants(&ledger, SERIAL, 5));
    }
}

/// The file is another kind of thing.
#[test]
fn foreign_files_in_the_ledgers_place_are_replaced() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    assert!(grants(&ledger, "first", 1));
    let file = home.path().join("awsmfa/used-time-steps");
    let elsewhere = home.path().join("elsewhere");
    fs::write(&elsewhere, format!("{SERIAL} 150\n")).unwrap();
    let put: [&dyn Fn(); 3] = [
        &|| symlink(&elsewhere, &file).unwrap(),
        &|| symlink("/dev/full", &file).unwrap(),
        &|| {
            let made = std::process::Command::new("mkfifo").arg(&file).status();
            assert!(made.unwrap().success());
        },
    ];
    for put in put {
        fs::remove_file(&file).unwrap();
        put();
        assert!(grants(&ledger, SERIAL, 5));
        assert!(!grants(&ledger, SERIAL, 5));
        assert!(file.symlink_metadata().unwrap().is_file());
    }
    let kept = fs::read_to_string(&elsewhere).unwrap();
    assert_eq!(kept, format!("{SERIAL} 150\n"));
}

/// A crash leaves what was being written, and the old text.
#[test]
fn files_left_by_a_crash_are_ignored() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    assert!(grants(&ledger, SERIAL, 5));
    fs::write(home.path().join("awsmfa/used-time-steps.new"), "half a").unwrap();
    assert!(!grants(&ledger, SERIAL, 5));
    assert!(grants(&ledger, SERIAL, 6));
    let directory = fs::read_dir(home.path().join("awsmfa")).unwrap();
    assert_eq!(directory.count(), 1);
}

/// Only root can make a directory of somebody else's.
#[test]
fn another_users_directory_is_refused() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("awsmfa");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
    let error = beside(home.path()).claim(SERIAL, step(5));
    assert!(format!("{:#}", error.unwrap_err()).contains("another user"));
    // After `su`, the runtime directory is still the other user's.
    std::os::unix::fs::chown(home.path(), Some(12_345), None).unwrap();
    let ledger = Ledger {
        runtime: Some(home.path().to_owned()),
        temporary: home.path().to_owned(),
    };
    assert!(grants(&ledger, SERIAL, 5));
    assert!(home.path().join("awsmfa-0/used-time-steps").exists());
}

#[test]
fn an_impossible_ledger_is_an_error_and_no_panic() {
    let home = tempfile::tempdir().unwrap();
    let nowhere = Ledger {
        runtime: None,
        temporary: home.path().join("missing"),
    };
    assert!(nowhere.claim(SERIAL, step(5)).is_err());
    let relative = Ledger::of(&Environment::of(&[("TMPDIR", "relative")]));
    assert_eq!(relative.temporary, Path::new("/tmp"));
    let ledger = beside(home.path());
    assert!(grants(&ledger, SERIAL, 5));
    let file = home.path().join("awsmfa/used-time-steps");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(ledger.claim(SERIAL, step(5)).is_err());
    assert_eq!(ledger.last_use(SERIAL).unwrap(), None);
}
