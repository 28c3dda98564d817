//! The product's own text, for the tests of the rules in CONTRIBUTING.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files of `src/`, without the modules that are compiled for tests only.
pub fn files() -> impl Iterator<Item = PathBuf> {
    let all = all_files(&source());
    let tests: BTreeSet<_> = all.iter().flat_map(|file| test_modules(file)).collect();
    all.into_iter()
        .filter(move |file| !file.ancestors().any(|part| tests.contains(part)))
}

fn all_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory of src");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                all_files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The files and directories that hold the modules which `file` declares for tests.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(file).expect("Rust");
    let is_directory = ["mod.rs", "main.rs"]
        .iter()
        .any(|name| file.ends_with(name));
    let own = if is_directory {
        file.with_file_name("")
    } else {
        file.with_extension("")
    };
    let declared = text.split("#[cfg(test)]\n").skip(1);
    let names = declared.filter_map(|rest| {
        let line = rest.lines().next()?.trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    names
        .flat_map(|name| [own.join(name), own.join(name).with_extension("rs")])
        .collect()
}

/// The text without comments and tests.
pub fn product(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("Rust");
    let text = text
        .split("\n#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split("//").next());
    lines.collect::<Vec<_>>().join("\n")
}
