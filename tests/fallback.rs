//! A source that gives no code: the reason is said, and a person is asked if there is one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;

#[cfg(target_os = "linux")]
use crate::support::card::{Account, Pcscd, asked_in_time};
use crate::support::home::{AWSMFA, Home, Invocation, account};
use crate::support::pty::Pty;
use crate::support::stand_in::StandIn;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const PROMPT: &str = "MFA code for arn:aws:iam::123456789012:mfa/alice: ";

struct Person {
    aws: StandIn,
    home: Home,
}

impl Person {
    /// Somebody whose profile also says `lines`.
    fn with(lines: &str) -> Self {
        let (aws, home) = account();
        aws.wait_for_room();
        home.configure(&format!("{lines}\n"));
        Self { aws, home }
    }

    /// On a terminal; stdout goes to a file.
    fn log_in(&self, flags: &str) -> Pty {
        self.home.terminal(&format!("env --shell sh {flags}"))
    }

    /// In a cron job, say.
    fn log_in_without_a_terminal(&self) -> Invocation {
        self.home.login("")
    }

    /// What was said before the question, which is answered.
    fn is_asked(&self, flags: &str) -> String {
        let mut terminal = self.log_in(flags);
        let before = terminal.expect(PROMPT);
        terminal.send(&format!("{}\r", self.aws.code()));
        terminal.expect("status 0");
        before.trim_end_matches(PROMPT).to_owned()
    }
}

/// A profile's lines, and the reason that is said.
const CONFIGURED: [(&str, &str); 6] = [
    (
        "mfa_process = exit 3",
        "could not use the source process: mfa_process failed: exit status: 3\r\n",
    ),
    (
        "mfa_process = echo locked",
        "could not use the source process: mfa_process did not print an MFA code: its output is some other text\r\n\
         awsmfa: hint: its output must be six digits",
    ),
    (
        "mfa_secret_process = exit 36",
        "could not use the source secret_process: mfa_secret_process failed: exit status: 36\r\n",
    ),
    (
        "mfa_secret_file = ~/absent",
        "/absent\r\nawsmfa: hint: ~/.aws/config:",
    ),
    (
        "mfa_secret_file = ~/.aws",
        "/.aws cannot be used: it is not a regular file\r\n",
    ),
    (
        "mfa_yubikey_account = AWS",
        "could not use the source yubikey: ",
    ),
];

/// `~/.aws-mfa` has the right secret, and is no way out.
#[test]
fn a_person_is_asked_if_the_configured_source_fails() {
    for (lines, reason) in CONFIGURED {
        let person = Person::with(lines);
        person.home.write(".aws-mfa", SECRET);
        let said = person.is_asked("--quiet");
        assert!(said.contains(reason), "{lines}: {said}");
        let count = said.matches("could not").count();
        assert_eq!(count, 1, "{said}");
    }
}

#[test]
fn without_a_terminal_the_reason_ends_the_login() {
    for (lines, reason) in CONFIGURED {
        let person = Person::with(lines);
        person.home.write(".aws-mfa", SECRET);
        let run = person.log_in_without_a_terminal().run();
        run.failure(1).complains("awsmfa: could not log in: ");
        let reason = reason.rsplit("source ").next().expect("a reason");
        let reason = reason.split_once(": ").map_or(reason, |(_, rest)| rest);
        run.complains(&reason.replace("\r\n", "\n"));
        assert_eq!(run.stdout, "false\n");
        assert!(person.aws.requests().is_empty());
    }
}

/// What lies at `~/.aws-mfa`, and how it is made.
type Thing = (&'static str, fn(&Path));

const NO_FILES: [Thing; 4] = [
    ("a directory", |path| fs::create_dir(path).expect("it")),
    ("a FIFO", |path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.expect("mkfifo").success());
    }),
    ("a socket", |path| {
        drop(UnixListener::bind(path).expect("a socket"));
    }),
    ("a link to a device", |path| {
        std::os::unix::fs::symlink("/dev/zero", path).expect("a link");
    }),
];

#[test]
fn something_else_than_a_file_at_the_default_path_is_skipped() {
    for (thing, make) in NO_FILES {
        let person = Person::with("");
        make(&person.home.path().join(".aws-mfa"));
        assert_eq!(person.is_asked(""), "", "{thing}");
        let mut terminal = person.log_in("--verbose");
        let said = terminal.expect(PROMPT);
        let why = "/.aws-mfa is not a regular file\r\n";
        assert!(said.contains("skipped the source file: "), "{said}");
        assert!(said.contains(why) && !said.contains("process"), "{said}");
        let run = person.log_in_without_a_terminal().run();
        run.failure(1)
            .complains("no source gave an MFA code: file: ")
            .complains("hint: to log in without typing: ");
    }
}

/// Content and mode of a `~/.aws-mfa`, and what is said of it.
const NO_SECRETS: [(&str, u32, &str, &str); 6] = [
    (
        "{\"token\": \"hunter2\"}\n",
        0o644,
        "not base32",
        "hint: if the file is another tool's, add mfa_source = prompt",
    ),
    (
        "[default]\nuser = hunter2\n",
        0o600,
        "more than one line",
        "hint: if the file is another tool's",
    ),
    ("", 0o600, "no secret in it", "hint: if the file is another"),
    (SECRET, 0o644, "mode 0644", "hint: chmod 600 /"),
    (SECRET, 0o660, "mode 0660", "hint: chmod 600 /"),
    (
        "otpauth://hotp/x?secret=GEZDGNBV&counter=1",
        0o600,
        "otpauth",
        "hint: if the file is another",
    ),
];

#[test]
fn a_file_at_the_default_path_that_cannot_be_used_is_said_and_a_person_asked() {
    for (content, mode, reason, hint) in NO_SECRETS {
        let person = Person::with("");
        let path = person.home.write(".aws-mfa", content);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        let run = person.log_in_without_a_terminal().run();
        run.failure(1).complains(reason).complains(hint);
        run.complains_times(1, reason);
        assert!(person.aws.requests().is_empty());
        let said = person.is_asked("");
        assert!(said.contains(reason) && said.contains(hint), "{said}");
        assert_eq!(said.matches(reason).count(), 1, "{said}");
        for secret in ["hunter2", &SECRET[..8]] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

/// Nobody can be asked, and a YubiKey needs nobody.
#[test]
#[cfg(target_os = "linux")]
fn without_a_terminal_a_yubikey_replaces_an_unusable_file() {
    let person = Person::with("");
    person.home.write(".aws-mfa", "{}");
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let run = asked_in_time(|| {
        let run = person.log_in_without_a_terminal();
        run.env("PCSCLITE_CSOCK_NAME", pcscd.socket()).run()
    });
    run.success();
    assert_eq!(run.stderr, "");
}

#[test]
fn a_list_of_sources_is_tried_in_order() {
    let person = Person::with("mfa_source = process file\nmfa_process = exit 3");
    person.home.write(".aws-mfa", SECRET);
    person
        .log_in_without_a_terminal()
        .run()
        .success()
        .complains("could not use the source process: mfa_process failed");
    let person = Person::with("mfa_source = file,process\nmfa_process = exit 3");
    let mut terminal = person.log_in("");
    terminal.expect("no source gave an MFA code: file: there is no secret file");
    terminal.expect("process: mfa_process failed: exit status: 3");
    terminal.expect("status 1");
}

#[test]
fn verbose_says_which_source_gave_the_code() {
    let verbose = |lines: &str, prepare: &dyn Fn(&Person)| {
        let person = Person::with(lines);
        prepare(&person);
        let run = person.log_in_without_a_terminal();
        let run = run.arguments(["--verbose"]).run();
        run.success();
        assert_eq!(run.stderr.matches("gave the MFA code").count(), 1);
        run
    };
    let secret = |person: &Person| drop(person.home.write(".aws-mfa", SECRET));
    verbose("", &secret).complains("the source file gave the MFA code: the secret in ~/.aws-mfa\n");
    let code = |person: &Person| drop(person.home.write("code", person.aws.code()));
    verbose("mfa_process = cat code", &code).complains(
        "the source process gave the MFA code: the code that mfa_process prints (from ~/.aws/config:",
    );
    let person = Person::with("");
    let mut terminal = person.log_in("--verbose");
    terminal.expect(PROMPT);
    terminal.send(&format!("{}\r", person.aws.code()));
    terminal.expect("awsmfa: the source prompt gave the MFA code: the code that you type\r\n");
    let run = person.log_in_without_a_terminal();
    let code = person.aws.code_in(1);
    run.arguments(["--verbose", "-c", &code])
        .run()
        .complains("the MFA code was given: no source was asked");
}

#[test]
fn the_prompt_after_a_failed_source_can_be_left() {
    for keys in ["\u{3}", "12\u{3}", "\u{4}", "\u{1c}"] {
        let person = Person::with("mfa_process = stty -echo; exit 3");
        let mut terminal = person.log_in(">out && echo next");
        terminal.expect(PROMPT);
        assert_eq!(terminal.modes(), (true, true));
        terminal.send(keys);
        terminal.wait();
        assert_eq!(terminal.modes(), (true, true));
        assert!(!terminal.seen().contains("next"), "{}", terminal.seen());
        assert!(!terminal.seen().contains("status 0"), "{}", terminal.seen());
    }
}

#[test]
fn awsmfa_code_never_asks_for_a_code() {
    let person = Person::with("mfa_process = exit 3");
    let mut terminal = person.home.on_terminal(&[AWSMFA, "code"]);
    terminal.expect("could not get an MFA code: mfa_process failed: exit status: 3\r\n");
    terminal.wait();
    assert!(!terminal.seen().contains("MFA code for"));
}
