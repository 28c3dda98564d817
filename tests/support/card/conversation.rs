//! A program on a terminal of its own, and a person at it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use super::LONGEST;
use crate::support::home::{AWSMFA, Home};

pub struct Conversation {
    process: Child,
    terminal: File,
    screen: Arc<Mutex<String>>,
    /// Must outlive the program.
    _home: Home,
}

impl Conversation {
    /// Runs the program with everything on the terminal, as a person would.
    pub fn start(home: Home, arguments: &[&str], socket: &std::path::Path) -> Self {
        let terminal =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let other_end = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let process = Command::new("setsid")
            .args(["--ctty", "--wait", AWSMFA])
            .args(arguments)
            .env_clear()
            .envs(home.environment())
            .env("PCSCLITE_CSOCK_NAME", socket)
            .stdin(Stdio::from(OwnedFd::from(other_end.try_clone().unwrap())))
            .stdout(OwnedFd::from(other_end.try_clone().unwrap()))
            .stderr(OwnedFd::from(other_end))
            .spawn()
            .expect("setsid (util-linux) is needed");
        let terminal = File::from(terminal);
        let screen = Arc::new(Mutex::new(String::new()));
        let (mut reader, seen) = (terminal.try_clone().unwrap(), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            // EIO says that the last program has left the terminal.
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                seen.lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&buffer[..n]));
            }
        });
        Self {
            process,
            terminal,
            screen,
            _home: home,
        }
    }

    /// Everything that was shown so far.
    pub fn screen(&self) -> String {
        self.screen.lock().unwrap().clone()
    }

    /// Waits until `text` is shown.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> &mut Self {
        let start = Instant::now();
        while !self.screen().contains(text) {
            assert!(
                start.elapsed() < LONGEST,
                "waited for {text:?}, and saw:\n{}",
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// Forgets what was shown, so that the next `expect` is about what comes.
    pub fn forget(&mut self) -> &mut Self {
        self.screen.lock().unwrap().clear();
        self
    }

    pub fn type_in(&mut self, text: &str) -> &mut Self {
        self.terminal.write_all(text.as_bytes()).unwrap();
        self
    }

    /// Whether the terminal shows what is typed, and makes signals of Ctrl-C.
    pub fn modes(&self) -> (bool, bool) {
        let modes = tcgetattr(&self.terminal).unwrap().local_modes;
        (
            modes.contains(LocalModes::ECHO),
            modes.contains(LocalModes::ISIG),
        )
    }

    /// Waits for the end of the program: its status, and the last screen.
    #[track_caller]
    pub fn end(mut self) -> (ExitStatus, String) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                // What was written before the end is still on its way.
                std::thread::sleep(Duration::from_millis(50));
                return (status, self.screen());
            }
            assert!(
                start.elapsed() < LONGEST,
                "it does not end; it shows:\n{}",
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
