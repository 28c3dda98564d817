//! A terminal for a child process: it becomes the child's controlling terminal, so that
//! `/dev/tty`, job control and Ctrl-C are the real ones.

// Below this module, because the unit tests include it alone.
#[path = "leaders.rs"]
pub mod leaders;
#[path = "signals.rs"]
pub mod signals;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::process::Pid;
use rustix::pty::{grantpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use signals::ignore_none_below;

/// Longer than anything here takes on a busy machine, the wait for the next time step included; only
/// a failing test waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a line editor may ask the terminal before it shows its prompt.
const WHERE_IS_THE_CURSOR: &[u8] = b"\x1b[6n";

/// The terminal's far end and the process on it. Dropping it hangs up and ends the process.
pub struct Pty {
    far_end: File,
    /// The near end.
    device: PathBuf,
    child: Child,
    /// What has been printed and not yet been waited for.
    pending: Vec<u8>,
    /// All that has been printed, for a failure's message.
    seen: Vec<u8>,
    tells_the_position: bool,
}

impl Pty {
    /// Starts `words` on a new terminal of 24 × 200 (wide: no line is wrapped). `configure` sets
    /// environment and directory.
    pub fn spawn(words: &[&str], configure: impl FnOnce(&mut Command)) -> Self {
        Self::spawn_below(&[], words, configure)
    }

    /// The same below a program that runs what its last words are.
    pub fn spawn_below(
        above: &[&str],
        words: &[&str],
        configure: impl FnOnce(&mut Command),
    ) -> Self {
        let far_end = open(Path::new("/dev/ptmx")).expect("a terminal");
        grantpt(&far_end).expect("access to the terminal");
        unlockpt(&far_end).expect("the terminal unlocked");
        let name = ptsname(&far_end, Vec::new()).expect("the terminal's name");
        let device = PathBuf::from(OsStr::from_bytes(name.to_bytes()));
        let near_end = open(&device).expect("its near end");
        let size = Winsize {
            ws_row: 24,
            ws_col: 200,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&near_end, size).expect("the terminal's size");
        let line = [above, leaders::ON_TERMINAL, words].concat();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]);
        configure(&mut command);
        ignore_none_below();
        let copy = || near_end.try_clone().expect("a copy of the near end");
        command.stdin(copy()).stdout(copy()).stderr(copy());
        let child = command.spawn().expect("perl is needed");
        Self {
            far_end,
            device,
            child,
            pending: Vec::new(),
            seen: Vec::new(),
            tells_the_position: false,
        }
    }

    /// Some line editors show no prompt before they know where the cursor is. Others take a late answer for
    /// something typed.
    pub const fn tell_the_position(&mut self) {
        self.tells_the_position = true;
    }

    /// The process of this name that runs on the terminal.
    pub fn find(&self, name: &str) -> Option<Pid> {
        let mut ps = Command::new("ps");
        ps.args(["-o", "pid=", "-o", "comm=", "-t"])
            .arg(&self.device);
        let output = ps.output().expect("ps is needed");
        let list = String::from_utf8_lossy(&output.stdout);
        let mut lines = list.lines().filter_map(|line| line.trim().split_once(' '));
        // macOS gives the path.
        let found = lines.find(|(_, command)| Path::new(command.trim()).ends_with(name));
        found.and_then(|(pid, _)| Pid::from_raw(pid.parse().ok()?))
    }

    /// Changes the size of the window.
    pub fn resize(&self, rows: u16, columns: u16) {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&self.far_end, size).expect("the terminal's size");
    }

    /// Types `text`; `\r` is the return key, `\u{3}` Ctrl-C.
    pub fn send(&mut self, text: &str) {
        self.far_end.write_all(text.as_bytes()).expect("typing");
    }

    /// Waits until the program and the shell after it have ended, the former with status 0.
    pub fn succeeds(&mut self) {
        self.expect("status 0");
        assert!(self.wait().success(), "{}", self.seen());
    }

    /// Waits until `text` is printed; gives what came before and it.
    pub fn expect(&mut self, text: &str) -> String {
        self.expect_one_of(&[text]).1
    }

    /// Waits until one of `texts` is printed; gives its index, and what came before and it.
    pub fn expect_one_of(&mut self, texts: &[&str]) -> (usize, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = texts.iter().enumerate().filter_map(|(index, text)| {
                let mut windows = self.pending.windows(text.len());
                let at = windows.position(|window| window == text.as_bytes())?;
                Some((at + text.len(), index))
            });
            if let Some((end, index)) = found.min() {
                let rest = self.pending.split_off(end);
                let before = std::mem::replace(&mut self.pending, rest);
                return (index, String::from_utf8_lossy(&before).into_owned());
            }
            assert!(
                self.read(deadline),
                "none of {texts:?} came; seen:\n{}",
                self.seen()
            );
        }
    }

    /// Everything printed so far.
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }

    /// Whether the terminal shows what is typed, and makes signals of Ctrl-C.
    pub fn modes(&self) -> (bool, bool) {
        let modes = tcgetattr(&self.far_end).expect("its modes").local_modes;
        (
            modes.contains(LocalModes::ECHO),
            modes.contains(LocalModes::ISIG),
        )
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        while self.read(deadline) {}
        assert!(
            Instant::now() < deadline,
            "it does not end; seen:\n{}",
            self.seen()
        );
        self.child.wait().expect("a status")
    }

    /// Reads once; false at the end of the output and at the deadline.
    fn read(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).expect("a short time");
        let mut waiting = [PollFd::new(&self.far_end, PollFlags::IN)];
        if poll(&mut waiting, Some(&left)).expect("poll") == 0 {
            return false;
        }
        let mut buffer = [0; 4096];
        // Linux reports the near end's closing as an error (EIO).
        let length = self.far_end.read(&mut buffer).unwrap_or(0);
        self.seen.extend_from_slice(&buffer[..length]);
        self.pending.extend_from_slice(&buffer[..length]);
        if self.tells_the_position {
            let asked = memchr::memmem::find_iter(&buffer[..length], WHERE_IS_THE_CURSOR).count();
            self.send(&"\u{1b}[1;1R".repeat(asked));
        }
        length > 0
    }
}

/// Opens an end of a terminal, for this process alone: what another test starts at the same time must
/// not keep the near end open.
fn open(device: &Path) -> io::Result<File> {
    let no_controlling_terminal = OFlags::NOCTTY.bits().cast_signed();
    File::options()
        .read(true)
        .write(true)
        .custom_flags(no_controlling_terminal)
        .open(device)
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
