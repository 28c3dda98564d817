//! What a release carries: `packaging/`, which the release workflow calls.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use super::install::{FILES, make, mode};
use super::{PROJECT, listing};
use crate::support::agent::Agent;
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::pages::{README, block_with};

/// All that an archive holds.
pub(super) fn packed() -> Vec<String> {
    let texts = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
    let texts = texts.map(|name| format!("share/doc/awsmfa/{name}"));
    let mut files: Vec<_> = FILES.iter().copied().map(str::to_owned).collect();
    files.extend(texts);
    files.sort_unstable();
    files
}

pub(super) fn packaging(home: &Home, script: &str, arguments: &[&str]) -> Run {
    let script = Path::new(PROJECT).join("packaging").join(script);
    home.program(script, arguments).run()
}

/// The archive of the program under test, in the home.
fn pack(home: &Home) {
    packaging(home, "archive.sh", &[AWSMFA, "awsmfa-test", "."]).success();
    assert_eq!(listing(home.path()), ["awsmfa-test.tar.gz"]);
}

/// What the manual says, done in the home.
fn manual(home: &Home, line: &str) {
    let block = block_with(line);
    home.program("sh", ["-c", &block]).run().success();
}

const UNPACK: &str = "mkdir -p ~/.local && tar -xzf awsmfa-";

/// The README's line puts there what `make install` does, with the texts, and changes no mode of a
/// directory; the manual's takes away the same.
#[test]
fn an_archive_is_installed_and_removed_as_the_manual_says() {
    let home = Home::new();
    pack(&home);
    let line = block_with(UNPACK);
    assert!(README.contains(&format!("`{line}`")), "the README's line");
    let share = home.path().join(".local/share");
    std::fs::create_dir_all(&share).expect("a directory");
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&share, private).expect("its mode");
    manual(&home, UNPACK);
    assert_eq!(listing(&home.path().join(".local")), packed());
    assert_eq!(mode(&share), 0o700);
    manual(&home, "tar -tzf awsmfa-");
    assert!(listing(&home.path().join(".local")).is_empty());
}

/// A file that is written over while it runs is refused by Linux and spoilt for macOS: each way makes
/// a new one.
#[test]
fn an_update_replaces_a_program_that_runs() {
    let home = Home::new();
    pack(&home);
    manual(&home, UNPACK);
    let program = home.path().join(".local/bin/awsmfa");
    let words = [program.to_str().expect("UTF-8"), "agent"];
    let agent = Agent::start_as(&home, &words, &[]);
    let updates: [fn(&Home); 2] = [
        |home| manual(home, UNPACK),
        |home| drop(make(home, "install", &["PREFIX=~/.local".to_owned()])),
    ];
    for update in updates {
        let old = std::fs::File::open(&program).expect("a file");
        update(&home);
        assert_eq!(old.metadata().expect("its links").nlink(), 0);
        let run = home.program(&program, ["agent", "status"]).run();
        run.success()
            .says(&agent.pid().as_raw_nonzero().to_string());
    }
}

/// macOS's tar: other options for the owner, and a member of its own for what a file system knows of a
/// file beside its contents, unless a variable forbids it.
#[cfg(target_os = "linux")]
const BSDTAR: &str = r#"#!/bin/sh
PATH=${PATH#*:}
case $1-$COPYFILE_DISABLE in
--version-*) echo 'bsdtar 3.5.3' && exit ;;
-c-) touch awsmfa-test/bin/._awsmfa && set -- "$@" awsmfa-test/bin/._awsmfa ;;
esac
case $* in *--owner*) echo "Option $2 is not supported" >&2 && exit 1 ;; esac
shift 9
exec tar -c "$@"
"#;

#[test]
#[cfg(target_os = "linux")]
fn what_macos_packs_has_the_same_files() {
    let home = Home::new();
    home.write_program("macos/tar", BSDTAR);
    let path = home.variable("PATH").into_string().expect("UTF-8");
    let path = format!("{}/macos:{path}", home.path().display());
    let script = Path::new(PROJECT).join("packaging/archive.sh");
    let packed_here = home.program(script, [AWSMFA, "awsmfa-test", "."]);
    packed_here.env("PATH", path).run().success();
    manual(&home, UNPACK);
    assert_eq!(listing(&home.path().join(".local")), packed());
}

#[test]
fn the_same_files_give_the_same_archive() {
    let archives = [(); 2].map(|()| {
        let home = Home::new();
        packaging(&home, "archive.sh", &[AWSMFA, "awsmfa-test", "dist"]).success();
        std::fs::read(home.path().join("dist/awsmfa-test.tar.gz")).expect("the archive")
    });
    assert!(
        archives[0] == archives[1],
        "two archives of the same files differ"
    );
}
