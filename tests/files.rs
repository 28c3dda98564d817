//! Files as they are found on people's disks: what botocore reads is read the same, what it refuses
//! is named with its line and does not hide the rest, and nothing of it is shown.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::home::{AWSMFA, Home, Run};
use crate::support::stand_in::{Options, StandIn};
use crate::support::tools::venv;

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";
const KEYS: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
const CONFIG: &str = ".aws/config";
const CREDENTIALS: &str = ".aws/credentials";

fn filled(text: &str) -> String {
    text.replace("KEYS", KEYS).replace("SERIAL", SERIAL)
}

/// A login to `dev` with more variables, and where it was made.
fn login_with(home: &Home, variables: &[(&str, &str)]) -> (Run, StandIn) {
    let aws = StandIn::start(Options::default());
    let arguments = [
        "env",
        "dev",
        "--shell",
        "sh",
        "--timeout",
        "4",
        "-c",
        &aws.code(),
    ];
    let run = home
        .awsmfa(arguments)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .envs(variables.iter().copied())
        .run();
    (run, aws)
}

fn login(home: &Home) -> Run {
    login_with(home, &[]).0
}

/// Nothing of a secret, no trace of a panic, one error.
#[track_caller]
fn discreet(run: &Run) {
    for word in ["wJalr", "hunter2", "panicked", "\u{1b}"] {
        assert!(!run.stderr.contains(word), "{}", run.story());
    }
    assert!(
        run.stderr.matches("could not").count() <= 1,
        "{}",
        run.story()
    );
}

/// Config, credentials, and the problem to be told; `dev` can be logged in to all the same.
const ODD: [(&str, &str, &str); 20] = [
    ("", "\u{feff}[dev]\nKEYS", ""),
    ("", "[dev]\r\nKEYS\r\n", ""),
    ("", "# mine\n\n;\n[dev] # mine\nKEYS", ""),
    (
        "",
        "[x]\nhunter2\n[dev]\nKEYS",
        "~/.aws/credentials:2: the line is neither a [section] nor \"key = value\"; correct it",
    ),
    (
        "",
        "aws_secret_access_key = hunter2\n[dev]\nKEYS",
        "~/.aws/credentials:1: the line stands before any [section]; put it below one",
    ),
    (
        "",
        "[x\naws_secret_access_key = hunter2\n[dev]\nKEYS",
        "~/.aws/credentials:1: the section's name has no closing ]",
    ),
    (
        "",
        "[]\naws_secret_access_key = hunter2\n[dev]\nKEYS",
        "~/.aws/credentials:1: a section without a name",
    ),
    (
        "",
        "[dev]\nKEYS[x]\na=b\n[x]\n",
        "~/.aws/credentials:6: [x] stands there a second time (first in line 4)",
    ),
    (
        "",
        "[dev]\nKEYSaws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "~/.aws/credentials:4: aws_secret_access_key stands a second time in its section (first in line 3)",
    ),
    (
        "",
        "[dev]\nKEYS  region = hunter2\n",
        "~/.aws/credentials:4: the line is indented, so it belongs to aws_secret_access_key above it",
    ),
    (
        "",
        "[x]\na = b\n  [dev]\nKEYS",
        "~/.aws/credentials:3: the section is indented",
    ),
    (
        "",
        "[dev]\nKEYS= hunter2\n",
        "~/.aws/credentials:4: the line is neither",
    ),
    (
        "",
        "[x]\na = hunter2\0\n[dev]\nKEYS",
        "~/.aws/credentials:2: the line is not UTF-8 text",
    ),
    (
        "[profile x\n",
        "[dev]\nKEYS",
        "~/.aws/config:1: the section's name has no closing ]",
    ),
    (
        "[profile 'x]\n",
        "[dev]\nKEYS",
        "~/.aws/config:1: a quote in the section's name is not closed",
    ),
    (
        "[profile two words]\n",
        "[dev]\nKEYS",
        "~/.aws/config:1: a profile name with blanks needs quotes",
    ),
    (
        "hunter2\n",
        "[dev]\nKEYS",
        "~/.aws/config:1: the line stands before any [section]",
    ),
    (
        "[services x]\nsts =\n  hunter2\n",
        "[dev]\nKEYS",
        "~/.aws/config:3: the indented line is not \"key = value\"",
    ),
    (
        "<html>\u{1b}[2Jhunter2</html>",
        "[dev]\nKEYS",
        "~/.aws/config:1: the line stands before any [section]",
    ),
    (
        "{\"a\": \"hunter2\"}",
        "[dev]\nKEYS",
        "~/.aws/config:1: the line stands before any [section]",
    ),
];

#[test]
fn a_bad_line_is_told_and_does_not_hide_the_rest() {
    for (config, credentials, problem) in ODD {
        let home = Home::new();
        home.write(CONFIG, config);
        home.write(CREDENTIALS, filled(credentials));
        let run = login(&home);
        run.success().complains(problem);
        discreet(&run);
        // The problem, once, and the device that was found.
        let lines = if problem.is_empty() { 1 } else { 2 };
        assert_eq!(run.stderr.lines().count(), lines, "{}", run.story());
    }
}

/// Where the bad line is what was looked for, the error names it, and nothing is said twice.
#[test]
fn an_error_names_the_line_that_may_have_caused_it() {
    for (credentials, cause, problem) in [
        (
            "[dev\nKEYS",
            "there is no such profile",
            "look at ~/.aws/credentials:1: the section's name has no closing ]",
        ),
        (
            "[dev]\naws_access_key_id AKIA\naws_secret_access_key hunter2\n",
            "no long-term keys in ~/.aws/credentials:1 [dev]",
            "look at ~/.aws/credentials:2: the line is neither",
        ),
        (
            "[dev]\naws_access_key_id = AKIA1\naws_secret_access_key hunter2\n",
            "~/.aws/credentials:2 [dev] aws_access_key_id has no aws_secret_access_key beside it",
            "look at ~/.aws/credentials:3: the line is neither",
        ),
        (
            "KEYS",
            "there is no such profile",
            "look at ~/.aws/credentials:1: the line stands before any [section]",
        ),
    ] {
        for quiet in [&[][..], &["--quiet"]] {
            let home = Home::new();
            home.write(CREDENTIALS, filled(credentials));
            let run = home.awsmfa(["env", "dev"]).arguments(quiet).run();
            run.failure(1)
                .complains(cause)
                .complains(problem)
                .complains("hint: ");
            discreet(&run);
            assert_eq!(run.stderr.lines().count(), 2, "{}", run.story());
        }
    }
}

#[test]
fn values_that_are_no_keys() {
    let long = "A".repeat(100_000);
    for (pair, cause) in [
        (
            "aws_access_key_id = AKIA1",
            "2 [dev] aws_access_key_id has no aws_secret_access_key beside it",
        ),
        (
            "aws_access_key_id =\naws_secret_access_key = hunter2",
            "3 [dev] aws_secret_access_key has no aws_access_key_id beside it",
        ),
        (
            "aws_access_key_id = \"AKIA1\"\naws_secret_access_key = \"hunter2\"",
            "2 [dev] aws_access_key_id is in quotes",
        ),
        (
            "aws_access_key_id = AKIA1\naws_secret_access_key = 'hunter2'",
            "3 [dev] aws_secret_access_key is in quotes",
        ),
        (
            "aws_access_key_id = AKIA1 # mine\naws_secret_access_key = hunter2",
            "2 [dev] aws_access_key_id has a character that no key has",
        ),
        (
            "aws_access_key_id = AKIA1\naws_secret_access_key = hunter2 hunter2",
            "3 [dev] aws_secret_access_key has a character that no key has",
        ),
        (
            "aws_access_key_id = AKIA\u{1b}[2J\naws_secret_access_key = hunter2",
            "2 [dev] aws_access_key_id has a character that no key has",
        ),
        (
            "aws_access_key_id = ASIA1\naws_secret_access_key = hunter2",
            "2 [dev] aws_access_key_id begins with ASIA: those keys are temporary",
        ),
        (
            "region = eu-west-1",
            "no long-term keys in ~/.aws/credentials:1 [dev]",
        ),
        (
            &format!("aws_access_key_id = {long}"),
            "2 [dev] aws_access_key_id has no",
        ),
    ] {
        let home = Home::new();
        home.write(CREDENTIALS, format!("[dev]\n{pair}\n"));
        let run = home.awsmfa(["env", "dev"]).run();
        run.failure(1)
            .complains("could not log in to profile dev: ")
            .complains(cause)
            .complains("hint: ");
        discreet(&run);
        assert!(run.stderr.len() < 600, "{}", run.story());
    }
}

#[test]
fn what_is_not_a_text_file() {
    let utf16: Vec<u8> = format!("\u{feff}[dev]\n{KEYS}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let noise: Vec<u8> = (0..=255).cycle().take(90_000).collect();
    for (content, problem) in [
        (
            utf16,
            "~/.aws/config:1: the file is UTF-16; save it as UTF-8",
        ),
        (noise, "~/.aws/config:1: the line is not UTF-8 text"),
        (
            b"[x]\na = \xff\xfehunter2\n".to_vec(),
            "~/.aws/config:2: the line is not UTF-8 text",
        ),
    ] {
        let home = Home::new();
        home.write(CREDENTIALS, format!("[dev]\n{KEYS}"));
        home.write(CONFIG, content);
        let run = login(&home);
        run.success().complains(problem);
        discreet(&run);
        assert!(run.stderr.lines().count() < 10, "{}", run.story());
    }
}

#[test]
fn ten_megabytes_and_no_end() {
    let home = Home::new();
    let junk = "hunter2\n".repeat(1_300_000);
    home.write(CREDENTIALS, format!("{junk}[dev]\n{KEYS}"));
    let run = login(&home);
    run.success()
        .complains("credentials:1: ")
        .complains("more such lines");
    discreet(&run);
    home.write(
        CREDENTIALS,
        format!("[dev]\n{KEYS}a = {}", "b".repeat(10_000_000)),
    );
    login(&home).success();
    home.write(
        CREDENTIALS,
        format!("[dev]\n{KEYS}a =\n{}", " c = d\n".repeat(1_000_000)),
    );
    login(&home).success();
}

/// A place that cannot be read is told; the other file is read all the same.
#[test]
fn what_is_not_a_file() {
    let home = Home::new();
    home.write(CREDENTIALS, format!("[dev]\n{KEYS}mfa_serial = {SERIAL}\n"));
    let fifo = home.path().join("fifo");
    home.program("mkfifo", [&fifo]).run().success();
    let fifo = fifo.display().to_string();
    for (path, problem) in [
        (
            "~/.aws",
            "~/.aws: it is a directory, not a file; name the file",
        ),
        (
            "/etc/passwd/config",
            "/etc/passwd/config: a part of the path is not a directory",
        ),
        (
            &fifo,
            "~/fifo: it is a pipe or a device from which nothing comes",
        ),
        ("/dev/zero", "/dev/zero: it is larger than 64 MiB"),
        ("/dev/null", ""),
        ("/nowhere/config", ""),
    ] {
        let (run, _) = login_with(&home, &[("AWS_CONFIG_FILE", path)]);
        run.success().complains(problem);
        assert_eq!(run.stderr.is_empty(), problem.is_empty(), "{}", run.story());
        let run = home
            .awsmfa(["env", "dev"])
            .env("AWS_SHARED_CREDENTIALS_FILE", path)
            .run();
        run.failure(1)
            .complains("there is no such profile")
            .complains(problem)
            .complains("hint: ");
        discreet(&run);
    }
}

/// As another user where root runs the tests: root may read everything.
#[test]
fn a_file_that_may_not_be_read() {
    let home = Home::new();
    home.write(CONFIG, "[profile dev]\nregion = eu-west-1\n");
    let keys = home.write(CREDENTIALS, format!("[dev]\n{KEYS}"));
    let program = home.path().join("awsmfa");
    fs::copy(AWSMFA, &program).expect("a copy that others may run");
    for path in [home.path(), &home.path().join(".aws"), &program] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    fs::set_permissions(home.path().join(CONFIG), fs::Permissions::from_mode(0o644))
        .expect("a mode");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o000)).expect("a mode");
    let run = if rustix::process::geteuid().is_root() {
        home.program(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups"],
        )
        .arguments([program.as_path(), Path::new("env"), Path::new("dev")])
        .run()
    } else {
        home.awsmfa(["env", "dev"]).run()
    };
    run.failure(1)
        .complains("no long-term keys in ~/.aws/config:1 [profile dev]")
        .complains("look at ~/.aws/credentials: you may not read it");
}

/// Config, credentials of files that botocore takes, odd as they are.
const TAKEN: [(&str, &str); 17] = [
    ("[profile dev]\nregion = eu-west-1\n", "[dev]\nKEYS"),
    ("[profile dev]\nregion:eu-west-1", "[dev]\nKEYS"),
    (
        "[profile dev]\nREGION = eu-west-1\nMFA_Serial=SERIAL\n",
        "[dev]\nKEYS",
    ),
    (
        "[profile \"dev\"]\nregion = eu-west-1\n[profile other]\nregion = eu-west-2",
        "[dev]\nKEYS",
    ),
    ("[profile 'dev']\r\nregion = eu-west-1\r\n", "[dev]\nKEYS"),
    (
        "[profile    dev]\n\n\nregion\t=\teu-west-1\t\n",
        "[dev]\nKEYS",
    ),
    ("[profile dev] ; mine\nregion = eu-west-1", "[dev]\nKEYS"),
    ("[profile dev]]\nregion = eu-west-1", "[dev]\nKEYS"),
    ("[profile dev]\rregion = eu-west-1\r", "[dev]\rKEYS"),
    ("  [profile dev]\n  region = eu-west-1\n", "[dev]\nKEYS"),
    (
        "[profile dev]\ns3 =\n  region = eu-west-2\n  # a\n\n  max = 3\nregion = eu-west-1\n",
        "[dev]\nKEYS",
    ),
    (
        "[profile dev]\ns3 =\n\tregion = eu-west-2\nregion = eu-west-1",
        "[dev]\nKEYS",
    ),
    (
        "[profile dev]\nregion = eu-west-2\n",
        "[dev]\nKEYSregion = eu-west-1\n",
    ),
    (
        "[profile dev]\nregion =\n",
        "[dev]\nKEYSregion = eu-west-1\n",
    ),
    (
        "# c\n;d\n[profile dev]\n#region = eu-west-2\n ; x\nregion = eu-west-1",
        "[dev]\n# KEYS\n\nKEYS",
    ),
    (
        "[profile dev]\nregion = eu-west-1\ncli_pager = a=b:c#d;e %s %(x)s\n",
        "[dev]\nKEYS",
    ),
    (
        "[profile d\u{e9}v]\nregion = eu-west-2\n[profile dev]\nregion = eu-west-1\n\u{fc} = \u{df}\n",
        "[dev]\nKEYS",
    ),
];

const BOTOCORE: &str = r"
import botocore.session, sys
session = botocore.session.Session(profile='dev')
config = session.full_config['profiles']['dev']
for key in ('aws_access_key_id', 'region', 'mfa_serial'):
    print(config.get(key, ''))
";

#[test]
fn what_botocore_takes_is_read_the_same() {
    for (config, credentials) in TAKEN {
        let home = Home::new();
        home.write(CONFIG, filled(config));
        home.write(CREDENTIALS, filled(credentials));
        let theirs = home.program(venv("python"), ["-c", BOTOCORE]).run();
        let (run, aws) = login_with(&home, &[]);
        assert!(
            theirs.status.success() && run.status.success(),
            "{config}{}{}",
            theirs.story(),
            run.story()
        );
        let login = aws.requests().pop().expect("a login");
        let lines: Vec<_> = theirs.stdout.lines().collect();
        let ours = [login.access_key_id.as_str(), &login.region];
        assert_eq!(ours, lines[..2], "{config}\n{credentials}");
        if lines[2].is_empty() {
            assert!(
                run.stderr.contains("AWS says that the MFA device is"),
                "{}",
                run.story()
            );
        } else {
            assert!(run.stderr.is_empty(), "{}", run.story());
        }
    }
}
