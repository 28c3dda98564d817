//! The manual's lines for password managers, each with the real program and a secret that it keeps.
//! Those of 1Password, Bitwarden and macOS run against scripts that print what their documentation
//! says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread::sleep;
use std::time::Duration;

use super::SECRET;
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::pages::MANUAL;
use crate::support::pty::Pty;
use crate::support::stand_in::{Options, StandIn};

const URI: &str = "otpauth://totp/AWS?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A user whose profile has the manual's line that runs `program`.
struct Person {
    aws: StandIn,
    home: Home,
}

impl Person {
    fn with(program: &str) -> Self {
        let aws = StandIn::start(Options::default());
        let home = Home::of(&aws);
        let person = Self { aws, home };
        person.says(line_with(program));
        person
    }

    fn says(&self, line: &str) {
        let serial = self.aws.serial();
        let config = format!("[default]\nmfa_serial = {serial}\n{line}\n");
        self.home.write(".aws/config", config);
    }

    /// Runs a line of sh that puts the secret where the program keeps it.
    #[track_caller]
    fn prepares(&self, line: &str) {
        let line = line.replace("SECRET", SECRET).replace("URI", URI);
        self.home.program("sh", ["-euc", &line]).run().success();
    }

    #[track_caller]
    fn logs_in(&self) {
        self.aws.wait_for_room();
        logged_in(&self.home.login("").run());
    }

    /// Logs in on a terminal, where the program asks `question`.
    fn logs_in_and_is_asked(&self, question: &str) {
        self.aws.wait_for_room();
        let line = format!("'{AWSMFA}' env --shell sh >out; echo status $?");
        let mut terminal = self.home.line_on_terminal(&line);
        answer(&mut terminal, question);
        terminal.succeeds();
        assert!(!terminal.seen().contains("hunter2"), "{}", terminal.seen());
    }
}

/// The manual's line.
fn line_with(program: &str) -> &'static str {
    let is_of = |line: &&str| {
        let command = line.split_once("_process = ").map(|(_, command)| command);
        line.starts_with("mfa_") && command.is_some_and(|command| command.starts_with(program))
    };
    MANUAL.lines().find(is_of).expect("a line of awsmfa(7)")
}

/// Types the passphrase, once the terminal does not show it: what is typed before is thrown away.
fn answer(terminal: &mut Pty, question: &str) {
    terminal.expect(question);
    for _ in 0..2_000 {
        if !terminal.modes().0 {
            return terminal.send("hunter2\r");
        }
        sleep(Duration::from_millis(10));
    }
    panic!("it would show the passphrase: {}", terminal.seen());
}

#[track_caller]
fn logged_in(run: &Run) {
    let key = run.success().exports("AWS_ACCESS_KEY_ID");
    assert!(key.starts_with("ASIA"), "{}", run.story());
    run.keeps_quiet_about(SECRET);
}

/// Ends the agent of this home. It would end by itself, some time after the home is gone.
struct GpgAgent<'a>(&'a Home);

impl<'a> GpgAgent<'a> {
    fn of(home: &'a Home) -> Self {
        fs::create_dir(home.path().join(".gnupg")).expect("a new directory");
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(home.path().join(".gnupg"), mode).expect("its mode");
        // Without pinentry, gpg asks for passphrases itself.
        home.write(".gnupg/gpg.conf", "pinentry-mode loopback\n");
        Self(home)
    }
}

impl Drop for GpgAgent<'_> {
    fn drop(&mut self) {
        self.0.program("gpgconf", ["--kill", "all"]).run();
    }
}

#[test]
fn pass_prints_the_code_or_the_secret() {
    let person = Person::with("pass otp");
    let _agent = GpgAgent::of(&person.home);
    person.prepares(
        "gpg --batch --quiet --passphrase '' --quick-generate-key alice future-default default never
         pass init alice && echo URI | pass otp insert AWS
         printf 'hunter2\\nURI\\n' | pass insert -m password-first",
    );
    // First, because they wait for the next code if a login has used the current one.
    for (line, said) in [
        ("mfa_secret_process = pass otp uri AWS", ""),
        ("mfa_secret_process = pass show AWS", ""),
        ("mfa_process = pass show AWS", "looks like a secret"),
        (
            "mfa_secret_process = pass show password-first",
            "the otpauth URI is not the first",
        ),
        ("mfa_secret_process = pass otp uri password-first", ""),
        ("mfa_secret_process = pass show nothing", "exit status: 1"),
    ] {
        person.says(line);
        let run = person.home.awsmfa(["code"]).run();
        match said {
            "" => run.success(),
            _ => run.failure(1).complains(said),
        };
        run.keeps_quiet_about(SECRET).keeps_quiet_about("hunter2");
    }
    person.says(line_with("pass otp"));
    person.logs_in();
}

#[test]
fn gpg_asks_for_its_passphrase() {
    let person = Person::with("gpg -qd ~/.aws-mfa.gpg");
    let _agent = GpgAgent::of(&person.home);
    person.prepares("echo SECRET | gpg -qc --batch --passphrase hunter2 -o .aws-mfa.gpg");
    person.logs_in_and_is_asked("Enter passphrase:");
}

#[test]
fn oathtool_computes_the_code_from_what_gpg_prints() {
    let person = Person::with("gpg -qd ~/.aws-mfa.gpg | oathtool");
    let _agent = GpgAgent::of(&person.home);
    person.prepares("echo SECRET | gpg -qc --batch --passphrase hunter2 -o .aws-mfa.gpg");
    person.logs_in_and_is_asked("Enter passphrase:");
}

#[test]
fn age_asks_for_its_passphrase() {
    let person = Person::with("age ");
    let encrypt = format!("echo {SECRET} | age -p -o .aws-mfa.age");
    let mut terminal = person.home.line_on_terminal(&encrypt);
    for question in ["Enter passphrase", "Confirm passphrase"] {
        answer(&mut terminal, question);
    }
    terminal.wait();
    person.logs_in_and_is_asked("Enter passphrase:");
}

#[test]
fn keepassxc_asks_for_the_password_of_its_database() {
    let person = Person::with("keepassxc-cli");
    person
        .home
        .write("database.xml", include_str!("database.xml"));
    person.prepares(
        "printf 'hunter2\\nhunter2\\n' | keepassxc-cli import -p database.xml Passwords.kdbx",
    );
    person.logs_in_and_is_asked("Enter password to unlock");
}

/// With a D-Bus session and a keyring of its own.
#[test]
fn the_secret_service_keeps_the_secret() {
    let person = Person::with("secret-tool");
    person.aws.wait_for_room();
    let login = format!(
        "echo | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null
         secret-tool lookup service awsmfa >&2 || '{AWSMFA}' code >&2 || true
         printf {SECRET} | secret-tool store --label='AWS MFA' service awsmfa
         '{AWSMFA}' env --shell sh"
    );
    let run = person
        .home
        .program("dbus-run-session", ["--", "sh", "-euc", &login])
        .run();
    logged_in(
        run.complains(
            "awsmfa: could not get an MFA code: mfa_secret_process failed: exit status: 1",
        ),
    );
}

/// What they print according to their documentation.
#[test]
fn lines_for_programs_that_are_not_here() {
    for (program, arguments, printed) in [
        ("op", "item get AWS --otp", "CODE\\n"),
        ("bw", "get totp AWS", "CODE"),
        ("rbw", "code AWS", "CODE\\n"),
        (
            "security",
            "find-generic-password -s awsmfa -w",
            "SECRET\\n",
        ),
    ] {
        let person = Person::with(&format!("{program} {arguments}"));
        person.aws.wait_for_room();
        let printed = printed
            .replace("CODE", &person.aws.code())
            .replace("SECRET", SECRET);
        let script = format!("#!/bin/sh\n[ \"$*\" = '{arguments}' ] && printf '{printed}'\n");
        let path = person.home.write(format!("bin/{program}").as_str(), script);
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("its mode");
        let mut path = person.home.path().join("bin").into_os_string();
        path.push(":");
        path.push(person.home.variable("PATH"));
        logged_in(&person.home.login("").env("PATH", path).run());
    }
}
