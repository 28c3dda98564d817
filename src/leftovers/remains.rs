//! Keys where nobody expects them. They are reported and never removed: they may be the only copy, and
//! no format says which lines of a history or a start-up file are needed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use memchr::{memchr, memchr_iter, memmem};

use super::Found;
use super::file::{self, LARGEST, Status};
use crate::environment::{Environment, shown};

/// Start-up files and histories of shells, and what direnv and dotenv read, below the home directory.
const FILES: [&str; 13] = [
    ".bash_history",
    ".bash_profile",
    ".bashrc",
    ".config/fish/config.fish",
    ".env",
    ".envrc",
    ".local/share/fish/fish_history",
    ".profile",
    ".zprofile",
    ".zsh_history",
    ".zshenv",
    ".zshrc",
    ".ksh_history",
];

/// Variables with keys, and how long these are at least.
const VARIABLES: [(&[u8], usize); 4] = [
    (b"AWS_ACCESS_KEY_ID", 16),
    (b"AWS_SECRET_ACCESS_KEY", 32),
    (b"AWS_SESSION_TOKEN", 32),
    (b"AWS_SECURITY_TOKEN", 32),
];

/// A file with keys that awsmfa leaves alone.
#[derive(Clone, Debug)]
pub struct Remains {
    /// With `~/` for the home directory.
    pub shown: PathBuf,
    /// The first line, if the file is one of lines.
    pub line: Option<usize>,
    pub file: Status,
    /// What it holds, for a person.
    pub what: String,
}

impl Remains {
    /// A file with a long-term key that is not one of the two profile files.
    pub(super) fn copy(shown: PathBuf, file: Status, id: &str, live: &[(String, String)]) -> Self {
        let section = live.iter().find(|(other, _)| other == id);
        let what = match section {
            Some((_, header)) => format!("the long-term key {id}, which [{header}] has too"),
            None => format!("the long-term key {id}, which no profile has"),
        };
        Self {
            shown,
            line: None,
            file,
            what,
        }
    }

    /// Where it is: `~/.bashrc:12`.
    pub fn place(&self) -> String {
        let path = self.shown.display();
        match self.line {
            Some(line) => format!("{path}:{line}"),
            None => path.to_string(),
        }
    }
}

pub fn search(environment: &Environment, found: &mut Found) {
    let Some(home) = environment.home() else {
        return;
    };
    let history = environment.path("HISTFILE");
    let mut paths: Vec<_> = FILES.iter().map(|name| home.join(name)).collect();
    paths.extend(history.filter(|path| !paths.contains(path)));
    let remains = paths.iter().filter_map(|path| in_text(path, &home));
    found.remains.extend(remains);
}

fn in_text(path: &Path, home: &Path) -> Option<Remains> {
    let (bytes, file) = file::read(path, LARGEST)?;
    let places = VARIABLES.iter().flat_map(|(name, shortest)| {
        let places = memmem::find_iter(&bytes, name);
        places.filter(|at| has_value(&bytes[at + name.len()..], *shortest))
    });
    // A line may set several.
    let ends = places.map(|at| memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end));
    let ends: BTreeSet<_> = ends.collect();
    let first = *ends.first()?;
    let what = match ends.len() - 1 {
        0 => "an access key or a session token".to_owned(),
        more => format!("access keys or session tokens, there and in further lines ({more})"),
    };
    Some(Remains {
        shown: shown(path, Some(home)),
        line: Some(memchr_iter(b'\n', &bytes[..first]).count() + 1),
        file,
        what,
    })
}

/// Whether a variable gets a value of its own, rather than another variable's: `=VALUE`, or fish's
/// `set -x NAME VALUE`.
fn has_value(rest: &[u8], shortest: usize) -> bool {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    let value = match rest.first() {
        Some(b'=') => &rest[1..],
        Some(blank) if is_blank(blank) => rest,
        _ => return false,
    };
    let is_before = |b: &&u8| is_blank(b) || matches!(b, b'=' | b'"' | b'\'');
    let is_key = |b: &&u8| b.is_ascii_alphanumeric() || b"/+=".contains(b);
    let value = value.iter().skip_while(is_before).take_while(is_key);
    value.take(shortest).count() == shortest
}
