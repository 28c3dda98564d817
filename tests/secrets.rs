//! Secrets go to stdout and into the socket, and nowhere else: seen by strace, and by other
//! processes of the same user.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use crate::support::home::{AWSMFA, Home, Run, account_with, copy_program};
use crate::support::shells::SHELLS;
use crate::support::stand_in::{Fault, Options, StandIn};

const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Every system call of the program and its children, its files by name, its data whole.
const STRACE: [&str; 7] = ["strace", "-f", "-y", "-s", "65536", "-o", "trace"];

/// A user with all kinds of secrets: keys that a command prints, a TOTP secret in a file.
fn user() -> (StandIn, Home) {
    user_with(Options::default())
}

fn user_with(options: Options) -> (StandIn, Home) {
    let (aws, home) = account_with(options);
    let key = &aws.user().keys[0];
    home.write(
        "keys",
        format!(
            r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}"}}"#,
            key.id, key.secret
        ),
    );
    let serial = aws.serial();
    let config = format!(
        "[profile by-command]\ncredential_process = cat {{}}\nmfa_serial = {serial}\n\
         [profile secret-by-command]\nsource_profile = by-command\n\
         mfa_secret_process = cat ~/.aws-mfa\n"
    );
    let keys = home.path().join("keys").display().to_string();
    home.write(".aws/config", config.replace("{}", &keys));
    home.write(".aws-mfa", TOTP_SECRET);
    (aws, home)
}

/// The lines of the trace but those of `env`, which shows what the shell holds.
fn trace(home: &Home) -> Vec<String> {
    let trace = fs::read(home.path().join("trace")).expect("strace is installed by `make test`");
    let trace = String::from_utf8_lossy(&trace).into_owned();
    let shows = trace.lines().find(|line| line.contains("[\"env\"]"));
    let number = shows.and_then(|line| line.split(' ').next());
    let of_env = |line: &&str| number.is_some_and(|number| line.starts_with(number));
    let lines = trace.lines().filter(|line| !of_env(line));
    lines.map(str::to_owned).collect()
}

/// The words that run a program as an unprivileged user who owns the home. Only root can look
/// into everybody's memory, and needs them.
fn as_somebody(home: &Home) -> Vec<&'static str> {
    const NOBODY: u32 = 65534;
    if !rustix::process::geteuid().is_root() {
        return Vec::new();
    }
    let own = |path: &Path| std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY));
    for name in [
        "",
        ".aws",
        ".aws/config",
        ".aws/credentials",
        "keys",
        "awsmfa",
    ] {
        own(&home.path().join(name)).expect("another owner");
    }
    vec![
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ]
}

/// The values of the session in what `env` or the program prints.
fn session_secrets(text: &str) -> Vec<String> {
    let value = |name: &str| {
        let line = text.lines().find(|line| line.contains(&format!("{name}=")));
        let value = line.and_then(|line| line.split_once('='));
        let (_, value) = value.unwrap_or_else(|| panic!("{name} in {text}"));
        value.trim_matches(['\'', ';']).to_owned()
    };
    vec![value("AWS_SECRET_ACCESS_KEY"), value("AWS_SESSION_TOKEN")]
}

/// The call of a line of strace, and the file that it works on.
fn call(line: &str) -> (&str, &str) {
    let line = line
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start();
    let resumed = line.strip_prefix("<... ").unwrap_or(line);
    let end = resumed.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let name = &resumed[..end.unwrap_or(resumed.len())];
    let file = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    (name, file.map_or("", |(file, _)| file))
}

/// Panics where one of the secrets is in a call that is neither reading nor writing into a pipe or
/// a socket. Without -v, `env` is no argument of execve's lines, so a secret there is in an argument
/// vector.
fn check(lines: &[String], secrets: &[String]) {
    let mut seen = 0;
    for line in lines {
        let Some(secret) = secrets.iter().find(|secret| line.contains(*secret)) else {
            continue;
        };
        seen += 1;
        let (name, file) = call(line);
        let reads = ["read", "readv", "pread64", "recvfrom", "recvmsg"].contains(&name);
        let writes = ["write", "writev", "sendto", "sendmsg"].contains(&name)
            && (file.starts_with("pipe:") || file.starts_with("socket:") || is_ksh93s(line));
        assert!(reads || writes, "{secret} in {name} of {file:?}: {line}");
    }
    assert!(seen > 2, "the trace shows nothing at all");
}

/// ksh93 has no pipe for `$(…)` but a file in memory that it has deleted before it is written.
fn is_ksh93s(line: &str) -> bool {
    line.contains("</dev/shm/sf") && line.contains(">(deleted), ")
}

/// What is made on disk: by the program, nothing but the ledger of used time steps.
fn check_files(lines: &[String], home: &Home) {
    let ledger = home.path().join("awsmfa");
    let own = ["used-time-steps\"", "used-time-steps.new\""];
    let makes = |line: &&String| {
        let (name, _) = call(line);
        let made = line.contains("O_CREAT") || line.contains("O_TMPFILE");
        made || [
            "mkdir",
            "mkdirat",
            "memfd_create",
            "rename",
            "renameat2",
            "link",
            "linkat",
        ]
        .contains(&name)
    };
    for line in lines.iter().filter(makes) {
        let known =
            line.contains(&*ledger.to_string_lossy()) || own.iter().any(|name| line.contains(name));
        assert!(known || line.contains("\"/dev/null\""), "{line}");
    }
}

fn strace(home: &Home, words: &[&str]) -> Run {
    let arguments: Vec<&OsStr> = STRACE[1..].iter().chain(words).map(OsStr::new).collect();
    home.program(STRACE[0], arguments).run()
}

#[test]
fn the_program_writes_secrets_to_stdout_and_the_socket_only() {
    for profile in ["default", "by-command", "secret-by-command"] {
        let (aws, home) = user();
        if profile == "default" {
            let serial = aws.serial();
            let config = format!("[default]\nmfa_process = cat code\nmfa_serial = {serial}\n");
            home.write(".aws/config", config);
            home.write("code", aws.code());
        }
        // -v: the environments of programs too.
        let words = ["-v", AWSMFA, "env", profile, "--shell", "sh", "--verbose"];
        let run = strace(&home, &words);
        let mut secrets = session_secrets(&run.success().stdout);
        secrets.extend([TOTP_SECRET.to_owned(), aws.user().keys[0].secret.clone()]);
        secrets.extend(aws.codes());
        let lines = trace(&home);
        check(&lines, &secrets);
        check_files(&lines, &home);
        let ledger = home.path().join("awsmfa/used-time-steps");
        let text = fs::read_to_string(ledger).expect("the ledger") + &run.stderr;
        assert!(
            !secrets.iter().any(|secret| text.contains(secret)),
            "{text}"
        );
    }
}

#[test]
fn no_shell_writes_a_secret_anywhere() {
    for shell in SHELLS {
        let (aws, home) = user();
        let [on, off] = shell.functions();
        // What was there before is a secret, too, and is put away and back.
        let before = "the-long-term-secret-of-before";
        let lines = [
            shell.load(),
            shell.export("AWS_SECRET_ACCESS_KEY", before),
            format!("{on} by-command"),
            "env".to_owned(),
            off.to_owned(),
        ];
        home.write("script", lines.join("\n"));
        let words: Vec<&str> = shell.words.iter().copied().chain(["script"]).collect();
        let run = strace(&home, &words);
        let mut secrets = session_secrets(&run.success().stdout);
        secrets.extend([TOTP_SECRET.to_owned(), before.to_owned()]);
        secrets.extend([aws.user().keys[0].secret.clone()]);
        secrets.extend(aws.codes());
        assert!(run.stderr.is_empty(), "{}", run.story());
        check(&trace(&home), &secrets);
    }
}

/// What AWS's answers hold is no part of a message, even where an answer cannot be used.
#[test]
fn no_message_shows_a_secret() {
    for (element, value) in [
        ("SecretAccessKey", "the secret of the answer$(id)"),
        ("SessionToken", "the secret of the answer"),
        ("Expiration", "the secret of the answer"),
        ("Credentials", "<SecretAccessKey>the secret of the answer"),
    ] {
        let (aws, home) = user();
        let fault = Fault::Replace(element, value.to_owned());
        aws.fail("GetSessionToken", fault, 2);
        let words = ["env", "by-command", "--shell", "sh", "--verbose"];
        let run = home.awsmfa(words).run();
        run.failure(1).complains("awsmfa: could not log in: ");
        run.prints("false\n");
        let mut secrets = vec![
            "the secret of the answer".to_owned(),
            TOTP_SECRET.to_owned(),
        ];
        secrets.extend([aws.user().keys[0].secret.clone()]);
        secrets.extend(aws.codes());
        let shown = secrets.iter().find(|secret| run.stderr.contains(*secret));
        assert_eq!(shown, None, "{}", run.story());
    }
}

/// At the prompt the long-term keys are in memory. Another process of the same user cannot get
/// at it; that of root can, so both are somebody else's here where root runs the tests.
#[test]
fn a_waiting_program_cannot_be_looked_into() {
    let (_aws, home) = user();
    fs::remove_file(home.path().join(".aws-mfa")).expect("a file");
    let program = home.path().join("awsmfa");
    copy_program(AWSMFA, &program);
    let somebody = as_somebody(&home);
    let program = program.display().to_string();
    let login = [&program, "env", "by-command", "--shell", "sh"];
    let words = [&["sh", "-c", "\"$@\" | cat", "sh"], &somebody[..], &login].concat();
    let mut pty = home.on_terminal(&words);
    pty.expect("MFA code for ");
    let pid = pty.find("awsmfa").expect("it waits").as_raw_nonzero();
    let refused = |words: &[&str]| {
        let words: Vec<&str> = somebody.iter().chain(words).copied().collect();
        let run = home.program(words[0], &words[1..]).run();
        assert!(!run.status.success(), "{}", run.story());
        run.complains("ermi");
    };
    for file in ["mem", "environ", "maps"] {
        refused(&["cat", &format!("/proc/{pid}/{file}")]);
    }
    refused(&["ls", &format!("/proc/{pid}/fd/")]);
    refused(&["strace", "-p", &pid.to_string()]);
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).expect("its limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.expect("a limit").split_whitespace().skip(4).collect();
    assert_eq!(words[..2], ["0", "0"]);
}

/// Freed memory is wiped, whichever library held it: what the session came in, what it was parsed
/// with, and the keys and the TOTP secret that it was asked for with.
#[test]
fn a_session_is_in_memory_once_and_what_it_was_made_from_is_not() {
    if !rustix::process::geteuid().is_root() {
        return eprintln!("left out: only root may read the memory of a program that forbids it");
    }
    for (tls, profile) in [(false, "secret-by-command"), (true, "by-command")] {
        let (aws, home) = user_with(Options {
            tls,
            ..Options::default()
        });
        home.write("ca.pem", if tls { aws.ca_pem() } else { String::new() });
        check_memory(&aws, &home, profile);
    }
}

fn check_memory(aws: &StandIn, home: &Home, profile: &str) {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/secrets/memory_of_parent.sh"
    );
    let words = [
        "exec",
        "--each",
        profile,
        "--",
        "sh",
        "-c",
        "exec \"$0\" >memory",
        script,
    ];
    home.awsmfa(words)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env("AWS_CA_BUNDLE", home.path().join("ca.pem"))
        .run()
        .success();
    let memory = fs::read(home.path().join("memory")).expect("the script has written it");
    let token = fs::read_to_string(home.path().join("token")).expect("the script has written it");
    let times = |text: &str| {
        let found = memory
            .windows(text.len())
            .filter(|window| *window == text.as_bytes());
        found.count()
    };
    assert_eq!(times(token.trim()), 1);
    assert_eq!(times(&aws.user().keys[0].secret), 0);
    assert_eq!(times(TOTP_SECRET), 0);
}
