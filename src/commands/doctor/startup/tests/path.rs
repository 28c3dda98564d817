use super::*;

#[test]
fn the_program_must_be_found_where_the_line_runs_it() {
    let late = "~/.bashrc:1 does not find awsmfa in a new login: ~/.local/bin is added to PATH later, in ~/.profile:7";
    warns(
        Shell::Bash,
        &[(".bashrc", BASH), (".profile", PROFILE)],
        late,
    );
    warns(
        Shell::Bash,
        &[(
            ".bashrc",
            &format!("{BASH}export PATH=$HOME/.local/bin:$PATH\n"),
        )],
        "later, in ~/.bashrc:2",
    );
    warns(
        Shell::Zsh,
        &[(".zshrc", ZSH), (".profile", PROFILE)],
        "~/.profile:7, which zsh does not read",
    );
    warns(
        Shell::Zsh,
        &[
            (".zshrc", ZSH),
            (".bash_profile", "PATH=${HOME}/.local/bin:$PATH\n"),
        ],
        "~/.bash_profile:1, which zsh does not read",
    );
    warns(
        Shell::Fish,
        &[(
            ".config/fish/config.fish",
            &format!("{FISH}fish_add_path ~/.local/bin\n"),
        )],
        "config.fish:2",
    );
    let absolute = "eval \"$(~/.local/bin/awsmfa init bash)\"\n";
    is_fine(Shell::Bash, &[(".bashrc", absolute), (".profile", PROFILE)]);
    is_fine(
        Shell::Bash,
        &[
            (".bashrc", &format!("B=$(x)\nPATH=$B/bin:$PATH\n{BASH}")),
            (".profile", PROFILE),
        ],
    );
    is_fine(
        Shell::Bash,
        &[
            (
                ".bashrc",
                &format!("B=$HOME/.local\nPATH=$B/bin:$PATH\n{BASH}"),
            ),
            (".profile", PROFILE),
        ],
    );
    is_fine(
        Shell::Bash,
        &[
            (".bashrc", BASH),
            (".profile", PROFILE),
            (".config/environment.d/a.conf", "PATH=/x:$HOME/.local/bin\n"),
        ],
    );
    is_fine(
        Shell::Fish,
        &[
            (".config/fish/config.fish", FISH),
            (".profile", PROFILE),
            (
                ".config/fish/fish_variables",
                "SETUVAR fish_user_paths:@HOME@/\\x2elocal/bin\n",
            ),
        ],
    );
}

#[test]
fn a_path_without_the_program_loads_nothing() {
    for (shell, file, line) in [
        (
            Shell::Bash,
            ".bashrc",
            "eval \"$(/nowhere/awsmfa init bash)\"",
        ),
        (
            Shell::Bash,
            ".bashrc",
            "eval \"$(\"$HOME/bin/awsmfa\" init bash)\"",
        ),
        (
            Shell::Bash,
            ".bashrc",
            "D=~/bin; source <($D/awsmfa init bash)",
        ),
        (
            Shell::Zsh,
            ".zshrc",
            "[ -n \"$X\" ] || eval \"$(${HOME}/bin/awsmfa init zsh --renew)\"",
        ),
        (
            Shell::Fish,
            ".config/fish/config.fish",
            "~/bin/awsmfa init fish | source",
        ),
        (
            Shell::Elvish,
            ".config/elvish/rc.elv",
            "eval (~/bin/awsmfa init elvish | slurp)",
        ),
        (
            Shell::Xonsh,
            ".xonshrc",
            "execx($(/nowhere/awsmfa init xonsh))",
        ),
        (
            Shell::Nu,
            ".config/nushell/config.nu",
            "^/nowhere/awsmfa init nu | save -f x",
        ),
    ] {
        let path = if line.contains("/nowhere") {
            "/nowhere"
        } else {
            "~/bin"
        };
        let expected = format!("runs {path}/awsmfa, which does not exist");
        warns(shell, &[(file, line)], &expected);
    }
}

#[test]
fn a_path_that_is_not_known_is_no_fault() {
    for line in [
        "eval \"$($(brew --prefix)/bin/awsmfa init bash)\"",
        "eval \"$(\"$(brew --prefix)\"/bin/awsmfa init bash)\"",
        "eval \"$(`brew --prefix`/bin/awsmfa init bash)\"",
        "eval \"$(\"$TOOLS\"/awsmfa init bash)\"",
        "eval \"$(${TOOLS}/awsmfa init bash)\"",
        "eval \"$(tools/awsmfa init bash)\"",
    ] {
        is_fine(Shell::Bash, &[(".bashrc", line)]);
    }
    let two = format!("[ -x /n/awsmfa ] && eval \"$(/n/awsmfa init bash)\"\n{BASH}");
    is_fine(Shell::Bash, &[(".bashrc", &two)]);
    let two = format!("{BASH}[ -x /n/awsmfa ] && eval \"$(/n/awsmfa init bash)\"\n");
    is_fine(Shell::Bash, &[(".bashrc", &two)]);
}
