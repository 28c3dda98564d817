//! A terminal with a program in it, typed into and read as a person does: tmux, with a server of
//! its own that ends with the value.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::shells::UTF_8;

/// How often the screen is looked at, and how many times before the test has failed: a minute.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: usize = 1200;

pub struct Screen {
    socket: TempDir,
}

impl Screen {
    /// Starts `program` with these variables and no others.
    pub fn start(program: &[&str], directory: &Path, variables: &[(&str, OsString)]) -> Self {
        let screen = Self {
            socket: TempDir::new().expect("a directory for tmux's socket"),
        };
        let mut tmux = screen.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "160",
            "-y",
            "50",
            "--",
        ]);
        tmux.args(program).current_dir(directory);
        // tmux draws `…` only in a UTF-8 locale.
        tmux.env_clear()
            .env("LC_ALL", UTF_8)
            .envs(variables.iter().map(|(name, value)| (name, value)));
        run(&mut tmux);
        screen
    }

    /// Types text, without Enter.
    pub fn write(&self, text: &str) {
        run(&mut self.tmux(&["send-keys", "-l", "--", text]));
    }

    /// Presses a key by tmux's name: `Enter`, `Tab`, `C-c`.
    pub fn press(&self, key: &str) {
        run(&mut self.tmux(&["send-keys", key]));
    }

    pub fn write_line(&self, text: &str) {
        self.write(text);
        self.press("Enter");
    }

    /// What is there to read, what has scrolled away included; no blanks at the end.
    pub fn text(&self) -> String {
        run(&mut self.tmux(&["capture-pane", "-p", "-J", "-S", "-"]))
            .trim_end()
            .to_owned()
    }

    /// The text as soon as it is as expected. Fails with what is there instead.
    pub fn wait_for(&self, expected: &str, is_there: impl Fn(&str) -> bool) -> String {
        for _ in 0..LOOKS {
            let text = self.text();
            if is_there(&text) {
                return text;
            }
            sleep(LOOK);
        }
        panic!("expected {expected}; the screen shows:\n{}", self.text())
    }

    fn tmux(&self, arguments: &[&str]) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.arg("-u")
            .arg("-S")
            .arg(self.socket.path().join("tmux"))
            .args(arguments);
        tmux
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // The program may have ended, and the server with it.
        let _ = self.tmux(&["kill-server"]).output();
    }
}

fn run(tmux: &mut Command) -> String {
    let output = tmux.output().expect("tmux is installed by `make test`");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tmux:?}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8 from tmux")
}
