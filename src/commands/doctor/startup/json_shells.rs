//! The start-up files of the shells that get JSON.

use std::path::PathBuf;

use super::files::matching;
use super::places::Places;
use super::reader::Reader;
use crate::shell::Shell;

impl Places<'_> {
    /// If a line of config.nu writes the snippet into an autoload directory, the line counts and not the
    /// file, which nushell's next start brings up to date.
    pub(super) fn nu(&self, reader: &mut Reader<'_>) {
        let config = self.config_of_nushell();
        for name in ["env.nu", "config.nu"] {
            reader.file(&config.join(name));
        }
        if reader.steps.iter().any(|step| !step.events.is_empty()) {
            return;
        }
        let data = self.nushell("XDG_DATA_HOME", ".local/share");
        for directory in [data.join("vendor/autoload"), config.join("autoload")] {
            for path in matching(&directory, "", ".nu") {
                reader.file(&path);
            }
        }
    }

    pub(super) fn config_of_nushell(&self) -> PathBuf {
        self.nushell("XDG_CONFIG_HOME", ".config")
    }

    /// One of nushell's directories; on macOS, it has one for both.
    fn nushell(&self, variable: &str, below_home: &str) -> PathBuf {
        let of_macos = self.home.join("Library/Application Support/nushell");
        match self.directory(variable) {
            Some(directory) => directory.join("nushell"),
            None if of_macos.is_dir() => of_macos,
            None => self.home.join(below_home).join("nushell"),
        }
    }

    /// Before 0.20, elvish looks into `~/.elvish` first.
    pub(super) fn elvish(&self, reader: &mut Reader<'_>) {
        let _ = reader.file(&self.home.join(".elvish/rc.elv"))
            || reader.file(&self.rc_file(Shell::Elvish));
    }

    pub(super) fn xonsh(&self, reader: &mut Reader<'_>) {
        let directories = [self.system.join("xonsh"), self.config().join("xonsh")];
        reader.file(&directories[0].join("xonshrc"));
        reader.file(&self.rc_file(Shell::Xonsh));
        reader.file(&self.home.join(".xonshrc"));
        for directory in directories.map(|directory| directory.join("rc.d")) {
            let ends = [".py", ".xsh"].into_iter();
            let mut files: Vec<_> = ends.flat_map(|end| matching(&directory, "", end)).collect();
            files.sort();
            for path in files {
                reader.file(&path);
            }
        }
    }
}
