//! The clone as plugin managers load it: `awsmfa.plugin.zsh` (oh-my-zsh, zinit, antidote), and
//! `conf.d` and `completions` (fisher). No manager is run: each is told by what it does.

use std::fs;
use std::path::{Path, PathBuf};

use super::PROJECT;
use crate::completions::Shell;
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::shells::ZSH;

/// A shell that finds no `awsmfa`, nor any other program.
fn alone(home: &Home, shell: &str, words: &[&str]) -> Run {
    let environment = home.environment();
    let (_, path) = environment
        .iter()
        .find(|(name, _)| *name == "PATH")
        .expect("a PATH");
    let mut candidates = std::env::split_paths(path).map(|directory| directory.join(shell));
    let shell: PathBuf = candidates.find(|path| path.exists()).expect(shell);
    home.program("env", ["PATH=/nonexistent"])
        .arguments([shell])
        .arguments(words)
        .run()
}

/// The clone under a name that holds `awsmfa`, where a manager keeps it.
fn clone(home: &Home) -> String {
    let plugins = home.path().join("plugins");
    fs::create_dir(&plugins).expect("a directory");
    std::os::unix::fs::symlink(PROJECT, plugins.join("awsmfa")).expect("a link");
    plugins.join("awsmfa").display().to_string()
}

/// The ways of the managers to source the file; each ends with both functions and one directory of
/// completions, and says nothing although there is no `awsmfa` to run.
#[test]
fn zsh_loads_the_plugin_however_it_is_sourced() {
    let home = Home::new();
    let clone = clone(&home);
    let file = "awsmfa.plugin.zsh";
    let ways = [
        format!("source '{clone}/{file}'"),
        format!("source '{clone}/{file}'; source '{clone}/{file}'"),
        format!("cd '{clone}'; source ./{file}; cd /"),
        format!("load() {{ builtin emulate -L zsh; source \"$1\" }}; load '{clone}/{file}'"),
        format!("unsetopt function_argzero; source '{clone}/{file}'"),
        format!("setopt ksh_arrays no_unset; source '{clone}/{file}'; unsetopt ksh_arrays"),
        format!("emulate sh; source '{clone}/{file}'; emulate zsh"),
        format!("ZERO='{clone}/{file}'; eval \"$(<$ZERO)\""),
    ];
    let completions = fs::canonicalize(PROJECT)
        .expect("the project")
        .join("completions");
    for way in ways {
        let directory = completions.display();
        let script =
            format!("{way}; print ${{(M)fpath:#{directory}}}; whence -w aws-mfa-on aws-mfa-off");
        let run = alone(&home, "zsh", &["-f", "-c", &script]);
        let expected = format!("{directory}\naws-mfa-on: function\naws-mfa-off: function\n");
        run.success().prints(&expected);
        assert!(run.stderr.is_empty(), "{}", run.story());
    }
}

fn zsh_with(set_up: &str) -> Shell {
    let directory = Path::new(AWSMFA).parent().expect("a directory");
    Shell::start_in(Home::new(), ZSH.words, set_up, directory, &[])
}

/// oh-my-zsh switches completion on and then sources the plugins; the others do it before.
#[test]
fn zsh_completes_from_the_plugin() {
    let plugin = format!("source '{PROJECT}/awsmfa.plugin.zsh'");
    let compinit = "autoload -U compinit; compinit -u -D";
    for set_up in [
        format!("{compinit}; {plugin}"),
        format!("{plugin}; {compinit}"),
    ] {
        let shell = zsh_with(&set_up);
        shell.completes("awsmfa env devel", "awsmfa env development");
        shell.completes("aws-mfa-on produ", "aws-mfa-on production");
    }
}

/// What fisher does: the files of `conf.d` and `completions`, links followed, into the user's.
fn as_fisher(home: &Home) {
    for directory in ["conf.d", "completions"] {
        let to = home.path().join(".config/fish").join(directory);
        fs::create_dir_all(&to).expect("a directory");
        for entry in fs::read_dir(Path::new(PROJECT).join(directory)).expect(directory) {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
        }
    }
}

#[test]
fn fish_loads_what_fisher_copies() {
    let home = Home::new();
    as_fisher(&home);
    let script = "functions -q aws-mfa-on aws-mfa-off; and echo there";
    let run = alone(&home, "fish", &["-c", script]);
    run.success().prints("there\n");
    assert!(run.stderr.is_empty(), "{}", run.story());

    let directory = Path::new(AWSMFA).parent().expect("a directory");
    let shell = Shell::start_in(home, &["fish"], "true", directory, &[]);
    shell.completes("awsmfa env devel", "awsmfa env development");
    shell.completes("aws-mfa-on produ", "aws-mfa-on production");
}

/// Before the program is installed the functions fail and nothing else changes.
#[test]
fn without_the_program_a_login_fails_and_the_shell_goes_on() {
    let home = Home::new();
    as_fisher(&home);
    let zsh =
        format!("source '{PROJECT}/awsmfa.plugin.zsh'; aws-mfa-on; print status $?; awsmfa_prompt");
    let fish = "aws-mfa-on; echo status $status; awsmfa_prompt";
    for (shell, words) in [("zsh", ["-fc", &zsh]), ("fish", ["-c", fish])] {
        let run = alone(&home, shell, &words);
        run.success().prints("status 127\n");
        run.complains("awsmfa");
    }
}
