//! What a release carries: `packaging/`, which the release workflow calls.

use std::path::Path;

use super::install::FILES;
use super::{PROJECT, listing};
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::pages::{README, block_with};

const TEXTS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

pub(super) fn packaging(home: &Home, script: &str, arguments: &[&str]) -> Run {
    let script = Path::new(PROJECT).join("packaging").join(script);
    home.program(script, arguments).run()
}

#[test]
fn an_archive_holds_what_is_installed_and_the_texts() {
    let home = Home::new();
    packaging(&home, "archive.sh", &[AWSMFA, "awsmfa-test", "dist"]).success();
    assert_eq!(listing(&home.path().join("dist")), ["awsmfa-test.tar.gz"]);
    home.program("tar", ["-xzf", "dist/awsmfa-test.tar.gz"])
        .run()
        .success();
    let files = listing(&home.path().join("awsmfa-test"));
    let mut expected: Vec<_> = TEXTS.into_iter().chain(FILES.iter().copied()).collect();
    expected.sort_unstable();
    assert_eq!(files, expected);
}

/// The README's line: unpacked and copied over a prefix it is what `make install` puts there.
#[test]
fn an_archive_is_installed_as_the_readme_says() {
    let home = Home::new();
    packaging(&home, "archive.sh", &[AWSMFA, "awsmfa-test", "."]).success();
    let line = block_with("tar -xzf awsmfa-");
    assert!(README.contains(&format!("`{line}`")), "the README's line");
    std::fs::create_dir(home.path().join(".local")).expect("a directory");
    home.program("sh", ["-c", &line]).run().success();
    assert_eq!(listing(&home.path().join(".local")), FILES);
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
