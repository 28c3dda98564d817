//! A PC/SC service of the test's own, with virtual YubiKeys in its readers.
//!
//! `pcscd` is the real one. It gets its socket the way systemd would hand it over, so that it
//! listens in the test's directory and not in /run; its only readers are the test's (`reader.c`),
//! whatever is plugged into this machine. It ends with the test, even if that is killed.

mod applet;
mod virtual_key;

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub use applet::{Account, Algorithm, Config};
pub use virtual_key::{ATR_NFC, ATR_USB, Fault, Finger, VirtualKey};

/// The name that PC/SC gives a YubiKey on USB.
pub const YUBIKEY: &str = "Yubico YubiKey OTP+FIDO+CCID";

/// A reader, and perhaps a key that is plugged into it.
pub struct Reader {
    name: String,
    key: Option<Config>,
    plugged: bool,
}

impl Reader {
    /// A YubiKey on USB.
    pub fn yubikey(config: Config) -> Self {
        Self { name: YUBIKEY.into(), key: Some(config), plugged: true }
    }

    pub fn empty(name: &str) -> Self {
        Self { name: name.into(), key: None, plugged: false }
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

/// A private pcscd. Dropped, it is gone with all its keys.
pub struct Pcscd {
    directory: tempfile::TempDir,
    process: Option<Child>,
    keys: Vec<Option<VirtualKey>>,
}

impl Pcscd {
    /// Starts it and waits until it has seen every key that is plugged in.
    pub fn start(readers: Vec<Reader>) -> Self {
        let directory = tempfile::Builder::new().prefix("pcscd.").tempdir().unwrap();
        let mut pcscd = Self { directory, process: None, keys: Vec::new() };
        pcscd.write_configuration(&readers);
        let mut plugged = 0;
        for (index, reader) in readers.into_iter().enumerate() {
            let key = reader.key.map(|config| VirtualKey::new(&pcscd.card_socket(index), config));
            if let (Some(key), true) = (&key, reader.plugged) {
                key.plug();
                plugged += 1;
            }
            pcscd.keys.push(key);
        }
        pcscd.run();
        pcscd.wait_for("its start", |log| log.contains("daemon ready"));
        pcscd.wait_for("the keys", |log| log.matches("Card ATR").count() >= plugged);
        pcscd
    }

    /// One YubiKey with these accounts.
    pub fn with_accounts(accounts: impl IntoIterator<Item = Account>) -> Self {
        let config = Config { accounts: accounts.into_iter().collect(), ..Config::default() };
        Self::start(vec![Reader::yubikey(config)])
    }

    /// The value of `PCSCLITE_CSOCK_NAME` for programs that should find this service.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("pcscd.comm")
    }

    pub fn key(&self, reader: usize) -> &VirtualKey {
        self.keys[reader].as_ref().expect("this reader never has a key")
    }

    /// SIGKILL: what a crash looks like from outside.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// SIGSTOP: a service that does not answer.
    pub fn freeze(&self) {
        let process = self.process.as_ref().unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_child(process), rustix::process::Signal::STOP).unwrap();
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
        let mut text = String::new();
        for (index, reader) in readers.iter().enumerate() {
            text += &format!(
                "FRIENDLYNAME \"{}\"\nDEVICENAME virtual:{}\nLIBPATH {}\nCHANNELID {index}\n\n",
                reader.name,
                self.card_socket(index).display(),
                driver.display()
            );
        }
        fs::write(directory.join("readers/virtual"), text).unwrap();
    }

    fn run(&mut self) {
        let listener = UnixListener::bind(self.socket()).unwrap();
        let log = fs::File::create(self.log()).unwrap();
        // The socket comes as standard input and is moved to descriptor 3, where systemd's
        // protocol has it; LISTEN_PID must be pcscd's own number, which `exec` keeps.
        let script = "LISTEN_FDS=1 LISTEN_PID=$$ exec pcscd --foreground --info --config \"$0\" 3<&0 </dev/null";
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "sh", "-c", script])
            .arg(self.directory.path().join("readers"))
            .env("PATH", "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/usr/local/bin:/bin")
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
            let ended = self.process.as_mut().is_some_and(|p| p.try_wait().unwrap().is_some());
            assert!(!ended && start.elapsed() < Duration::from_secs(20), "waited for {what}; pcscd says:\n{log}");
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
    }
}

/// The reader driver, compiled once per run.
fn driver() -> &'static Path {
    static DRIVER: OnceLock<PathBuf> = OnceLock::new();
    DRIVER.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(directory).unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/card/reader.c");
        let library = directory.join("virtual_reader.so");
        let unfinished = directory.join(format!("virtual_reader.{}.so", std::process::id()));
        let status = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", source, "-o"])
            .arg(&unfinished)
            .stdin(Stdio::null())
            .status()
            .expect("a C compiler (cc) is needed");
        assert!(status.success(), "cc could not compile {source}");
        fs::rename(unfinished, &library).unwrap();
        library
    })
}
