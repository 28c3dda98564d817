//! A new account with the files of `/etc/skel`, awsmfa below `~/.local`, and the README's lines.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::home::{AWSMFA, Home};

/// The README's block of shell code for `~/.local` that has this in it.
fn block(line: &str) -> String {
    let readme = include_str!("../README.md");
    let mut blocks = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let block = blocks.find(|block| block.contains("~/.local/bin") && block.contains(line));
    block.expect("the README's lines for ~/.local").to_owned()
}

fn account() -> Home {
    let home = Home::new();
    let skeleton = |file| fs::read_to_string(Path::new("/etc/skel").join(file)).unwrap_or_default();
    for (file, line) in [
        (".bashrc", "awsmfa init bash"),
        (".zshrc", "awsmfa init zsh"),
        (".config/fish/config.fish", "awsmfa init fish"),
    ] {
        home.write(file, format!("{}\n{}", skeleton(file), block(line)));
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

#[test]
fn the_readmes_lines_work_in_login_and_other_shells() {
    let home = account();
    let program = home.path().join(".local/bin/awsmfa");
    let bash = "type aws-mfa-on >/dev/null && command -v awsmfa";
    let zsh = "whence aws-mfa-on >/dev/null && [[ -n $_comps[awsmfa] ]] && command -v awsmfa";
    let fish = "type -q aws-mfa-on; and command -v awsmfa";
    for (shell, check) in [("bash", bash), ("zsh", zsh), ("fish", fish)] {
        for options in ["-lic", "-ic"] {
            let run = home
                .program("env", ["PATH=/usr/bin:/bin", shell, options, check])
                .run();
            let last = run.success().stdout.trim_end().lines().last();
            assert_eq!(last, program.to_str(), "{}", run.story());
            run.keeps_quiet_about("not found");
        }
    }
}
