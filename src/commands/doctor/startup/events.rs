//! What a line of a start-up file does to awsmfa's shell functions.

use clap::ValueEnum as _;

use super::code::Code;
use super::words::{Word, pieces};
use crate::shell::Shell;

#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    Load(Load),
    /// Defines a function or an alias of one of our names.
    Define {
        name: String,
        is_alias: bool,
    },
    /// Removes every hook from the list that is run before a prompt.
    RemoveHooks(&'static str),
    /// The same if bash has one string in place of a list.
    ReplaceHook(&'static str),
}

/// Defines `aws-mfa-on` and `aws-mfa-off`.
#[derive(Debug, PartialEq, Eq)]
pub struct Load {
    pub way: Way,
    /// Whether anything of ours runs before a prompt.
    pub has_hook: bool,
    /// Whether the program is looked up on the PATH when the line runs.
    pub looks_up: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// `awsmfa init`; for which shell, if the line says so.
    Init(Option<Shell>),
    /// `awsmfa init` in a line that does not evaluate what it prints, and why not.
    Ineffective(&'static str),
    /// A copy of the snippet; whether it is this program's.
    Copy { is_current: bool },
    /// A plugin manager's line.
    Plugin,
    /// The line reads this file, which does not exist.
    Missing(String),
    /// The line runs the program at this path, where there is none.
    NoProgram(String),
}

/// The names that the snippets define, and the program's own.
const FUNCTIONS: [&str; 4] = ["aws-mfa-on", "aws-mfa-off", "awsmfa_on", "awsmfa_off"];
const PROGRAM: &str = "awsmfa";

/// The words by which plugin managers load what they name.
const MANAGERS: [&str; 16] = [
    "antibody", "antidote", "antigen", "fisher", "plug", "plugins", "sheldon", "zap", "zcomet",
    "zgen", "zgenom", "zi", "zinit", "zmodule", "znap", "zplug",
];

impl Load {
    pub const fn of(way: Way) -> Self {
        Self {
            way,
            has_hook: true,
            looks_up: false,
        }
    }
}

/// Everything that the line does. `is_copy`: the file has our snippet's code in it, of this program
/// or of another version.
pub fn events(shell: Shell, code: &Code, words: &[Word], is_copy: Option<bool>) -> Vec<Event> {
    let pieces = pieces(&code.text);
    let mut events = Vec::new();
    if shell.dialect().is_none() {
        let is_copied = is_copy.filter(|_| code.text.contains(FUNCTIONS[0]));
        let copy = is_copied.map(|is_current| Load::of(Way::Copy { is_current }));
        let load = copy.or_else(|| init(shell, &code.text, &pieces));
        return load.map(Event::Load).into_iter().collect();
    }
    if let Some(name) = code.function.as_deref().filter(|name| is_ours(name)) {
        events.extend(match is_copy {
            Some(is_current) if matches!(name, "aws-mfa-on" | "awsmfa_on") => {
                Some(Event::Load(Load::of(Way::Copy { is_current })))
            }
            Some(_) => None,
            None => Some(Event::Define {
                name: name.to_owned(),
                is_alias: false,
            }),
        });
    }
    events.extend(aliases(words).filter(|_| is_copy.is_none()));
    events.extend(init(shell, &code.text, &pieces).map(Event::Load));
    if is_plugin(&pieces) {
        events.push(Event::Load(Load::of(Way::Plugin)));
    }
    events.extend(hooks(shell, &code.text, words));
    events
}

fn is_ours(name: &str) -> bool {
    name == PROGRAM || FUNCTIONS.contains(&name)
}

/// The path or the name of the program `awsmfa`.
pub fn is_program(piece: &str) -> bool {
    piece == PROGRAM || piece.ends_with("/awsmfa")
}

/// An alias that leads back to the name itself only adds to it.
fn aliases(words: &[Word]) -> impl Iterator<Item = Event> {
    let starts = words
        .iter()
        .position(|word| word.is_command && word.text == "alias");
    let after = starts.map_or(&[][..], |at| &words[at + 1..]);
    let after = after.iter().take_while(|word| !word.is_command);
    let after: Vec<&str> = after.map(|word| word.text.as_str()).collect();
    let pair = |(at, word): (usize, &&str)| match word.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None if at == 0 => Some(((*word).to_owned(), after[1..].join(" "))),
        None => None,
    };
    let pairs: Vec<_> = after.iter().enumerate().filter_map(pair).collect();
    let foreign = pairs.into_iter().filter(|(name, value)| {
        let value = pieces(value);
        is_ours(name)
            && !value
                .iter()
                .any(|piece| is_program(piece) || FUNCTIONS.contains(piece))
    });
    foreign.map(|(name, _)| Event::Define {
        name,
        is_alias: true,
    })
}

/// `awsmfa init SHELL`, wherever it stands in the line.
fn init(shell: Shell, text: &str, pieces: &[&str]) -> Option<Load> {
    let at = pieces
        .windows(2)
        .position(|two| is_program(two[0]) && two[1] == "init")?;
    let flag = |name| pieces[at..].contains(&name);
    let named = pieces.get(at + 2);
    let named = named.and_then(|name| Shell::from_str(name, false).ok());
    let way = match ineffective(shell, text, &pieces[..at]) {
        Some(why) => Way::Ineffective(why),
        None => Way::Init(named),
    };
    Some(Load {
        way,
        has_hook: !flag("--no-warnings") || flag("--renew"),
        looks_up: pieces[at] == PROGRAM,
    })
}

/// Why the line does not define anything, although it runs `awsmfa init`.
fn ineffective(shell: Shell, text: &str, before: &[&str]) -> Option<&'static str> {
    let is_bare = before.iter().all(|word| *word == "command");
    let rest = text.replace("> /dev/null", "").replace(">/dev/null", "");
    let is_used = rest.contains(['|', '>', '<', '`']) || rest.contains("$(");
    if is_bare && !is_used {
        return Some("prints the shell code and does not evaluate it");
    }
    let begins =
        |form: &str| text.trim_start().starts_with(form) || text.contains(&format!(" {form}"));
    let unquoted = ["eval $(", "eval `", "eval ("].into_iter().any(begins);
    let keeps = match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => false,
        Shell::Fish => text.contains("collect"),
        Shell::Elvish => text.contains("slurp"),
        Shell::Nu | Shell::Xonsh => true,
    };
    if unquoted && !keeps {
        return Some("loses the line ends of the shell code");
    }
    None
}

fn is_plugin(pieces: &[&str]) -> bool {
    let is_plugin = |piece: &&str| is_program(piece.strip_suffix(".git").unwrap_or(piece));
    let manager = pieces.iter().position(|piece| MANAGERS.contains(piece));
    manager.is_some_and(|at| pieces[at + 1..].iter().any(is_plugin))
}

/// Assignments that do not keep what the variable had.
fn hooks(shell: Shell, text: &str, words: &[Word]) -> Option<Event> {
    let variable = match shell {
        Shell::Bash => "PROMPT_COMMAND",
        Shell::Zsh => "precmd_functions",
        Shell::Fish | Shell::Sh | Shell::Nu | Shell::Elvish | Shell::Xonsh => return None,
    };
    let mut commands = words.iter().enumerate().filter(|(_, word)| word.is_command);
    let at = commands.find_map(|(at, word)| {
        let sets = |word: &Word| {
            let rest = word.text.strip_prefix(variable);
            rest.is_some_and(|rest| rest.starts_with('='))
        };
        let next = words.get(at + 1);
        let unsets = word.text == "unset" && next.is_some_and(|next| next.text == variable);
        let is_export = matches!(&*word.text, "export" | "declare" | "typeset");
        let declared = is_export && words[at + 1..].iter().any(sets);
        (sets(word) || unsets || declared).then_some(unsets)
    })?;
    let list = text.contains(&format!("{variable}=("));
    let keeps = text.matches(variable).count() > 1;
    match (keeps, at || list || shell == Shell::Zsh) {
        (true, _) => None,
        (false, true) => Some(Event::RemoveHooks(variable)),
        (false, false) => Some(Event::ReplaceHook(variable)),
    }
}

#[cfg(test)]
mod tests;
