//! The only list of the shells that the program promises to work in. The unit tests include it too.

/// A shell, started without the user's files.
#[derive(Clone, Copy, Debug)]
pub struct Shell {
    /// for a script
    pub words: &'static [&'static str],
    /// for a person
    pub interactive: &'static [&'static str],
    /// for `awsmfa init`
    pub dialect: &'static str,
}

pub const BASH: Shell = Shell {
    words: &["bash", "--norc", "--noprofile"],
    interactive: &["bash", "--norc", "--noprofile", "--noediting", "-i"],
    dialect: "bash",
};

pub const ZSH: Shell = Shell {
    words: &["zsh", "-f"],
    interactive: &["zsh", "-f", "-i", "+o", "prompt_sp"],
    dialect: "zsh",
};

pub const FISH: Shell = Shell {
    words: &["fish", "--no-config"],
    interactive: &["fish", "--no-config", "-i"],
    dialect: "fish",
};

/// A locale that the system has, with characters of several bytes.
pub const UTF_8: &str = if cfg!(target_os = "macos") {
    "en_US.UTF-8"
} else {
    "C.UTF-8"
};

/// Homebrew has no busybox.
pub const SHELLS: [Shell; if cfg!(target_os = "linux") { 8 } else { 7 }] = [
    BASH,
    ZSH,
    FISH,
    sh(&["dash"], &["dash", "-i"]),
    sh(
        &["bash", "--norc", "--posix"],
        &["bash", "--norc", "--posix", "--noediting", "-i"],
    ),
    sh(&["ksh93"], &["ksh93", "-i"]),
    sh(&["mksh"], &["mksh", "-i"]),
    #[cfg(target_os = "linux")]
    sh(&["busybox", "sh"], &["busybox", "sh", "-i"]),
];

const fn sh(words: &'static [&'static str], interactive: &'static [&'static str]) -> Shell {
    Shell {
        words,
        interactive,
        dialect: "sh",
    }
}

impl Shell {
    /// `aws-mfa-on` and `aws-mfa-off` as scripts call them: aliases are for people.
    pub fn functions(self) -> [&'static str; 2] {
        match self.dialect {
            "sh" => ["awsmfa_on", "awsmfa_off"],
            _ => ["aws-mfa-on", "aws-mfa-off"],
        }
    }
}
