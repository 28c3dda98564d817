//! The user's own commands that print a code, a password or keys: what they may print, and what
//! they may leave running.

use crate::support::home::{AWSMFA, Home, Invocation, account};
use crate::support::stand_in::StandIn;

struct Person {
    aws: StandIn,
    home: Home,
}

impl Person {
    fn with(lines: &str) -> Self {
        let (aws, home) = account();
        aws.wait_for_room();
        home.configure(&format!("{lines}\n"));
        Self { aws, home }
    }

    fn login(&self) -> Invocation {
        self.home.login("")
    }

    /// Prepares the command `sh ./leaves-a-child TEXT`.
    fn has_a_command_that_leaves_a_child(&self) {
        self.home.write("code", self.aws.code());
        let script = include_str!("programs/leaves_a_child.sh");
        self.home.write("leaves-a-child", script);
    }

    #[track_caller]
    fn was_not_kept_waiting(&self) {
        let has_ended = self.home.path().join("ended").exists();
        assert!(!has_ended, "the child was waited for");
    }
}

#[test]
fn a_child_that_a_code_command_leaves_behind_is_not_waited_for() {
    for line in [
        "mfa_process = sh ./leaves-a-child \"$(cat code)\"",
        "mfa_secret_process = sh ./leaves-a-child GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    ] {
        let person = Person::with(line);
        person.has_a_command_that_leaves_a_child();
        person.login().run().success();
        person.was_not_kept_waiting();
    }
}

#[test]
fn a_child_that_credential_process_leaves_behind_is_not_waited_for() {
    let person = Person::with("");
    let key = &person.aws.user().keys[0];
    let keys = format!(
        r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}"}}"#,
        key.id, key.secret
    );
    person.has_a_command_that_leaves_a_child();
    person.home.write(
        ".aws/credentials",
        format!("[default]\ncredential_process = sh leaves-a-child '{keys}'\n"),
    );
    let code = person.aws.code();
    person.login().arguments(["-c", &code]).run().success();
    person.was_not_kept_waiting();
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_that_a_yubikeys_password_command_leaves_behind_is_not_waited_for() {
    use crate::support::card::{Account, Config, Pcscd, Reader};
    let person = Person::with(
        "mfa_source = yubikey\nmfa_yubikey_password_process = sh ./leaves-a-child hunter2",
    );
    person.has_a_command_that_leaves_a_child();
    let pcscd = Pcscd::start(vec![Reader::yubikey(Config {
        accounts: vec![Account::totp("AWS")],
        password: Some("hunter2".to_owned()),
        ..Config::default()
    })]);
    pcscd
        .awsmfa(&person.home, &["env", "--shell", "sh"])
        .run()
        .success();
    person.was_not_kept_waiting();
}

#[test]
fn a_commands_output_of_another_shape_is_refused_and_not_shown() {
    for (printed, shape, hint) in [
        ("", "is empty", "six digits and nothing else"),
        ("\\n  \\n", "is empty", "six digits and nothing else"),
        ("12345678", "has 8 digits", "six digits and nothing else"),
        ("1234567\\n", "has 7 digits", "six digits and nothing else"),
        ("987654\\n25 s left", "has several lines", "tail -n 1"),
        (
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "looks like a secret",
            "use mfa_secret_process",
        ),
        (
            "otpauth://totp/AWS?secret=GEZDGNBV",
            "looks like a secret",
            "use mfa_secret_process",
        ),
        (
            "hunter2\\notpauth://totp/AWS?secret=GEZDGNBV",
            "looks like a secret",
            "use mfa_secret_process",
        ),
        ("\\033[1m987654\\033[0m", "has colours", "without"),
        ("Vault is locked.", "is some other text", "six digits"),
    ] {
        let person = Person::with(&format!("mfa_process = printf '{printed}'"));
        let run = person.login().run();
        run.failure(1)
            .complains("could not log in: mfa_process did not print an MFA code: its output ");
        run.complains(shape).complains("awsmfa: hint: ");
        run.complains(hint);
        assert_eq!(run.stdout, "false\n");
        for quoted in ["987654", "hunter2", "GEZD", "Vault", "1234567"] {
            run.keeps_quiet_about(quoted);
        }
        assert!(person.aws.requests().is_empty(), "{}", run.story());
    }
}

#[test]
fn a_code_may_have_a_blank_in_the_middle_wherever_it_is_given() {
    let with_blank = |person: &Person| {
        let code = person.aws.code();
        format!("{} {}", &code[..3], &code[3..])
    };
    let person = Person::with("mfa_process = cat code");
    person
        .home
        .write("code", format!("\n {}\r\n", with_blank(&person)));
    person.login().run().success();
    let person = Person::with("");
    let mut terminal = person.home.terminal("env --shell sh");
    terminal.expect("MFA code for ");
    terminal.send(&format!("{}\r", with_blank(&person)));
    terminal.succeeds();
    for way in [
        "-c",
        "-c in two words",
        "--token-code=",
        "variable",
        "word",
        "two words",
    ] {
        let person = Person::with("");
        let code = with_blank(&person);
        let halves: Vec<&str> = code.split(' ').collect();
        let login = person.login();
        let login = match way {
            "-c" => login.arguments(["-c", &code]),
            "-c in two words" => login.arguments(["-c", halves[0], halves[1], "default"]),
            "--token-code=" => login.arguments([format!("--token-code={code}")]),
            "variable" => login.env("AWSMFA_TOKEN_CODE", &code),
            "word" => login.arguments(["default", &code]),
            _ => login.arguments(halves),
        };
        login.run().success();
        assert_eq!(person.aws.codes(), [code.replace(' ', "")], "{way}");
    }
}

#[test]
fn a_given_code_of_another_shape_is_refused() {
    let person = Person::with("");
    for (given, shape) in [
        ("12345678", "this has 8 digits"),
        ("12 34 56", "this has blanks in odd places"),
        (" ", "this is empty"),
        ("hunter2", "this is some other text"),
        ("GEZDGNBVGY3TQOJQ", "this looks like a secret"),
    ] {
        let run = person.login().arguments(["--token-code", given]).run();
        run.failure(1)
            .complains(&format!("an MFA code is six digits, and {shape}"));
        assert!(given == " " || !run.stderr.contains(given));
    }
    assert!(person.aws.requests().is_empty());
}

/// It asks for a password without echo, and is killed before it can put that right.
#[test]
fn a_command_that_is_killed_leaves_the_terminal_as_it_was() {
    let asks = "sh -c 'trap : INT; stty -echo; echo asking >&2; sleep 10 & wait; wait'";
    for setting in ["mfa_process", "mfa_secret_process", "credential_process"] {
        let person = Person::with(&format!("{setting} = {asks}"));
        if setting == "credential_process" {
            person.home.write(".aws/credentials", "");
        }
        let line = format!("'{AWSMFA}' env --shell sh >/dev/null && echo next");
        let mut pty = person.home.line_on_terminal(&line);
        pty.expect("asking");
        assert_eq!(pty.modes(), (false, true), "{setting}");
        pty.send("\u{3}");
        pty.wait();
        assert_eq!(pty.modes(), (true, true), "{setting}");
        assert!(!pty.seen().contains("next"), "{}", pty.seen());
    }
}
