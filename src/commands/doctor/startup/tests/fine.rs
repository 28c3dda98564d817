use super::*;

#[test]
fn ordinary_set_ups_are_fine() {
    let bashrc = path_and(BASH);
    is_fine(Shell::Bash, &[(".bashrc", &bashrc), (".profile", PROFILE)]);
    is_fine(Shell::Bash, &[(".bashrc", BASH)]);
    is_fine(
        Shell::Bash,
        &[
            (
                ".bash_profile",
                "PATH=\"$PATH:$HOME/.local/bin\"\nsource ~/.bashrc\n",
            ),
            (".bashrc", BASH),
        ],
    );
    is_fine(
        Shell::Bash,
        &[
            (
                ".bashrc",
                "for rc in ~/.bashrc.d/*; do\n  . \"$rc\"\ndone\n",
            ),
            (".bashrc.d/mfa", BASH),
        ],
    );
    is_fine(
        Shell::Bash,
        &[(
            ".bashrc",
            &format!("if true; then\nreturn\nfi\nf() {{\n  return\n}}\n{BASH}"),
        )],
    );
    is_fine(
        Shell::Bash,
        &[
            ("etc/bash.bashrc", BASH),
            ("etc/profile", ". /etc/bash.bashrc\n"),
        ],
    );
    is_fine(
        Shell::Zsh,
        &[(".zshrc", ZSH), (".zprofile", "path+=(~/.local/bin)\n")],
    );
    is_fine(
        Shell::Zsh,
        &[
            (".zshenv", "export ZDOTDIR=$HOME/.zsh\n"),
            (".zsh/.zshrc", ZSH),
        ],
    );
    is_fine(
        Shell::Zsh,
        &[(
            ".zsh_plugins.txt",
            "ohmyzsh/ohmyzsh path:lib\nowner/awsmfa\n",
        )],
    );
    is_fine(
        Shell::Zsh,
        &[(
            ".config/sheldon/plugins.toml",
            "[plugins.awsmfa]\ngithub = \"owner/awsmfa\"\n",
        )],
    );
    is_fine(
        Shell::Fish,
        &[(
            ".config/fish/config.fish",
            "if status is-interactive\n  awsmfa init fish | source\nend\n",
        )],
    );
    is_fine(
        Shell::Fish,
        &[(".config/fish/conf.d/awsmfa.fish", Shell::Fish.snippet())],
    );
    is_fine(Shell::Sh, &[(".profile", "eval \"$(awsmfa init sh)\"\n")]);
}
