//! What is no text, no file, too large, or not for this user.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{CONFIG, CREDENTIALS, KEYS, SERIAL, discreet, login, login_with};
use crate::support::home::{AWSMFA, Home, copy_program};

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
fn large_files_are_read() {
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

/// Far more than anybody has is refused with a word, and costs neither memory nor time.
#[test]
fn oversized_files_are_refused() {
    let home = Home::new();
    home.write(CREDENTIALS, format!("[dev]\n{KEYS}mfa_serial = {SERIAL}\n"));
    let profile = |number: usize| format!("[profile p{number}]\nregion = eu-west-1\na = b\n");
    let sections: String = (0..200_000).map(profile).collect();
    let setting = |number: usize| format!("a{number} = b\n");
    let settings: String = (0..600_000).map(setting).collect();
    for (config, problem) in [
        (
            sections,
            "~/.aws/config: it has more than 500000 settings; name the right file",
        ),
        (
            format!("[default]\n{settings}"),
            "~/.aws/config: it has more than 500000 settings",
        ),
        (
            "x".repeat(25 << 20),
            "~/.aws/config: it is larger than 16 MiB; name the right file",
        ),
    ] {
        home.write(CONFIG, config);
        let script = "ulimit -v 400000; exec \"$@\"";
        let run = home
            .program("sh", ["-c", script, "sh", AWSMFA, "plan", "dev"])
            .run();
        run.success().complains(problem);
    }
}

/// As many names as are compared, each of thousands of characters.
#[test]
fn suggestions_ignore_absurdly_long_names() {
    let home = Home::new();
    let long = "n".repeat(5_000);
    let section = |number: usize| format!("[{long}{number}]\n");
    let names: String = (0..1_999).map(section).collect();
    home.write(CREDENTIALS, format!("[development]\n{KEYS}{names}"));
    let awsmfa = |name: &str| home.awsmfa(["plan", name]).run();
    awsmfa("devlopment")
        .failure(1)
        .complains("hint: did you mean development?");
    let run = awsmfa(&long);
    run.failure(1)
        .complains("hint: the profiles are: development\n");
    assert!(run.stderr.len() < 6_000, "{}", run.stderr.len());
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
            "~/fifo: nothing could be read from this pipe or device within 5 s",
        ),
        // Too large, or too slow on a busy machine.
        ("/dev/zero", "/dev/zero: it is "),
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
    copy_program(AWSMFA, &program);
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
        .complains("look at ~/.aws/credentials: you have no permission to read it");
}
