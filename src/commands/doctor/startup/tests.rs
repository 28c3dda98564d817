use std::fs;
use std::path::Path;

use super::*;
use crate::commands::doctor::finding::Level;

const BASH: &str = "eval \"$(awsmfa init bash)\"\n";
const ZSH: &str = "eval \"$(awsmfa init zsh)\"\n";
const FISH: &str = "awsmfa init fish | source\n";
/// Debian's.
const PROFILE: &str = "if [ -n \"$BASH_VERSION\" ]; then\n    if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\n    fi\nfi\nif [ -d \"$HOME/.local/bin\" ] ; then\n    PATH=\"$HOME/.local/bin:$PATH\"\nfi\n";

/// What is found in a home with these files, whose `awsmfa` is in `~/.local/bin`.
fn found(shell: Shell, files: &[(&str, &str)]) -> Vec<Finding> {
    found_at(shell, files, Some(".local/bin"), false)
}

fn found_at(
    shell: Shell,
    files: &[(&str, &str)],
    directory: Option<&str>,
    old: bool,
) -> Vec<Finding> {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = text.replace("@HOME@", home.path().to_str().unwrap());
        fs::write(path, text).unwrap();
    }
    let places = Places {
        home: home.path(),
        system: &home.path().join("etc"),
        terminals_log_in: false,
        environment: &|_| None,
    };
    let directory = directory.map(|name| home.path().join(name));
    if let Some(directory) = &directory {
        fs::create_dir_all(directory).unwrap();
        fs::write(directory.join("awsmfa"), "").unwrap();
    }
    let startup = Startup::read(shell, &places);
    startup.findings(directory.as_deref(), &|| old)
}

#[track_caller]
fn warns(shell: Shell, files: &[(&str, &str)], expected: &str) {
    let findings = found(shell, files);
    let warning = findings
        .iter()
        .find(|finding| finding.message.contains(expected));
    let level = warning.map(|warning| warning.level);
    assert_eq!(level, Some(Level::Warning), "{expected}: {findings:#?}");
}

#[track_caller]
fn is_fine(shell: Shell, files: &[(&str, &str)]) {
    let findings = found(shell, files);
    let levels: Vec<_> = findings.iter().map(|finding| &finding.level).collect();
    assert_eq!(levels, [&Level::Ok], "{files:?}: {findings:#?}");
}

fn path_and(line: &str) -> String {
    format!("PATH=~/.local/bin:$PATH\n{line}")
}

mod elvish;
mod fine;
mod logins;
mod nu;
mod path;
mod xonsh;

#[test]
fn a_missing_line_is_named_with_its_file() {
    warns(
        Shell::Bash,
        &[(".bashrc", "# eval \"$(awsmfa init bash)\"\n")],
        "no start-up file of bash",
    );
    let findings = found(Shell::Fish, &[]);
    assert_eq!(
        findings[0].hint.as_deref(),
        Some("add to the end of ~/.config/fish/config.fish: awsmfa init fish | source")
    );
}

#[test]
fn lines_that_load_nothing_are_named() {
    warns(
        Shell::Bash,
        &[(".bashrc", ZSH)],
        "~/.bashrc:1 loads the functions of zsh into bash",
    );
    warns(
        Shell::Bash,
        &[(".bashrc", "eval $(awsmfa init bash)")],
        "~/.bashrc:1 loses the line ends",
    );
    warns(
        Shell::Zsh,
        &[(".zshrc", "awsmfa init zsh")],
        "~/.zshrc:1 prints the shell code",
    );
    warns(
        Shell::Zsh,
        &[(".zshrc", "source ~/src/awsmfa/awsmfa.plugin.zsh")],
        "~/.zshrc:1 reads ~/src/awsmfa/shell/awsmfa.zsh, which does not exist",
    );
    warns(
        Shell::Bash,
        &[(".bashrc", &format!("a\nreturn 0\n{BASH}"))],
        "~/.bashrc:3 is never reached: line 2 ends the file",
    );
    warns(
        Shell::Zsh,
        &[
            (".zshrc", "plugins=(\n  git\n  awsmfa\n)\n"),
            (".oh-my-zsh/oh-my-zsh.sh", ""),
        ],
        "reads ~/.oh-my-zsh/custom/plugins/awsmfa/awsmfa.plugin.zsh, which does not exist",
    );
}

#[test]
fn copies_of_another_version_are_told_from_those_of_this_one() {
    for (shell, rc, name) in [
        (Shell::Bash, ".bashrc", "x/awsmfa.bash"),
        (Shell::Zsh, ".zshrc", "x/awsmfa.zsh"),
        (Shell::Fish, ".config/fish/config.fish", "x/awsmfa.fish"),
    ] {
        let line = format!("source ~/{name}\n");
        let own = shell.snippet();
        is_fine(shell, &[(rc, &line), (name, own)]);
        is_fine(shell, &[(rc, &format!("true\n{own}"))]);
        let older = own.replace("command awsmfa env", "command awsmfa  env");
        warns(
            shell,
            &[(rc, &line), (name, &older)],
            "of another version of awsmfa",
        );
        warns(shell, &[(rc, &older)], "of another version of awsmfa");
    }
}

#[test]
fn what_stands_below_and_undoes_it_is_named() {
    let below = |line: &str| format!("{BASH}{line}\n");
    for (line, expected) in [
        (
            "alias aws-mfa-on='source ~/bin/mfa'",
            "~/.bashrc:2 replaces awsmfa's aws-mfa-on with an alias",
        ),
        (
            "aws-mfa-off() { true; }",
            "~/.bashrc:2 replaces awsmfa's aws-mfa-off with a function",
        ),
        (
            "PROMPT_COMMAND=(a)",
            "~/.bashrc:2 overwrites PROMPT_COMMAND",
        ),
    ] {
        warns(Shell::Bash, &[(".bashrc", &below(line))], expected);
        is_fine(Shell::Bash, &[(".bashrc", &format!("{line}\n{BASH}"))]);
    }
    warns(
        Shell::Bash,
        &[
            (
                ".bashrc",
                &below("[ -f ~/.bash_aliases ] && . ~/.bash_aliases"),
            ),
            (".bash_aliases", "alias aws-mfa-on=x\n"),
        ],
        "~/.bash_aliases:1 replaces",
    );
    let string = below("PROMPT_COMMAND='history -a'");
    is_fine(Shell::Bash, &[(".bashrc", &string)]);
    let old = found_at(Shell::Bash, &[(".bashrc", &string)], None, true);
    assert!(
        old[0].message.contains("overwrites PROMPT_COMMAND"),
        "{old:?}"
    );
    let silent = string.replace("init bash", "init bash --no-warnings");
    let old = found_at(Shell::Bash, &[(".bashrc", &silent)], None, true);
    assert_eq!(old[0].level, Level::Ok, "{old:?}");
    warns(
        Shell::Zsh,
        &[(".zshrc", &format!("{ZSH}precmd_functions=(a)\n"))],
        "overwrites precmd_functions",
    );
}

#[test]
fn functions_of_old_scripts_are_named_if_nothing_loads_ours() {
    warns(
        Shell::Bash,
        &[(".bashrc", "aws-mfa-on() {\n  oathtool x\n}\n")],
        "~/.bashrc:1 defines aws-mfa-on as a function of its own",
    );
}

#[test]
fn another_awsmfa_in_the_shell_is_named() {
    for line in ["alias awsmfa=aws-mfa", "awsmfa() {\n  aws sts x\n}"] {
        let bashrc = format!("{BASH}{line}\n");
        warns(
            Shell::Bash,
            &[(".bashrc", &bashrc)],
            "~/.bashrc:2 gives the name awsmfa to something else",
        );
    }
}

#[test]
fn files_that_source_each_other_come_to_an_end() {
    let circle = format!("source ~/.zshrc\n{ZSH}");
    is_fine(Shell::Zsh, &[(".zshrc", &circle)]);
}

#[test]
fn paths_are_shown_below_the_home_directory() {
    assert_eq!(shown(Path::new("/h/.bashrc"), Path::new("/h")), "~/.bashrc");
    assert_eq!(
        shown(Path::new("/etc/profile"), Path::new("/h")),
        "/etc/profile"
    );
}
