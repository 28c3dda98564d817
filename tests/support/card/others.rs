//! Other programs: one that has the card open, and a PC/SC library that makes trouble.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Pcscd, When};
use crate::support::tools::venv;

/// How another program has the card open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// For itself: nobody else can connect.
    Exclusive,
    /// In a transaction: others wait.
    Transaction,
    /// Open and idle: others go on.
    Shared,
}

/// The other program. Dropped, it lets the card go.
pub struct Holder(Child);

impl Pcscd {
    /// Starts a program that has the first card open, and waits until it has.
    pub fn hold(&self, how: Hold) -> Holder {
        self.hold_at(0, how)
    }

    /// The same for the card in this reader.
    pub fn hold_at(&self, reader: usize, how: Hold) -> Holder {
        let mut process = Command::new(venv("python"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/card/hold.py"))
            .arg(format!("{how:?}").to_lowercase())
            .arg(reader.to_string())
            .env("PCSCLITE_CSOCK_NAME", self.socket())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "held\n");
        Holder(process)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The environment of a program whose PC/SC library fails: `function` answers `code` for the first
/// `count` calls.
pub fn trouble(function: &str, code: u32, count: u32) -> Vec<(&'static str, OsString)> {
    trouble_later(function, code, count, 0, When::Before)
}

/// The same, but not for the first `skip` calls. [`When::After`]: the service has done what it was
/// told.
pub fn trouble_later(
    function: &str,
    code: u32,
    count: u32,
    skip: usize,
    when: When,
) -> Vec<(&'static str, OsString)> {
    let late = u8::from(when == When::After);
    let library = super::compiled("trouble.c", "libpcsclite.so.1", &["-ldl"]);
    vec![
        ("LD_LIBRARY_PATH", library.parent().unwrap().into()),
        ("PCSCLITE_REAL", real_library().into()),
        (
            "PCSCLITE_TROUBLE",
            format!("{function} {code:x} {count} {skip} {late}").into(),
        ),
    ]
}

/// The environment of a program that finds no PC/SC library that can be loaded.
pub fn without_library(directory: &Path) -> Vec<(&'static str, OsString)> {
    std::fs::write(directory.join("libpcsclite.so.1"), "not a library").unwrap();
    vec![("LD_LIBRARY_PATH", directory.into())]
}

fn real_library() -> PathBuf {
    let output = Command::new("/sbin/ldconfig").arg("-p").output().unwrap();
    let cache = String::from_utf8(output.stdout).unwrap();
    let line = cache
        .lines()
        .find(|line| line.trim().starts_with("libpcsclite.so.1 "));
    let path = line.and_then(|line| line.split(" => ").nth(1));
    PathBuf::from(path.expect("libpcsclite1 is needed: make test installs it"))
}
