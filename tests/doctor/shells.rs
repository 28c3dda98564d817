//! What doctor reads in start-up files, against the shells that run them: a warning where a new shell
//! lacks `aws-mfa-on`, and only there.

use std::fs;

use crate::support::home::{AWSMFA, Home, Run, copy_program};

const BASH: &str = "eval \"$(awsmfa init bash)\"\n";
const ZSH: &str = "eval \"$(awsmfa init zsh)\"\n";
const PATH: &str = "PATH=\"$HOME/.local/bin:$PATH\"\n";
/// Debian's `~/.profile`.
const PROFILE: &str = "if [ -n \"$BASH_VERSION\" ]; then\n    if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\n    fi\nfi\nif [ -d \"$HOME/.local/bin\" ] ; then\n    PATH=\"$HOME/.local/bin:$PATH\"\nfi\n";
/// Debian's `~/.bashrc` begins so.
const INTERACTIVE: &str = "case $- in\n    *i*) ;;\n      *) return;;\nesac\n";

/// A home with these files, whose program is in `~/.local/bin`.
fn home(files: &[(&str, &str)]) -> Home {
    let home = Home::new();
    let directory = home.path().join(".local/bin");
    fs::create_dir_all(&directory).unwrap();
    copy_program(AWSMFA, &directory.join("awsmfa"));
    for (name, text) in files {
        home.write(name, text);
    }
    home
}

const SYSTEM: &str = if cfg!(target_os = "macos") {
    "/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin"
} else {
    "/usr/local/bin:/usr/bin:/bin"
};

/// What prints the definition of `aws-mfa-on`: an alias hides a function.
const SHOW: [(&str, &str); 3] = [
    (
        "bash",
        "alias aws-mfa-on 2>/dev/null || declare -f aws-mfa-on",
    ),
    ("zsh", "alias aws-mfa-on || functions aws-mfa-on"),
    ("fish", "functions aws-mfa-on"),
];

/// Whether a shell that starts so has awsmfa's function. A shell that is no login shell inherits what
/// the login has made of the PATH.
fn has_function(home: &Home, shell: &str, flags: &str) -> bool {
    let mut path = SYSTEM.to_owned();
    if !flags.contains('l') {
        let login = home.program(shell, ["-lic", "printenv PATH | tail -n 1"]);
        let login = login.env("PATH", SYSTEM).run();
        login
            .stdout
            .lines()
            .last()
            .unwrap_or_default()
            .clone_into(&mut path);
    }
    let (_, show) = SHOW.iter().find(|(name, _)| *name == shell).unwrap();
    let run = home.program(shell, [flags, show]).env("PATH", path).run();
    run.stdout.contains("__awsmfa")
}

fn doctor(home: &Home, shell: &str) -> Run {
    let path = format!("{}:{SYSTEM}", home.path().join(".local/bin").display());
    let run = home.awsmfa(["doctor"]);
    run.env("SHELL", format!("/bin/{shell}"))
        .env("PATH", path)
        .run()
}

#[track_caller]
fn agree(shell: &str, files: &[(&str, &str)]) {
    let home = home(files);
    let works = ["-lic", "-ic"].map(|flags| has_function(&home, shell, flags));
    // macOS's terminals start login shells: that others have nothing is no fault there.
    if cfg!(target_os = "macos") && works == [true, false] {
        return;
    }
    let run = doctor(&home, shell);
    let mut lines = run.stdout.lines();
    let warns = lines.any(|line| line.starts_with("warning"));
    assert_eq!(
        warns,
        works != [true; 2],
        "{shell} {works:?} {files:?}{}",
        run.story()
    );
}

#[test]
fn doctor_and_bash_agree() {
    let lines = |lines: &[&str]| lines.concat();
    let good = lines(&[INTERACTIVE, PATH, BASH]);
    let with_rc_directory = lines(&[
        PATH,
        "for rc in ~/.bashrc.d/*; do\n  [ -f \"$rc\" ] && . \"$rc\"\ndone\nunset rc\n",
    ]);
    for files in [
        &[(".bashrc", &*good), (".profile", PROFILE)][..],
        &[
            (".bashrc", &lines(&[INTERACTIVE, BASH])),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &lines(&[BASH, PATH])),
            (".profile", ". ~/.bashrc\n"),
        ],
        &[
            (".bashrc", &good),
            (".bash_profile", PATH),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", BASH),
            (".bash_profile", &lines(&[PATH, "source ~/.bashrc\n"])),
        ],
        &[
            (".bashrc", PATH),
            (".bash_profile", &lines(&["source ~/.bashrc\n", BASH])),
        ],
        &[
            (".bashrc", "eval $(~/.local/bin/awsmfa init bash)\n"),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", "~/.local/bin/awsmfa init bash >/dev/null\n"),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &lines(&[&good, "alias aws-mfa-on='true'\n"])),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &lines(&["alias aws-mfa-on='true'\n", &good])),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &lines(&[&good, ". ~/.functions\n"])),
            (".functions", "aws-mfa-on() {\n  oathtool x\n}\n"),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &lines(&[PATH, "return\n", BASH])),
            (".profile", PROFILE),
        ],
        &[
            (
                ".bashrc",
                &lines(&[PATH, "cat <<END >/dev/null\n", BASH, "END\n"]),
            ),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &lines(&[PATH, "mfa() {\n  ", BASH, "}\n"])),
            (".profile", PROFILE),
        ],
        &[
            (".bashrc", &with_rc_directory),
            (".bashrc.d/aws", BASH),
            (".profile", PROFILE),
        ],
        &[
            (
                ".bashrc",
                &lines(&[
                    PATH,
                    "if command -v awsmfa >/dev/null; then\n  source <(awsmfa init bash)\nfi\n",
                ]),
            ),
            (".profile", PROFILE),
        ],
        &[
            (
                ".bashrc",
                &lines(&["D=$HOME/.local\nPATH=$D/bin:$PATH\n", BASH]),
            ),
            (".profile", PROFILE),
        ],
    ] {
        agree("bash", files);
    }
}

#[test]
fn doctor_and_zsh_agree() {
    let lines = |lines: &[&str]| lines.concat();
    for files in [
        &[(".zshrc", &*lines(&[PATH, ZSH]))][..],
        &[(".zshrc", &lines(&[ZSH, PATH]))],
        &[(".zshrc", ZSH), (".zprofile", PATH)],
        &[(".zshrc", ZSH), (".profile", PROFILE)],
        &[(".zshrc", ZSH), (".zlogin", PATH)],
        &[(".zprofile", &lines(&[PATH, ZSH]))],
        &[
            (".zshenv", "export ZDOTDIR=$HOME/.zsh\n"),
            (".zsh/.zshrc", &lines(&[PATH, ZSH])),
        ],
        &[
            (".zshenv", "export ZDOTDIR=$HOME/.zsh\n"),
            (".zshrc", &lines(&[PATH, ZSH])),
        ],
        &[(
            ".zshrc",
            &lines(&[
                "path=(~/.local/bin $path)\n",
                ZSH,
                "function aws-mfa-on { true; }\n",
            ]),
        )],
        &[(
            ".zshrc",
            &lines(&[
                "path=(\n  ~/.local/bin\n  $path\n)\n",
                "(( $+commands[awsmfa] )) && ",
                ZSH,
            ]),
        )],
        &[(
            ".zshrc",
            "eval $(~/.local/bin/awsmfa init zsh) 2>/dev/null\n",
        )],
        &[(".zshrc", "eval \"$(/nowhere/awsmfa init zsh)\"\n")],
        &[(
            ".zshrc",
            "for d in /nowhere ~/.local/bin; do\n  \
             [ -x $d/awsmfa ] && eval \"$($d/awsmfa init zsh)\"\ndone\n",
        )],
    ] {
        agree("zsh", files);
    }
}

#[test]
fn doctor_and_fish_agree() {
    let config = ".config/fish/config.fish";
    let path = "fish_add_path ~/.local/bin\n";
    let init = "awsmfa init fish | source\n";
    for files in [
        &[(config, &*[path, init].concat())][..],
        &[(
            config,
            &[init, "set -gx PATH ~/.local/bin $PATH\n"].concat(),
        )],
        &[(config, init), (".config/fish/conf.d/path.fish", path)],
        &[(config, init), (".profile", PROFILE)],
        &[(
            config,
            &[path, "if status is-interactive\n    ", init, "end\n"].concat(),
        )],
        &[(
            config,
            &[path, "function later\n    ", init, "end\n"].concat(),
        )],
        &[(config, &[path, init, "alias aws-mfa-on 'true'\n"].concat())],
        &[(config, "eval (~/.local/bin/awsmfa init fish)\n")],
        &[(config, "~/bin/awsmfa init fish | source\n")],
        &[(
            config,
            "test -x ~/bin/awsmfa; and ~/bin/awsmfa init fish | source\n\
             ~/.local/bin/awsmfa init fish | source\n",
        )],
    ] {
        agree("fish", files);
    }
}
