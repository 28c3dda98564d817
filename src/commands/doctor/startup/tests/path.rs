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
