//! What a user installs: `make install`, packages, a plugin manager's clone, the manual.

mod archive;
#[cfg(target_os = "linux")]
mod debian;
mod install;
mod manual;
mod plugins;
mod release;
#[cfg(target_os = "linux")]
mod rpm;
#[cfg(target_os = "linux")]
mod setup;
mod templates;
mod units;
mod wheel;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::completions::{Shell, XONSH};
use crate::support::home::{AWSMFA, Home, Invocation};
use crate::support::landing::Landing;
use crate::support::pages::{README, block_with};
use crate::support::shells::{BASH, SHELLS, ZSH};

/// The project's directory.
const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// `target`, or what `CARGO_TARGET_DIR` says.
fn target() -> &'static Path {
    let target = Path::new(AWSMFA).parent().and_then(Path::parent);
    target.expect("target/debug/awsmfa")
}

fn release_binary() -> PathBuf {
    let binary = target().join("release/awsmfa");
    assert!(
        binary.exists(),
        "{} is missing: `make check` builds it",
        binary.display()
    );
    binary
}

/// `make GOAL` round the release binary, and what was said.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo wants the home of whoever runs the tests"
)]
fn package(goal: &str) -> String {
    let mut command = Command::new("make");
    command
        .args(["--no-print-directory", "-C", PROJECT, "-o"])
        .arg(release_binary())
        .arg(goal)
        .env("CARGO_TARGET_DIR", target());
    // But for what cargo and make tell a test, cargo would build everything again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let told = ["CARGO_MANIFEST_", "CARGO_PKG_", "MAKE"];
        if told.iter().any(|start| name.starts_with(start)) {
            command.env_remove(&*name);
        }
    }
    let output = command.output().expect("make");
    let story = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{story}");
    story
}

/// The line of the README and the manual that starts like this, once its package is made: scripts stand
/// for the programs that install it.
fn the_readmes_line(home: &Home, start: &str, installers: &[(&str, &str)]) -> Invocation {
    let line = block_with(start);
    assert!(README.contains(&format!("`{line}`")), "the README's line");
    for (name, script) in installers.iter().chain(&[("make", "")]) {
        home.write_program(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
    }
    symlink(target(), home.path().join("target")).expect("a link");
    let run = home.program("sh", ["-c", &line]);
    run.env("PATH", path_with(home, &home.path().join("bin")))
}

/// The only file that `make GOAL` leaves for the README's line, which says `sudo INSTALLER install FILE`.
#[cfg(target_os = "linux")]
fn made(goal: &str, installer: &str) -> PathBuf {
    // What packs it says nothing else.
    let story = package(goal);
    assert!(!story.contains("warning"), "{story}");
    let (home, start) = (Home::new(), format!("make {goal} && "));
    let installers = [("sudo", "exec \"$@\""), (installer, "echo \"$@\"")];
    let run = the_readmes_line(&home, &start, &installers).run();
    let file = run.success().stdout.strip_prefix("install ./target/");
    target().join(file.expect("a file of target").trim_end())
}

/// All that is not a directory below `root`, sorted; of a link also what it says.
fn listing(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below the root").display();
            if let Ok(target) = fs::read_link(&path) {
                found.push(format!("{name} -> {}", target.display()));
            } else if path.is_dir() {
                directories.push(path);
            } else {
                found.push(name.to_string());
            }
        }
    }
    found.sort();
    found
}

/// Logs in and out with the program and the snippets below `prefix`.
fn serves_a_terminal(prefix: &Path) {
    let landing = Landing::new();
    let codes = [
        landing.aws.code_in(-1),
        landing.aws.code(),
        landing.aws.code_in(1),
    ];
    for (shell, code) in SHELLS.into_iter().zip(codes) {
        let (dialect, words) = (shell.dialect, shell.words);
        let snippet = prefix.join(format!("share/awsmfa/awsmfa.{dialect}"));
        let script = format!(
            "source '{}'\ncommand -v awsmfa\naws-mfa-on landing {code}\n\
             sh -c 'echo \"$AWSMFA_PROFILE ${{AWS_SESSION_TOKEN:+held}}\"'\n\
             aws-mfa-off\nsh -c 'echo \"${{AWSMFA_PROFILE-none}} ${{AWS_SESSION_TOKEN-none}}\"'\n",
            snippet.display()
        );
        let file = landing.home.write("script", script);
        let program = prefix.join("bin/awsmfa");
        let run = landing
            .home
            .program(words[0], &words[1..])
            .arguments([file])
            .env("PATH", path_with(&landing.home, &prefix.join("bin")))
            .run();
        let expected = format!("{}\nlanding held\nnone none\n", program.display());
        assert_eq!(run.success().stdout, expected, "{dialect}{}", run.story());
    }
}

/// The tests' PATH with a directory before all others.
fn path_with(home: &Home, directory: &Path) -> OsString {
    let environment = home.environment();
    let mut path = directory.as_os_str().to_owned();
    for (_, rest) in environment.iter().filter(|(name, _)| *name == "PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}

/// The shells find the completions by themselves in the directories below `prefix` where they
/// would look below `/usr` or `/usr/local`.
fn completes_in_shells(prefix: &Path, zsh_functions: &str) {
    let (bin, share) = (prefix.join("bin"), prefix.join("share"));
    let start = |program: &[&str], set_up: &str| {
        let mut directories = share.clone().into_os_string();
        directories.push(":/usr/local/share:/usr/share");
        // xonsh would leave what it has compiled.
        let more = [
            ("XDG_DATA_DIRS", directories),
            ("PYTHONDONTWRITEBYTECODE", "1".into()),
        ];
        Shell::start_in(Home::new(), program, set_up, &bin, &more)
    };
    let zsh = format!(
        "fpath=('{}' $fpath); autoload -U compinit; compinit -u -D",
        share.join(zsh_functions).display()
    );
    let mut shells = vec![
        start(ZSH.words, &zsh),
        start(&["fish"], "true"),
        start(&[XONSH, "--no-rc"], "true"),
    ];
    if cfg!(target_os = "linux") {
        let bash = "source /usr/share/bash-completion/bash_completion";
        shells.push(start(BASH.words, bash));
    }
    for shell in shells {
        shell.completes("awsmfa env devel", "awsmfa env development");
        shell.completes("aws-mfa-on produ", "aws-mfa-on production");
    }
    let elvish = start(&["elvish", "-norc"], "use awsmfa");
    elvish.completes("awsmfa env devel", "awsmfa env development");
}
