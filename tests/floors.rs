//! The house keeps its order: a module imports only from the floors below it, as CONTRIBUTING.md
//! lists them, and no two modules of one directory need each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::source::{files, product, source};

/// Which module of a directory names which others of the same directory: `(directory, module)`.
type Imports = BTreeMap<(PathBuf, String), BTreeSet<String>>;

#[test]
fn a_module_imports_only_from_lower_floors() {
    let floors = floors();
    let imports = imports();
    let top = imports
        .iter()
        .filter(|((directory, _), _)| *directory == source());
    let mut seen = 0;
    for ((_, module), imported) in top {
        let floor = |module: &str| {
            let floor = floors.get(module);
            *floor.unwrap_or_else(|| panic!("CONTRIBUTING.md lists no floor for src/{module}"))
        };
        for other in imported {
            assert!(
                floor(other) < floor(module),
                "{module} (floor {}) imports {other} (floor {})",
                floor(module),
                floor(other)
            );
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} imports found: is src read at all?");
}

#[test]
fn no_modules_of_one_directory_need_each_other() {
    let mut imports = imports();
    // Take away what imports nothing that is left, and what nothing left imports, until nothing
    // changes: what stays is a circle.
    loop {
        let before = imports.len();
        let named =
            |(directory, _): &(PathBuf, _), other: &String| (directory.clone(), other.clone());
        let all: BTreeSet<_> = imports
            .iter()
            .flat_map(|(own, imported)| imported.iter().map(|other| named(own, other)))
            .collect();
        let left: BTreeSet<_> = imports
            .keys()
            .filter(|own| all.contains(own))
            .cloned()
            .collect();
        imports.retain(|own, imported| {
            imported.retain(|other| left.contains(&named(own, other)));
            left.contains(own) && !imported.is_empty()
        });
        if imports.len() == before {
            break;
        }
    }
    assert!(imports.is_empty(), "these need each other: {imports:#?}");
}

/// The table of CONTRIBUTING.md: `| 4 | environment, resource_limits |`.
fn floors() -> BTreeMap<String, u32> {
    let text = include_str!("../.github/CONTRIBUTING.md");
    let rows = text.lines().filter_map(|line| {
        let (floor, modules) = line.strip_prefix("| ")?.split_once(" | ")?;
        Some((floor.parse().ok()?, modules.trim_end_matches(" |")))
    });
    rows.flat_map(|(floor, modules)| {
        modules
            .split(", ")
            .map(move |name| (name.to_owned(), floor))
    })
    .collect()
}

fn imports() -> Imports {
    let mut imports = Imports::new();
    for file in files().filter(|file| !file.ends_with("main.rs")) {
        let module = module(&file);
        for named in named_modules(&product(&file), &module) {
            let shared = module
                .iter()
                .zip(&named)
                .take_while(|(own, other)| own == other)
                .count();
            let (Some(own), Some(other)) = (module.get(shared), named.get(shared)) else {
                continue;
            };
            let directory = module[..shared]
                .iter()
                .fold(source(), |path, name| path.join(name));
            if is_module(&directory, other) {
                let of_own = imports.entry((directory, own.clone())).or_default();
                of_own.insert(other.clone());
            }
        }
    }
    imports
}

/// `["commands", "each"]` for `src/commands/each/mod.rs` and `src/commands/each.rs`.
fn module(file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source()).unwrap().with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "mod").collect()
}

fn is_module(directory: &Path, name: &str) -> bool {
    directory.join(name).is_dir() || directory.join(name).with_extension("rs").is_file()
}

/// Every path from the crate's root that the text names by `crate::` or `super::`.
fn named_modules(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let absolute = |path: String| {
        let names: Vec<_> = path.split("::").collect();
        let up = names.iter().take_while(|name| **name == "super").count();
        let start = match (names[0], up) {
            ("crate", _) => &[],
            (_, 0) => return None,
            _ => &module[..module.len().checked_sub(up)?],
        };
        let rest = names.iter().skip(up.max(1)).map(|name| (*name).to_owned());
        Some(start.iter().cloned().chain(rest).collect())
    };
    paths(text).into_iter().filter_map(absolute).collect()
}

/// Every path of the text, those in braces too: `super::a` and `super::b::c` of
/// `super::{a, b::c}`.
fn paths(text: &str) -> Vec<String> {
    let (mut paths, mut path) = (Vec::new(), String::new());
    let mut outer = vec![String::new()];
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' || c == ':' {
            path.push(c);
            continue;
        }
        let whole = outer.last().cloned().unwrap_or_default() + &std::mem::take(&mut path);
        match c {
            '{' if whole.ends_with("::") => outer.push(whole),
            '{' => outer.push(String::new()),
            _ => paths.push(whole),
        }
        if c == '}' {
            outer.pop();
        }
    }
    paths
}
