//! What a release carries: `packaging/`, which the release workflow calls.

use std::path::Path;

use super::install::FILES;
use super::{PROJECT, listing};
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::pages::{README, block_with};

const TEXTS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

fn packaging(home: &Home, script: &str, arguments: &[&str]) -> Run {
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

/// A release is not made of a tag that says something else than the files.
#[test]
fn a_tag_must_match_the_version() {
    let home = Home::new();
    let run = packaging(&home, "version.sh", &["v0.0.1"]);
    run.failure(1)
        .complains("the tag is v0.0.1, Cargo.toml says");
    assert!(run.stdout.is_empty(), "{}", run.story());

    // The version of Cargo.toml, in a project whose CHANGELOG.md has it.
    home.write("Cargo.toml", "[package]\nversion = \"1.2.0\"\n");
    let script =
        std::fs::read(Path::new(PROJECT).join("packaging/version.sh")).expect("the script");
    home.write("packaging/version.sh", script);
    let check = |changelog: &str| {
        home.write("CHANGELOG.md", changelog);
        home.program("bash", ["packaging/version.sh", "v1.2.0"])
            .run()
    };
    check("## [Unreleased]\n\n- one\n")
        .failure(1)
        .complains("CHANGELOG.md has nothing under '## [1.2.0] - DATE'");
    let run = check(
        "## [Unreleased]\n\n- one\n## [1.2.0] - 2026-01-02\n\n- two\n## [1.1.0] - 2025-01-02\n\n- three\n",
    );
    assert_eq!(run.success().stdout.trim(), "- two");
}
