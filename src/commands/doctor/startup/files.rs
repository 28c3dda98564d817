//! The files and directories of start-up files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::environment;
use crate::leftovers::file;

pub fn text(path: &Path) -> Option<String> {
    let (bytes, _) = file::read(path, file::LARGEST)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The files of a directory whose names begin and end so, in the order of the shell.
pub fn matching(directory: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_hidden = |name: &str| name.starts_with('.') && start.is_empty();
    let fits = |name: &String| name.starts_with(start) && name.ends_with(end) && !is_hidden(name);
    let mut names: Vec<_> = names.filter(fits).collect();
    names.sort();
    names.iter().map(|name| directory.join(name)).collect()
}

/// `~/.bashrc`
pub fn shown(path: &Path, home: &Path) -> String {
    environment::shown(path, Some(home)).display().to_string()
}
