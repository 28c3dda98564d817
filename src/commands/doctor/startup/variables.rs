//! The variables of start-up files, as far as they can be known without running anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::files::matching;
use super::words::Word;
use crate::shell::Shell;

/// What is known at a line.
pub struct Variables<'a> {
    shell: Shell,
    home: &'a Path,
    /// Looks up an exported variable.
    environment: &'a dyn Fn(&str) -> Option<String>,
    set: BTreeMap<String, String>,
    /// The variables of loops over files.
    loops: BTreeMap<String, Vec<PathBuf>>,
}

impl<'a> Variables<'a> {
    pub fn new(
        shell: Shell,
        home: &'a Path,
        environment: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        Self {
            shell,
            home,
            environment,
            set: BTreeMap::new(),
            loops: BTreeMap::new(),
        }
    }

    /// The value that a line has set, else the exported one. The PATH is what is looked for: it is
    /// never known.
    pub fn get(&self, name: &str) -> Option<String> {
        if matches!(name, "PATH" | "path" | "fish_user_paths") {
            return None;
        }
        let home = || Some(self.home.to_str()?.to_owned()).filter(|_| name == "HOME");
        let set = self.set.get(name).cloned();
        set.or_else(home).or_else(|| (self.environment)(name))
    }

    /// Assignments, and loops over files.
    pub fn remember(&mut self, words: &[Word]) {
        match words {
            [first, name, second, rest @ ..] if first.text == "for" && second.text == "in" => {
                let files = rest.iter().take_while(|word| !word.is_command);
                let files = files.flat_map(|word| self.paths(&word.text)).collect();
                self.loops.insert(name.text.clone(), files);
            }
            [first, rest @ ..] if first.text == "set" && self.shell == Shell::Fish => {
                let mut plain = rest.iter().filter(|word| !word.text.starts_with('-'));
                if let (Some(name), Some(value)) = (plain.next(), plain.next()) {
                    self.set(&name.text, &value.text);
                }
            }
            _ => self.remember_assignments(words),
        }
    }

    fn remember_assignments(&mut self, words: &[Word]) {
        let first = words.first().map_or("", |word| &word.text);
        let exports = ["export", "typeset", "declare", "local", "readonly"].contains(&first);
        let assignments = words.iter().filter(|word| word.is_command || exports);
        let pairs = assignments.filter_map(|word| word.text.split_once('='));
        for (name, value) in pairs.filter(|(name, _)| is_name(name)) {
            self.set(name, value);
        }
    }

    /// A value that depends on something unknown is unknown.
    fn set(&mut self, name: &str, value: &str) {
        let value = self.expand(value);
        if value.contains(['$', '`']) {
            self.set.remove(name);
        } else {
            self.set.insert(name.to_owned(), value);
        }
    }

    /// The files that a word names: none if it depends on what is not known.
    pub fn paths(&self, word: &str) -> Vec<PathBuf> {
        let variable = word.strip_prefix('$').unwrap_or_default();
        let variable = variable.trim_start_matches('{').trim_end_matches('}');
        if let Some(files) = self.loops.get(variable) {
            return files.clone();
        }
        let text = self.expand(word);
        if text.is_empty() || text.contains(['$', '`']) {
            return Vec::new();
        }
        let path = self.home.join(text);
        let name = path.file_name().and_then(|name| name.to_str());
        match name.and_then(|name| name.split_once('*')) {
            Some((start, end)) => matching(path.parent().unwrap_or(self.home), start, end),
            None => vec![path],
        }
    }

    /// The text with `~/` and the variables that are known.
    pub fn expand(&self, text: &str) -> String {
        let home = format!("{}/", self.home.display());
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            expanded.push_str(before);
            let (value, length) = self.reference(after);
            match value {
                Some(value) => expanded.push_str(&value),
                None => expanded.extend(["$", &after[..length]]),
            }
            rest = &after[length..];
        }
        expanded.push_str(rest);
        expanded.replace("~/", &home)
    }

    /// What stands behind a `$`: its value, if known, and its length.
    fn reference(&self, text: &str) -> (Option<String>, usize) {
        let end = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let Some(braced) = text.strip_prefix('{') else {
            let length = end(text).unwrap_or(text.len());
            return (self.get(&text[..length]), length);
        };
        let Some(close) = braced.find('}') else {
            return (None, 0);
        };
        let inner = &braced[..close];
        let (name, modifier) = inner.split_at(end(inner).unwrap_or(inner.len()));
        let default = modifier
            .strip_prefix(":-")
            .or_else(|| modifier.strip_prefix('-'));
        let value = match (modifier, default) {
            ("", _) => self.get(name),
            (_, Some(default)) => self.get(name).or_else(|| Some(self.expand(default))),
            _ => None,
        };
        (value, close + 2)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
