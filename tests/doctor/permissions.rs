//! Modes and owners of the user's files.

use std::os::unix::fs::chown;

use super::KEYS;
use super::machine::{complains_only_of, complaints, doctor, good_home, set_mode};
use crate::support::home::AWSMFA;
use crate::support::tools::left_out;

#[test]
fn files_that_others_can_read_or_change_are_named_with_the_chmod() {
    for (name, mode, expected) in [
        (
            ".aws/credentials",
            0o644,
            "~/.aws/credentials holds secrets, and other users can read it (mode 0644); chmod 600 ~/.aws/credentials",
        ),
        (
            ".aws/credentials",
            0o666,
            "read or change it (mode 0666); chmod 600",
        ),
        (
            ".aws/config",
            0o666,
            "other users can change ~/.aws/config (mode 0666), and thereby what runs as you; chmod go-w ~/.aws/config",
        ),
        (".aws", 0o777, "other users can change ~/.aws (mode 0777)"),
        (
            ".aws-mfa",
            0o640,
            "~/.aws-mfa holds secrets, and other users can read it (mode 0640); chmod 600 ~/.aws-mfa",
        ),
    ] {
        let home = good_home();
        home.write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
        assert!(
            complaints(&doctor(&home)).is_empty(),
            "{}",
            doctor(&home).story()
        );
        set_mode(&home.path().join(name), mode);
        complains_only_of(&doctor(&home), expected);
    }
    // Usual modes.
    let home = good_home();
    set_mode(&home.path().join(".aws/config"), 0o644);
    set_mode(&home.path().join(".aws"), 0o755);
    assert!(complaints(&doctor(&home)).is_empty());
    // The secret of any profile.
    let home = good_home();
    home.write("secrets/work", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
    home.write(
        ".aws/config",
        "[profile work]\nmfa_secret_file = ~/secrets/work\n",
    );
    assert!(
        complaints(&doctor(&home)).is_empty(),
        "{}",
        doctor(&home).story()
    );
    set_mode(&home.path().join("secrets/work"), 0o644);
    complains_only_of(
        &doctor(&home),
        "~/secrets/work holds secrets, and other users can read it (mode 0644); chmod 600 ~/secrets/work",
    );
    // Keys in the configuration file are as secret as elsewhere.
    home.write(".aws/config", format!("[profile x]\n{KEYS}"));
    set_mode(&home.path().join(".aws/config"), 0o644);
    complains_only_of(&doctor(&home), "~/.aws/config holds secrets");
}

#[test]
fn files_that_sudo_has_left_to_root_are_named_with_the_chown() {
    if !rustix::process::geteuid().is_root() {
        return left_out("files of root in a user's home (only root can make them)");
    }
    let nobody = 65534;
    let home = good_home();
    for name in ["", ".aws", ".aws/config", ".aws/credentials"] {
        chown(home.path().join(name), Some(nobody), Some(nobody)).unwrap();
    }
    let as_nobody = || {
        let words = [
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            AWSMFA,
            "doctor",
        ];
        home.program("setpriv", words).env("USER", "alice").run()
    };
    assert!(
        complaints(&as_nobody()).is_empty(),
        "{}",
        as_nobody().story()
    );
    chown(home.path().join(".aws/credentials"), Some(0), Some(0)).unwrap();
    let run = as_nobody();
    run.failure(1).says("error   ~/.aws/credentials belongs to root, as sudo leaves it, and you cannot read it; sudo chown alice ~/.aws/credentials");
    chown(home.path().join(".aws/credentials"), Some(nobody), None).unwrap();
    chown(home.path().join(".aws"), Some(0), Some(0)).unwrap();
    set_mode(&home.path().join(".aws"), 0o755);
    complains_only_of(
        &as_nobody(),
        "warning ~/.aws belongs to root, as sudo leaves it: you cannot change it; sudo chown alice ~/.aws",
    );
    chown(home.path().join(".aws"), Some(nobody), None).unwrap();
    set_mode(home.path(), 0o500);
    let run = as_nobody();
    set_mode(home.path(), 0o700);
    complains_only_of(
        &run,
        "is read-only: the AWS CLI cannot keep its caches there",
    );
}
