//! Which files a shell reads when it starts, and in which order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::files::{matching, shown, text};
use super::plugins;
use super::reader::{Reader, Step};
use crate::shell::Shell;

/// The user's directories, and the system's.
pub struct Places<'a> {
    pub home: &'a Path,
    /// `/etc`
    pub system: &'a Path,
    /// Whether terminals start login shells, as those of macOS do.
    pub terminals_log_in: bool,
    /// Looks up an exported variable.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

/// How a shell for a person was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// By ssh, on a console, by tmux; by the terminals of macOS.
    Login,
    /// By another shell, or by a terminal on a desktop.
    Plain,
}

impl Places<'_> {
    /// What a shell that starts so runs, in this order.
    pub fn steps(&self, shell: Shell, start: Start) -> Vec<Step> {
        let mut reader = Reader::new(shell, self.home, self.environment);
        match shell {
            Shell::Bash => self.bash(&mut reader, start),
            Shell::Zsh => self.zsh(&mut reader, start),
            Shell::Fish => self.fish(&mut reader),
            Shell::Sh => self.sh(&mut reader, start),
            Shell::Xonsh => self.xonsh(&mut reader),
            Shell::Elvish => self.elvish(&mut reader),
            Shell::Nu => self.nu(&mut reader),
        }
        reader.steps
    }

    /// The file for the line that loads the snippet.
    pub fn rc_file(&self, shell: Shell) -> PathBuf {
        match shell {
            Shell::Bash if self.terminals_log_in => self
                .login_file_of_bash()
                .unwrap_or_else(|| self.home.join(".bash_profile")),
            Shell::Bash => self.home.join(".bashrc"),
            Shell::Zsh => match self.directory("ZDOTDIR") {
                Some(directory) => directory.join(".zshrc"),
                None => self.home.join(".zshrc"),
            },
            Shell::Fish => self.config().join("fish/config.fish"),
            Shell::Sh => self
                .directory("ENV")
                .unwrap_or_else(|| self.home.join(".profile")),
            Shell::Nu => self.config_of_nushell().join("config.nu"),
            Shell::Elvish => self.config().join("elvish/rc.elv"),
            Shell::Xonsh => self.config().join("xonsh/rc.xsh"),
        }
    }

    /// The only file of the user's that bash reads at a login.
    pub fn login_file_of_bash(&self) -> Option<PathBuf> {
        let names = [".bash_profile", ".bash_login", ".profile"];
        let mut files = names.into_iter().map(|name| self.home.join(name));
        files.find(|path| path.is_file())
    }

    /// Start-up files of every shell, and what sets the PATH of a whole login.
    pub fn all_files(&self) -> Vec<PathBuf> {
        let names = [
            ".bash_profile",
            ".bash_login",
            ".profile",
            ".bashrc",
            ".zshenv",
            ".zprofile",
            ".zshrc",
            ".zlogin",
        ];
        let mut files: Vec<_> = names.into_iter().map(|name| self.home.join(name)).collect();
        files.push(self.rc_file(Shell::Zsh));
        files.push(self.rc_file(Shell::Fish));
        files
    }

    /// Files that set variables for every program of a login, whatever its shell is.
    pub fn files_of_every_login(&self) -> Vec<PathBuf> {
        let mut files = vec![self.system.join("environment"), self.system.join("paths")];
        files.push(self.home.join(".pam_environment"));
        files.extend(matching(&self.system.join("paths.d"), "", ""));
        files.extend(matching(&self.config().join("environment.d"), "", ".conf"));
        files
    }

    fn bash(&self, reader: &mut Reader<'_>, start: Start) {
        match start {
            Start::Login => {
                reader.file(&self.system.join("profile"));
                if let Some(path) = self.login_file_of_bash() {
                    reader.file(&path);
                }
            }
            Start::Plain => {
                reader.file(&self.system.join("bash.bashrc"));
                reader.file(&self.home.join(".bashrc"));
            }
        }
    }

    /// A file of the system's may set `ZDOTDIR`, and so may `.zshenv`.
    fn zsh(&self, reader: &mut Reader<'_>, start: Start) {
        let of_login = |name: &str| matches!(name, "zprofile" | "zlogin");
        for name in ["zshenv", "zprofile", "zshrc", "zlogin"] {
            if start == Start::Plain && of_login(name) {
                continue;
            }
            let _ = reader.file(&self.system.join("zsh").join(name))
                || reader.file(&self.system.join(name));
            let directory = reader.variables.get("ZDOTDIR").filter(|_| name != "zshenv");
            let directory = directory.map_or_else(|| self.home.to_owned(), PathBuf::from);
            if name == "zshrc" {
                let sheldon = self.config().join("sheldon/plugins.toml");
                plugins::read_lists(reader, self.home, &directory, &sheldon);
            }
            reader.file(&directory.join(format!(".{name}")));
        }
        plugins::read_oh_my_zsh(reader, self.home);
    }

    /// The first file of a name counts, and they are read in the order of their names.
    fn fish(&self, reader: &mut Reader<'_>) {
        let own = self.config().join("fish");
        self.universal_path(reader, &own.join("fish_variables"));
        let vendor = Path::new("/usr/share/fish/vendor_conf.d");
        let directories = [
            own.join("conf.d"),
            self.system.join("fish/conf.d"),
            vendor.to_owned(),
        ];
        let mut files = BTreeMap::new();
        for path in directories
            .iter()
            .flat_map(|path| matching(path, "", ".fish"))
        {
            let name = path.file_name().map(ToOwned::to_owned);
            files.entry(name).or_insert(path);
        }
        for path in files.values() {
            reader.file(path);
        }
        reader.file(&self.system.join("fish/config.fish"));
        reader.file(&own.join("config.fish"));
    }

    /// `fish_add_path` keeps its directories in universal variables.
    fn universal_path(&self, reader: &mut Reader<'_>, path: &Path) {
        let all = text(path).unwrap_or_default();
        let lines = (1..).zip(all.lines());
        let paths = lines
            .filter(|(_, line)| line.starts_with("SETUVAR") && line.contains("fish_user_paths"));
        let file: Rc<str> = shown(path, self.home).into();
        reader.steps.extend(paths.map(|(number, line)| Step {
            file: Rc::clone(&file),
            number,
            text: unescaped(line),
            events: Vec::new(),
            ended_at: None,
        }));
    }

    fn sh(&self, reader: &mut Reader<'_>, start: Start) {
        if start == Start::Login {
            reader.file(&self.system.join("profile"));
            reader.file(&self.home.join(".profile"));
        }
        if let Some(path) = reader.variables.get("ENV") {
            reader.file(Path::new(&path));
        }
    }

    pub(super) fn config(&self) -> PathBuf {
        let directory = self.directory("XDG_CONFIG_HOME");
        directory.unwrap_or_else(|| self.home.join(".config"))
    }

    pub(super) fn directory(&self, variable: &str) -> Option<PathBuf> {
        let path = (self.environment)(variable).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    }
}

/// fish writes other characters than letters, digits, `_` and `/` as `\xHH`.
fn unescaped(text: &str) -> String {
    let mut parts = text.split(r"\x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(code) => plain.extend([char::from(code).to_string().as_str(), &part[2..]]),
            None => plain.extend([r"\x", part]),
        }
    }
    plain
}
