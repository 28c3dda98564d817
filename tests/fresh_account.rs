//! A new account with the files of `/etc/skel`, awsmfa below `~/.local`, and the lines of the README or
//! of awsmfa-install(7).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::home::{AWSMFA, Home, account as account_at_aws};
use crate::support::pages::{INSTALL, README, block_with, manual_blocks};
use crate::support::screen::Screen;

/// The manual's block for `~/.local` that has this in it.
fn block(line: &str) -> String {
    let mut blocks = manual_blocks(INSTALL).into_iter();
    let block = blocks.find(|block| block.contains("~/.local/bin") && block.contains(line));
    block.expect("the manual's lines for ~/.local")
}

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

fn account(shown: impl Fn(&str) -> String) -> Home {
    let home = Home::new();
    for (file, line) in [
        (".bashrc", r#"eval "$(awsmfa init bash)""#),
        (".zshrc", r#"eval "$(awsmfa init zsh)""#),
        (".config/fish/config.fish", "awsmfa init fish | source"),
    ] {
        home.write(file, format!("{}\n{}\n", skeleton(file), shown(line)));
    }
    home.write(".profile", skeleton(".profile"));
    let completion = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/_awsmfa");
    for (file, target) in [
        ("bin/awsmfa", Path::new(AWSMFA)),
        ("share/zsh/site-functions/_awsmfa", &completion),
    ] {
        let link = home.path().join(".local").join(file);
        fs::create_dir_all(link.parent().expect("a directory")).expect("a directory");
        symlink(target, link).expect("a link");
    }
    home
}

/// In a login shell and in another one, each of which finds the program and the functions.
fn works(home: &Home, checks: [(&str, &str); 3]) {
    let program = home.path().join(".local/bin/awsmfa");
    for (shell, check) in checks {
        for options in ["-lic", "-ic"] {
            let check = format!("{check} && command -v awsmfa");
            let run = home
                .program("env", ["PATH=/usr/bin:/bin", shell, options, &check])
                .run();
            let last = run.success().stdout.trim_end().lines().last();
            assert_eq!(last, program.to_str(), "{}", run.story());
            run.keeps_quiet_about("not found");
        }
    }
}

#[test]
fn the_readmes_lines_work_in_login_and_other_shells() {
    works(
        &account(lines),
        [
            ("bash", "type aws-mfa-on >/dev/null"),
            ("zsh", "whence aws-mfa-on >/dev/null"),
            ("fish", "type -q aws-mfa-on"),
        ],
    );
}

#[test]
fn the_manuals_blocks_bring_completions_as_well() {
    works(
        &account(block),
        [
            ("bash", "type aws-mfa-on >/dev/null"),
            (
                "zsh",
                "whence aws-mfa-on >/dev/null && [[ -n $_comps[awsmfa] ]]",
            ),
            ("fish", "type -q aws-mfa-on"),
        ],
    );
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
