//! A home directory of its own for every test, and the real binary run in it.
//!
//! ```ignore
//! let (aws, home) = account();                     // ~/.aws/credentials, ~/.aws/config
//! home.write(".aws-mfa", &secret);                 // 0600
//! let run = home.awsmfa(["env", "--shell", "sh"]).run();
//! run.success();                                   // panics with everything there is to know
//! assert_eq!(run.stdout, "…");
//! home.awsmfa(["env", "nobody"]).run().failure(1); // the exact status
//! ```
//!
//! The environment holds PATH (with awsmfa), HOME, LANG, `XDG_RUNTIME_DIR` (the home), a PC/SC service that is not
//! there, what the home was started [with](Home::with) (such as the stand-in's endpoint), and nothing
//! else: no AWS_*, AWSMFA_*, MFA_*, no proxy. The program has no controlling terminal, so it cannot
//! ask whoever runs the tests; tests of prompts use [`Home::terminal`].

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

use super::pty::Pty;
use super::pty::leaders::DETACHED;
use super::pty::signals::ignore_none_below;
pub use super::run::{Run, exported};
use super::shells::UTF_8;
use super::stand_in::{Options, StandIn, User};
use super::tools::VENV;

/// The program under test.
pub const AWSMFA: &str = env!("CARGO_BIN_EXE_awsmfa");

pub struct Home {
    directory: TempDir,
    variables: Vec<(&'static str, OsString)>,
}

/// The stand-in for AWS, and the home of its first user.
pub fn account() -> (StandIn, Home) {
    account_with(Options::default())
}

/// The same with these options.
pub fn account_with(options: Options) -> (StandIn, Home) {
    let aws = StandIn::start(options);
    let home = Home::of(&aws);
    (aws, home)
}

impl Home {
    /// An empty home.
    pub fn new() -> Self {
        // macOS reaches it by a link, which the program would follow in some of its messages.
        let place = fs::canonicalize(std::env::temp_dir()).expect("a place");
        Self {
            directory: TempDir::new_in(place).expect("a temporary directory"),
            variables: Vec::new(),
        }
    }

    /// An empty home, whose programs call the stand-in.
    pub fn calling(aws: &StandIn) -> Self {
        Self::new().with("AWS_ENDPOINT_URL", aws.endpoint())
    }

    /// The home of the stand-in's first user, whose programs call the stand-in.
    pub fn of(aws: &StandIn) -> Self {
        Self::for_user(&aws.user()).with("AWS_ENDPOINT_URL", aws.endpoint())
    }

    /// What is run in this home has this variable.
    pub fn with(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name, value.as_ref().to_owned()));
        self
    }

    /// A home with the user's first key and first device as the default profile.
    pub fn for_user(user: &User) -> Self {
        let home = Self::new();
        let key = &user.keys[0];
        home.write(
            ".aws/credentials",
            format!(
                "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                key.id, key.secret
            ),
        );
        let serial = user.devices.first().map(|device| &device.serial_number);
        let serial = serial.map_or(String::new(), |serial| format!("mfa_serial = {serial}\n"));
        home.write(".aws/config", format!("[default]\n{serial}"));
        home
    }

    /// What is run in this home finds the AWS CLI by name.
    pub fn with_the_aws_cli(self) -> Self {
        let mut path = OsString::from(format!("{VENV}:"));
        path.push(self.variable("PATH"));
        self.with("PATH", path)
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file (0600) under the home, and the directories above it; returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file under the home")).expect("a directory");
        fs::write(&path, content).expect("a file in the test's home");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        path
    }

    /// Writes a program (0755) under the home, which can be run at once: see [`copy_program`].
    pub fn write_program(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let original = tempfile::NamedTempFile::new().expect("a file");
        fs::write(&original, text).expect("its text");
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file under the home")).expect("a directory");
        copy_program(original.path(), &path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        path
    }

    /// Adds to `~/.aws/config`.
    pub fn configure(&self, text: &str) {
        let before = fs::read_to_string(self.path().join(".aws/config")).expect("the config");
        self.write(".aws/config", before + text);
    }

    /// The binary with these arguments.
    pub fn awsmfa<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Invocation {
        self.program(AWSMFA, arguments)
    }

    /// `awsmfa env --shell sh WORDS`; the words are split at spaces.
    pub fn login(&self, words: &str) -> Invocation {
        self.awsmfa(["env", "--shell", "sh"])
            .arguments(words.split_whitespace())
    }

    /// Any program, in the same clean surroundings.
    pub fn program<I: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = I>,
    ) -> Invocation {
        let mut command = Command::new(DETACHED[0]);
        command.args(&DETACHED[1..]).arg(program.as_ref());
        command.args(arguments).current_dir(self.path()).env_clear();
        self.environment().into_iter().for_each(|(name, value)| {
            command.env(name, value);
        });
        Invocation {
            command,
            stdin: Vec::new(),
        }
    }

    /// The clean environment, for tests that start a process themselves (a pty, say).
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut variables = vec![
            ("HOME", self.path().into()),
            ("LANG", UTF_8.into()),
            // What one test notes there must not hold another one up.
            ("XDG_RUNTIME_DIR", self.path().into()),
            // What is plugged into this machine must not give a test its code.
            ("PCSCLITE_CSOCK_NAME", self.path().join("no-pcscd").into()),
            ("PATH", with_awsmfa(&path())),
        ];
        variables.extend(self.variables.iter().cloned());
        variables
    }

    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> OsString {
        let mut variables = self.environment().into_iter().rev();
        let found = variables.find(|(other, _)| *other == name);
        found.expect("a variable").1
    }

    /// `awsmfa WORDS` on a terminal. What it prints goes to the file `out`; its status comes last,
    /// as `status 0`.
    pub fn terminal(&self, words: &str) -> Pty {
        self.terminal_with(words, &[])
    }

    /// The same with more variables.
    pub fn terminal_with(&self, words: &str, variables: &[(&str, &str)]) -> Pty {
        let line = format!("'{AWSMFA}' {words} >out; echo status $?");
        self.on_terminal_with(&["sh", "-c", &line], variables)
    }

    /// A line for sh, on a terminal.
    pub fn line_on_terminal(&self, line: &str) -> Pty {
        self.on_terminal(&["sh", "-c", line])
    }

    /// A program on a terminal.
    pub fn on_terminal(&self, words: &[&str]) -> Pty {
        self.on_terminal_with(words, &[])
    }

    /// The same with more variables.
    pub fn on_terminal_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Pty {
        Pty::spawn(words, |command| {
            command.env_clear().envs(self.environment());
            command
                .envs(variables.iter().copied())
                .current_dir(self.path());
        })
    }
}

/// The PATH of the tests, with the program under test before all others.
fn with_awsmfa(path: &OsStr) -> OsString {
    let directory = Path::new(AWSMFA).parent().expect("a directory");
    let mut whole = directory.as_os_str().to_owned();
    whole.push(":");
    whole.push(path);
    whole
}

/// Copies a program, which can be run at once. Another process writes it: one of ours that starts
/// meanwhile would have the copy open for writing, and nobody can run such a file.
pub fn copy_program(program: impl AsRef<Path>, to: &Path) {
    let copied = Command::new("cp").arg(program.as_ref()).arg(to).status();
    assert!(
        copied.expect("cp is everywhere").success(),
        "{}",
        to.display()
    );
}

/// The PATH of the tests.
#[expect(clippy::disallowed_methods, reason = "PATH is how the tools are found")]
pub fn path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// A program about to be run.
pub struct Invocation {
    command: Command,
    stdin: Vec<u8>,
}

impl Invocation {
    /// More arguments.
    pub fn arguments<I: AsRef<OsStr>>(mut self, more: impl IntoIterator<Item = I>) -> Self {
        self.command.args(more);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.command.envs(variables);
        self
    }

    /// What the program reads; nothing unless given.
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = text.as_ref().to_vec();
        self
    }

    /// Starts the program, which has no input and whose output nobody reads.
    pub fn start(mut self) -> std::process::Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.command.spawn().expect("the program starts")
    }

    /// Runs the program to its end.
    pub fn run(mut self) -> Run {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        ignore_none_below();
        let mut child = self.command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that does not read its input may be gone before it is written.
        let writer = thread::spawn(move || drop(stdin.write_all(&self.stdin)));
        let output = child.wait_with_output().expect("the program ends");
        let _ = writer.join();
        Run::of(&self.command, &output)
    }
}
