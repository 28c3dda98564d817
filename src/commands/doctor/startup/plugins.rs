//! What zsh's plugin managers load.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::code::Code;
use super::events::{Event, Load, Way, events};
use super::files::{shown, text};
use super::reader::{Reader, Step};
use super::words::words;
use crate::shell::Shell;

/// The lists that managers keep beside `.zshrc`, and sheldon's.
pub fn read_lists(reader: &mut Reader<'_>, home: &Path, directory: &Path, sheldon: &Path) {
    let lists = [".zsh_plugins.txt", ".zimrc"].map(|name| directory.join(name));
    for list in lists.iter().map(PathBuf::as_path).chain([sheldon]) {
        read_list(reader, home, list);
    }
}

/// Its lines are not shell code.
fn read_list(reader: &mut Reader<'_>, home: &Path, path: &Path) {
    let file: Rc<str> = shown(path, home).into();
    let text = text(path).unwrap_or_default();
    let lines = (1..).zip(text.lines().map(str::trim_start));
    let lines = lines.filter(|(_, line)| !line.starts_with('#'));
    reader.steps.extend(lines.map(|(number, line)| {
        let code = Code {
            number,
            text: format!("plugins {line}"),
            depth: 0,
            function: None,
        };
        Step {
            file: Rc::clone(&file),
            number,
            text: String::new(),
            events: events(Shell::Zsh, &code, &words(&code.text), None),
            ended_at: None,
        }
    }));
}

/// The plugin in oh-my-zsh's directories, if `.zshrc` lists it. oh-my-zsh itself says in one line among
/// others that a plugin is missing.
pub fn read_oh_my_zsh(reader: &mut Reader<'_>, home: &Path) {
    let Some(at) = reader.steps.iter().position(lists_plugins) else {
        return;
    };
    let path = |name: &str| reader.variables.get(name).map(PathBuf::from);
    let own = path("ZSH").unwrap_or_else(|| home.join(".oh-my-zsh"));
    let custom = path("ZSH_CUSTOM").unwrap_or_else(|| own.join("custom"));
    if !own.is_dir() {
        return;
    }
    let plugins = [custom, own].map(|directory| directory.join("plugins/awsmfa"));
    let found = plugins
        .iter()
        .find(|plugin| plugin.join("awsmfa.plugin.zsh").is_file());
    if let Some(plugin) = found {
        reader.file(&plugin.join("shell/awsmfa.zsh"));
    } else {
        let missing = shown(&plugins[0].join("awsmfa.plugin.zsh"), home);
        reader.steps[at].events = vec![Event::Load(Load::of(Way::Missing(missing)))];
    }
}

fn lists_plugins(step: &Step) -> bool {
    let is_list = step.text.trim_start().starts_with("plugins");
    let loads = |event: &Event| {
        matches!(
            event,
            Event::Load(Load {
                way: Way::Plugin,
                ..
            })
        )
    };
    is_list && step.events.iter().any(loads)
}
