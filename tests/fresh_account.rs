//! A new account with the files of `/etc/skel`, awsmfa below `~/.local`, and the lines of the README.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::home::{AWSMFA, Home, account as account_at_aws, path};
use crate::support::pages::{README, block_with};
use crate::support::screen::Screen;
use crate::support::shells::SHELLS;

/// The README's lines for `~/.local`: the second is in its table, the first in the words above it.
fn lines(line: &str) -> String {
    let path = match line.split_once(" | ") {
        Some(_) => "fish_add_path ~/.local/bin",
        None => "PATH=~/.local/bin:$PATH",
    };
    for shown in [
        format!("`{path}`"),
        format!("| `{}` |\n", line.replace('|', r"\|")),
    ] {
        assert!(README.contains(&shown), "{shown}");
    }
    format!("{path}\n{line}\n")
}

fn skeleton(file: &str) -> String {
    fs::read_to_string(Path::new("/etc/skel").join(file)).unwrap_or_default()
}

fn account() -> Home {
    let home = Home::new();
    for (file, own, line) in [
        (".bashrc", "", r#"eval "$(awsmfa init bash)""#),
        (
            ".zshrc",
            "autoload -U compinit; compinit",
            r#"eval "$(awsmfa init zsh)""#,
        ),
        (".config/fish/config.fish", "", "awsmfa init fish | source"),
    ] {
        let text = format!("{}\n{own}\n{}\n", skeleton(file), lines(line));
        home.write(file, text);
    }
    home.write(".shrc", lines(r#"eval "$(awsmfa init sh)""#));
    home.write(".profile", skeleton(".profile"));
    fs::create_dir_all(home.path().join(".local/bin")).expect("a directory");
    symlink(AWSMFA, home.path().join(".local/bin/awsmfa")).expect("a link");
    home
}

/// The shell finds the functions, as the check says, and the program.
fn works(home: &Home, words: &[&str], options: &str, check: &str) {
    let program = home.path().join(".local/bin/awsmfa");
    let check = format!("{check} && command -v awsmfa");
    let run = home
        .program(words[0], &words[1..])
        .arguments([options, &check])
        .env("PATH", path())
        .env("ENV", home.path().join(".shrc"))
        .run();
    let last = run.success().stdout.trim_end().lines().last();
    assert_eq!(last, program.to_str(), "{}", run.story());
    run.keeps_quiet_about("not found");
}

#[test]
fn the_readmes_lines_work_in_login_and_other_shells() {
    let home = account();
    for (shell, check) in [
        (
            "bash",
            "type aws-mfa-on >/dev/null && complete -p awsmfa >/dev/null",
        ),
        (
            "zsh",
            "whence aws-mfa-on >/dev/null && [[ -n $_comps[awsmfa] ]]",
        ),
        (
            "fish",
            "type -q aws-mfa-on; and complete -C 'awsmfa stat' | string match -q 'status*'; and true",
        ),
    ] {
        works(&home, &[shell], "-lic", check);
        works(&home, &[shell], "-ic", check);
    }
}

/// dash, ksh, busybox and bash that is called `sh`.
#[test]
fn the_readmes_line_works_in_the_file_that_env_names() {
    let home = account();
    for shell in SHELLS.iter().filter(|shell| shell.dialect == "sh") {
        works(&home, shell.words, "-ic", "type aws-mfa-on >/dev/null");
    }
}

/// Without its first line, which builds and installs (`tests/packages`).
#[test]
fn the_quick_start_logs_in() {
    let block = block_with("exec bash");
    let lines: Vec<_> = block.lines().collect();
    assert!(
        lines[0].starts_with("make && sudo make install "),
        "{block}"
    );
    let (aws, home) = account_at_aws();
    home.write(".bashrc", skeleton(".bashrc"));
    let screen = Screen::start(
        &["bash", "--noprofile", "-i"],
        home.path(),
        &home.environment(),
    );
    for line in &lines[1..] {
        screen.write_line(line);
    }
    screen.wait_for("a question", |text| text.contains("MFA code for "));
    screen.write_line(&aws.code());
    screen.wait_for("a login", |text| {
        text.contains("logged in to profile default")
    });
}
