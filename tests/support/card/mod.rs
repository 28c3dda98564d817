//! A PC/SC service of the test's own, with virtual YubiKeys in its readers.
//!
//! `pcscd` is the real one. It gets its socket the way systemd would hand it over, so that it
//! listens in the test's directory and not in /run; its only readers are the test's (`reader.c`),
//! whatever is plugged into this machine. It ends with the test, even if that is killed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

mod account;
mod apdu;
mod applet;
mod conversation;
mod others;
mod put;
mod scenes;
mod virtual_key;

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::{Pid, Signal};

use super::home::{Home, Invocation, Run};
use super::tools::venv;
pub use super::wait_until;

pub use account::{Account, Algorithm};
pub use applet::Config;
pub use conversation::Conversation;
pub use others::{Hold, trouble, trouble_later, without_library};
pub use put::{Put, canokey, neo, pico, vivokey};
pub use scenes::{
    CALCULATE, SOURCE, WITH_PASSWORD, asked_in_time, calculations, code, interrupted, locked,
    shows_the_code, touchy, with_nothing_plugged_in,
};
pub use virtual_key::{ATR_NFC, Accident, Fault, Finger, VirtualKey, When};

/// The name that PC/SC gives a YubiKey on USB.
pub const YUBIKEY: &str = "Yubico YubiKey OTP+FIDO+CCID";

/// What a test waits for at most; nothing takes that long but on a machine that is stuck.
const LONGEST: Duration = Duration::from_mins(1);

/// A reader, and perhaps a key that is plugged into it.
pub struct Reader {
    name: String,
    key: Option<Config>,
    plugged: bool,
}

impl Reader {
    /// A YubiKey on USB.
    pub fn yubikey(config: Config) -> Self {
        Self {
            name: YUBIKEY.into(),
            key: Some(config),
            plugged: true,
        }
    }

    pub fn empty(name: &str) -> Self {
        Self {
            name: name.into(),
            key: None,
            plugged: false,
        }
    }

    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The key is there, but not yet plugged in.
    pub fn unplugged(mut self) -> Self {
        self.plugged = false;
        self
    }
}

/// A private pcscd. Dropped, it is gone with all its keys, and the test fails if anything but
/// `awsmfa enroll` (or a tool of Yubico's) has written to one.
pub struct Pcscd {
    directory: tempfile::TempDir,
    process: Option<Child>,
    keys: Vec<Option<VirtualKey>>,
}

impl Pcscd {
    /// Starts it and waits until it has seen every key that is plugged in.
    pub fn start(readers: Vec<Reader>) -> Self {
        let directory = tempfile::Builder::new().prefix("pcscd.").tempdir().unwrap();
        let mut pcscd = Self {
            directory,
            process: None,
            keys: Vec::new(),
        };
        pcscd.write_configuration(&readers);
        let mut plugged = 0;
        for (index, reader) in readers.into_iter().enumerate() {
            let key = reader
                .key
                .map(|config| VirtualKey::new(&pcscd.card_socket(index), config));
            if let (Some(key), true) = (&key, reader.plugged) {
                key.plug();
                plugged += 1;
            }
            pcscd.keys.push(key);
        }
        pcscd.spawn();
        pcscd.wait_for("its start", |log| log.contains("daemon ready"));
        pcscd.wait_for("the keys", |log| log.matches("Card ATR").count() >= plugged);
        pcscd
    }

    /// One YubiKey with these accounts.
    pub fn with_accounts(accounts: impl IntoIterator<Item = Account>) -> Self {
        let config = Config {
            accounts: accounts.into_iter().collect(),
            ..Config::default()
        };
        Self::start(vec![Reader::yubikey(config)])
    }

    /// The value of `PCSCLITE_CSOCK_NAME` for programs that should find this service.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("pcscd.comm")
    }

    /// awsmfa with these words, about to be run where this service is the only one.
    pub fn awsmfa(&self, home: &Home, arguments: &[&str]) -> Invocation {
        self.allow_writes_by(arguments);
        home.awsmfa(arguments)
            .env("PCSCLITE_CSOCK_NAME", self.socket())
    }

    /// The same, run.
    pub fn run(&self, home: &Home, arguments: &[&str]) -> Run {
        self.awsmfa(home, arguments).run()
    }

    /// The same on a terminal, with a person at it.
    pub fn talk(&self, home: Home, arguments: &[&str]) -> Conversation {
        self.talk_below(&[], home, arguments)
    }

    /// The same below a program that runs what its last words are.
    pub fn talk_below(&self, above: &[&str], home: Home, arguments: &[&str]) -> Conversation {
        self.allow_writes_by(arguments);
        let home = home.with("PCSCLITE_CSOCK_NAME", self.socket());
        Conversation::below(above, home, arguments)
    }

    /// ykman with these words, run.
    pub fn ykman(&self, arguments: &[&str]) -> Run {
        if arguments.contains(&"add") || arguments.contains(&"delete") {
            self.allow_writes();
        }
        Home::new()
            .program(venv("ykman"), arguments)
            .env("PCSCLITE_CSOCK_NAME", self.socket())
            .run()
    }

    /// Only `awsmfa enroll` may write to a key: after any other command, [`Drop`] looks.
    fn allow_writes_by(&self, arguments: &[&str]) {
        if arguments.first() == Some(&"enroll") {
            self.allow_writes();
        }
    }

    fn allow_writes(&self) {
        let keys = self.keys.iter().flatten();
        keys.for_each(VirtualKey::allow_writes);
    }

    pub fn key(&self, reader: usize) -> &VirtualKey {
        self.keys[reader]
            .as_ref()
            .expect("this reader never has a key")
    }

    /// Plugs in a key that was pulled, once, and waits until the service knows of both.
    pub fn plug_again(&mut self, reader: usize) {
        self.wait_for("the removal", |log| log.contains("Card Removed From"));
        self.key(reader).plug();
        self.wait_for("the insertion", |log| log.contains("Card inserted into"));
    }

    /// SIGKILL: what a crash looks like from outside.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// SIGSTOP: a service that does not answer, or only starts.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// SIGCONT: it answers.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let process = Pid::from_child(self.process.as_ref().unwrap());
        rustix::process::kill_process(process, signal).unwrap();
    }

    fn card_socket(&self, index: usize) -> PathBuf {
        self.directory.path().join(format!("card{index}"))
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("pcscd.log")
    }

    fn write_configuration(&self, readers: &[Reader]) {
        let directory = self.directory.path();
        fs::create_dir(directory.join("readers")).unwrap();
        fs::create_dir(directory.join("usb")).unwrap();
        let driver = driver();
        let entry = |(index, reader): (usize, &Reader)| {
            format!(
                "FRIENDLYNAME \"{}\"\nDEVICENAME virtual:{}\nLIBPATH {}\nCHANNELID {index}\n\n",
                reader.name,
                self.card_socket(index).display(),
                driver.display()
            )
        };
        let text = readers
            .iter()
            .enumerate()
            .map(entry)
            .collect::<Vec<_>>()
            .concat();
        fs::write(directory.join("readers/virtual"), text).unwrap();
    }

    fn spawn(&mut self) {
        let listener = UnixListener::bind(self.socket()).unwrap();
        let log = fs::File::create(self.log()).unwrap();
        // The socket comes as standard input and is moved to descriptor 3, where systemd's
        // protocol has it; LISTEN_PID must be pcscd's own number, which `exec` keeps.
        let script = "LISTEN_FDS=1 LISTEN_PID=$$ exec pcscd --foreground --info --config \"$0\" 3<&0 </dev/null";
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "sh", "-c", script])
            .arg(self.directory.path().join("readers"))
            .env(
                "PATH",
                "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/usr/local/bin:/bin",
            )
            .env("PCSCLITE_HP_DROPDIR", self.directory.path().join("usb"))
            .stdin(OwnedFd::from(listener))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("setpriv (util-linux) and pcscd are needed: make test installs them");
        self.process = Some(process);
    }

    fn wait_for(&mut self, what: &str, condition: impl Fn(&str) -> bool) {
        let start = Instant::now();
        loop {
            let log = fs::read_to_string(self.log()).unwrap_or_default();
            if condition(&log) {
                return;
            }
            let ended = self
                .process
                .as_mut()
                .is_some_and(|p| p.try_wait().unwrap().is_some());
            assert!(
                !ended && start.elapsed() < LONGEST,
                "waited for {what}; pcscd says:\n{log}"
            );
            sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        for key in self.keys.iter().flatten() {
            key.stop();
        }
        if let Some(mut process) = self.process.take() {
            // SIGKILL: it has nothing to tidy up outside the test's directory.
            let _ = process.kill();
            let _ = process.wait();
        }
        let keys = self.keys.iter().flatten();
        let writes: Vec<_> = keys.flat_map(VirtualKey::forbidden_writes).collect();
        assert!(
            writes.is_empty() || std::thread::panicking(),
            "written to the key: {writes:02x?}"
        );
    }
}

/// The reader driver.
fn driver() -> PathBuf {
    compiled("reader.c", "virtual_reader.so", &[])
}

/// A shared library from one of the C files next to this one, compiled once per run.
fn compiled(source: &str, library: &str, libraries: &[&str]) -> PathBuf {
    static COMPILED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(source);
    let path = directory.join(library);
    let mut compiled = COMPILED.lock().unwrap();
    if compiled.contains(&path) {
        return path;
    }
    fs::create_dir_all(&directory).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/support/card")
        .join(source);
    let unfinished = directory.join(format!("{library}.{}", std::process::id()));
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"])
        .arg(source)
        .arg("-o")
        .arg(&unfinished)
        .args(libraries)
        .status()
        .expect("a C compiler (cc) is needed");
    assert!(status.success(), "cc could not compile {library}");
    fs::rename(unfinished, &path).unwrap();
    compiled.insert(path.clone());
    path
}

/// A home whose default profile says this, and has keys that nobody knows.
pub fn home(config: &str) -> Home {
    let home = Home::new();
    home.write(".aws/config", format!("[default]\n{config}\n"));
    home.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n",
    );
    home
}

/// Whether `code` is the account's code now, or was one a moment ago.
#[expect(
    clippy::disallowed_methods,
    reason = "the test computes the code by itself"
)]
pub fn is_current(account: &Account, period: u64, code: &str) -> bool {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    (0..=period.min(30)).any(|ago| account.code((now - ago) / period) == code.trim())
}
