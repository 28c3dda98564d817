//! Reads start-up files in the order in which a shell runs them, and follows them into the files
//! that they source. Runs nothing: what depends on a command's output stays unknown.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::code::{Code, code};
use super::events::{Event, Load, Way, events, is_program};
use super::files::{shown, text};
use super::snippet;
use super::variables::Variables;
use super::words::{Word, words};
use crate::shell::Shell;

/// Files that source each other deeper than this do it in a circle.
const DEEPEST: usize = 8;

/// Bytes of one shell's start-up files; a start that reads more would take a shell seconds.
const MOST_BYTES: usize = 4 << 20;

/// A line that the shell runs.
#[derive(Debug)]
pub struct Step {
    /// `~/.bashrc`
    pub file: Rc<str>,
    pub number: usize,
    /// With the variables that are known.
    pub text: String,
    pub events: Vec<Event>,
    /// The line above it that ends the file.
    pub ended_at: Option<usize>,
}

impl Step {
    /// `~/.bashrc:12`
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.number)
    }
}

pub struct Reader<'a> {
    shell: Shell,
    home: &'a Path,
    pub variables: Variables<'a>,
    bytes_left: usize,
    depth: usize,
    pub steps: Vec<Step>,
}

impl<'a> Reader<'a> {
    pub fn new(
        shell: Shell,
        home: &'a Path,
        environment: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        Self {
            shell,
            home,
            variables: Variables::new(shell, home, environment),
            bytes_left: MOST_BYTES,
            depth: 0,
            steps: Vec::new(),
        }
    }

    /// A file, if it exists; says whether it does.
    pub fn file(&mut self, path: &Path) -> bool {
        if is_of_another_package(path) {
            return true;
        }
        let Some(text) = text(path) else {
            return false;
        };
        if self.depth >= DEEPEST || text.len() > self.bytes_left {
            return true;
        }
        self.bytes_left -= text.len();
        self.depth += 1;
        let is_copy = snippet::is_copy(self.shell, &text);
        let file = Rc::from(shown(path, self.home));
        let mut ended_at = None;
        for code in code(self.shell, &text) {
            self.line(&file, &code, is_copy, ended_at);
            if ended_at.is_none() && code.depth == 0 && ends_the_file(&code.text) {
                ended_at = Some(code.number);
            }
        }
        self.depth -= 1;
        true
    }

    fn line(
        &mut self,
        file: &Rc<str>,
        code: &Code,
        is_copy: Option<bool>,
        ended_at: Option<usize>,
    ) {
        let words = words(&code.text);
        let mut events = events(self.shell, code, &words, is_copy);
        let mut sourced = Vec::new();
        if ended_at.is_none() {
            self.variables.remember(&words);
            self.without_program(code, &mut events);
            sourced = self.sourced(&words);
            let missing = sourced
                .iter()
                .filter(|path| is_ours(path) && !path.is_file());
            let missing = missing.map(|path| Load::of(Way::Missing(shown(path, self.home))));
            events.extend(missing.map(Event::Load));
        }
        self.steps.push(Step {
            file: Rc::clone(file),
            number: code.number,
            text: self.variables.expand(&code.text),
            events,
            ended_at,
        });
        for path in sourced {
            self.file(&path);
        }
    }

    /// `awsmfa init` loads nothing if the line names the program by a path where it is not.
    fn without_program(&self, code: &Code, events: &mut [Event]) {
        let loads = events.iter_mut().filter_map(|event| match event {
            Event::Load(Load {
                way: way @ Way::Init(_),
                ..
            }) => Some(way),
            _ => None,
        });
        for way in loads {
            if let Some(path) = self.program(&code.text).filter(|path| !path.exists()) {
                *way = Way::NoProgram(shown(&path, self.home));
            }
        }
    }

    /// The path that the line runs `awsmfa init` by, if it is whole and known.
    fn program(&self, line: &str) -> Option<PathBuf> {
        let quoted = words(line).into_iter();
        let words: Vec<_> = quoted.flat_map(|word| words(&word.text)).collect();
        let at = words
            .windows(2)
            .position(|two| is_program(&two[0].text) && two[1].text == "init")?;
        let word = words[at].text.trim_start_matches('^');
        // `$(brew --prefix)/bin/awsmfa`
        let (before, _) = line.split_once(word).unwrap_or_default();
        let before = before.trim_end_matches(['"', '\'']);
        let is_whole = !before.ends_with([')', '}', '`']);
        let is_absolute = self.variables.expand(word).starts_with('/');
        let mut paths = self.variables.paths(word).into_iter();
        paths.next().filter(|_| is_whole && is_absolute)
    }

    /// The files that the line sources, as far as their names are known.
    fn sourced(&self, words: &[Word]) -> Vec<PathBuf> {
        let two = words.windows(2);
        let sources = |two: &&[Word]| two[0].is_command && matches!(&*two[0].text, "source" | ".");
        let paths = two
            .filter(sources)
            .flat_map(|two| self.variables.paths(&two[1].text));
        // A plugin finds its own directory in a way that only zsh can tell.
        let snippet = |path: PathBuf| match path.file_name() {
            Some(name) if name == "awsmfa.plugin.zsh" => {
                path.with_file_name("shell").join("awsmfa.zsh")
            }
            _ => path,
        };
        paths.map(snippet).collect()
    }
}

/// Long files, such as all of bash's completions, that no user edits.
fn is_of_another_package(path: &Path) -> bool {
    let path = path.to_string_lossy();
    path.starts_with("/usr/share/") && !path.contains("awsmfa")
}

fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| {
        ["bash", "zsh", "fish", "sh"]
            .into_iter()
            .any(|end| name == format!("awsmfa.{end}"))
    })
}

/// Whether no line below this one runs.
fn ends_the_file(text: &str) -> bool {
    let words: Vec<&str> = text
        .trim()
        .trim_end_matches(';')
        .split_whitespace()
        .collect();
    match words[..] {
        ["return" | "exit"] => true,
        ["return" | "exit", status] => status.parse::<u8>().is_ok(),
        ["exec", command, ..] => {
            command.starts_with(|c: char| c.is_alphabetic() || "/~$".contains(c))
        }
        _ => false,
    }
}
