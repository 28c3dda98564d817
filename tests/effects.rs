//! What CONTRIBUTING.md and SECURITY.md say of the code: each side effect lives where the table says
//! and nowhere else, the files that are named exist, and no file is too long.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::source::{files, product};

const CONTRIBUTING: &str = include_str!("../.github/CONTRIBUTING.md");

/// A row of the table.
struct Effect {
    name: &'static str,
    /// What the code says where it has the effect.
    words: Vec<&'static str>,
    /// Files and directories.
    places: Vec<&'static str>,
}

#[test]
fn each_side_effect_lives_where_the_table_says() {
    let texts: Vec<_> = files().map(|file| (file.clone(), product(&file))).collect();
    let effects = effects();
    assert!(effects.len() > 8, "the table of CONTRIBUTING.md is gone");
    for effect in effects {
        let has_it = |text: &str| effect.words.iter().any(|word| text.contains(word));
        let found: BTreeSet<_> = texts
            .iter()
            .filter(|(_, text)| has_it(text))
            .map(|(file, _)| relative(file))
            .collect();
        for file in &found {
            let is_listed = effect.places.iter().any(|place| file.starts_with(place));
            assert!(is_listed, "{}: not in the table: {file}", effect.name);
        }
        for place in &effect.places {
            let is_used = found.iter().any(|file| file.starts_with(place));
            assert!(is_used, "{}: no longer in {place}", effect.name);
        }
    }
}

#[test]
fn the_files_that_the_documents_name_exist() {
    let documents = [
        CONTRIBUTING,
        include_str!("../.github/SECURITY.md"),
        include_str!("../.clippy.toml"),
        include_str!("../Cargo.toml"),
    ];
    let is_path = |word: &&str| {
        ["src/", "tests/", "packaging/"]
            .iter()
            .any(|d| word.starts_with(d))
    };
    let between = |c: char| c.is_whitespace() || "`\"'()[],:;".contains(c);
    let words = documents.iter().flat_map(|text| text.split(between));
    let paths: BTreeSet<_> = words.filter(is_path).collect();
    assert!(paths.len() > 30, "only {paths:?}");
    for path in paths {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path.trim_end_matches('.'));
        assert!(
            file.exists() || file.with_extension("rs").exists(),
            "{path}"
        );
    }
}

#[test]
fn a_file_has_at_most_250_lines() {
    for file in files() {
        let text = fs::read_to_string(&file).expect("Rust");
        let lines = text.lines().count();
        assert!(lines <= 250, "{} has {lines} lines", file.display());
    }
}

fn relative(file: &Path) -> String {
    let file = file.strip_prefix(env!("CARGO_MANIFEST_DIR"));
    file.expect("a file of this project").display().to_string()
}

fn effects() -> Vec<Effect> {
    let table = CONTRIBUTING.split("## Where each side effect lives").nth(1);
    let section = table.and_then(|text| text.split("\n## ").next());
    let rows = section.unwrap_or_default().lines().filter_map(|line| {
        let [_, name, words, places, _] = line.split('|').collect::<Vec<_>>()[..] else {
            return None;
        };
        let words = quoted(words);
        (!words.is_empty()).then(|| Effect {
            name: name.trim(),
            words,
            places: quoted(places),
        })
    });
    rows.collect()
}

/// The words between backticks.
fn quoted(text: &'static str) -> Vec<&'static str> {
    text.split('`').skip(1).step_by(2).collect()
}
