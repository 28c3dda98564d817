//! The user's commands for keys, codes and secrets, as far as their text tells. None is run, and none
//! is shown: a secret may be in it.

use std::path::Path;

use super::Setup;
use super::finding::Finding;
use super::redacted::is_redacted;
use crate::files::own_process::is_own;
use crate::files::section::Section;
use crate::files::words;
use crate::origin::Sourced;

const CHECK: &str = "commands";

/// Run as words, without a shell.
const WITHOUT_SHELL: &str = "credential_process";
const CODE: &str = "mfa_process";
/// Run by `/bin/sh -c`.
const WITH_SHELL: [&str; 3] = [CODE, "mfa_secret_process", "mfa_yubikey_password_process"];

/// Words of sh that are no programs.
const OF_SHELL: [&str; 15] = [
    "case", "cd", "command", "eval", "exec", "export", "for", "if", "read", "set", "trap", "unset",
    "until", "wait", "while",
];

/// A program, a word of the command, the words of which one must be there, and what to do if none is.
type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

/// What prints something else than a code. From each tool's documentation.
const PRINT_MORE: [Row; 12] = [
    (
        "gopass",
        "otp",
        &["-o", "--password"],
        "gopass otp prints more than the code; add -o",
    ),
    (
        "op",
        "item",
        &["--otp"],
        "op item get prints the whole item; add --otp",
    ),
    (
        "ykman",
        "code",
        &["-s", "--single"],
        "ykman prints the account beside the code; add -s",
    ),
    (
        "vault",
        "read",
        &["-field=code", "-field"],
        "vault read prints a table; add -field=code",
    ),
    (
        "keepassxc-cli",
        "show",
        &["-t", "--totp"],
        "keepassxc-cli show prints the entry; add -t",
    ),
    (
        "nitropy",
        "get",
        &[],
        "nitropy prints more than the code; add | tail -n 1",
    ),
    ("pass", "show", &[], USE_SECRET_PROCESS),
    ("secret-tool", "lookup", &[], USE_SECRET_PROCESS),
    ("security", "find-generic-password", &[], USE_SECRET_PROCESS),
    ("gpg", "-d", &[], USE_SECRET_PROCESS),
    ("gpg", "-qd", &[], USE_SECRET_PROCESS),
    ("age", "-d", &[], USE_SECRET_PROCESS),
];

const USE_SECRET_PROCESS: &str = "the command prints what is stored, and a stored code has expired; if it prints the secret, name the \
     setting mfa_secret_process";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in &setup.sections {
        let own = section.get(WITHOUT_SHELL);
        if let Some(line) = own.filter(|line| !is_own(line.value)) {
            findings.extend(needs_shell(&line).or_else(|| missing(&line, setup)));
        }
        for line in WITH_SHELL.iter().filter_map(|key| section.get(key)) {
            findings.extend(missing(&line, setup));
            findings.extend(secret_in_arguments(&line));
        }
        findings.extend(of_code(section, setup));
    }
    findings
}

/// Pipes and variables reach the program as plain words.
fn needs_shell(line: &Sourced<&str>) -> Option<Finding> {
    let words = words::split(line.value)?;
    let is_for_shell = |word: &String| {
        matches!(word.as_str(), "|" | "||" | "&&" | ";" | ">" | "<")
            || word.starts_with("~/")
            || word.contains("$(")
            || word.contains("${")
    };
    let runs_shell = words.iter().any(|word| word == "-c" || word == "-lc");
    (!runs_shell && words.iter().any(is_for_shell)).then(|| {
        let message = format!(
            "{} has pipes, variables or ~, which only a shell understands",
            line.origin
        );
        Finding::warning(CHECK, message, "let a shell run it: sh -c '…'")
    })
}

fn missing(line: &Sourced<&str>, setup: &Setup<'_>) -> Option<Finding> {
    let environment = setup.context.environment;
    let words = words::split(line.value)?;
    let program = words.first()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/~._-+".contains(c);
    if !program.chars().all(is_plain) || OF_SHELL.contains(&program.as_str()) {
        return None;
    }
    let is_there = if program.contains('/') {
        // What a relative path leads to depends on the directory.
        let path = environment.expand(program.into());
        path.is_relative() || path.exists()
    } else {
        let path = environment.get("PATH").unwrap_or("/usr/bin:/bin");
        path.split(':')
            .any(|directory| Path::new(directory).join(program).is_file())
    };
    (!is_there).then(|| {
        let message = format!("{} names a program that is not there", line.origin);
        Finding::warning(
            CHECK,
            message,
            "install the program, or correct its path in that line",
        )
    })
}

/// `oathtool -b --totp SECRET`: every user sees the arguments of a program.
fn secret_in_arguments(line: &Sourced<&str>) -> Option<Finding> {
    is_redacted(line.value).then(|| {
        let message = format!("{} has a secret in it, which ps shows to everybody while it runs", line.origin);
        let hint = "put the secret into a file (chmod 600) that mfa_secret_file names, instead of the command";
        Finding::warning(CHECK, message, hint)
    })
}

fn of_code(section: &Section<'_>, setup: &Setup<'_>) -> Vec<Finding> {
    let Some(line) = section.get(CODE) else {
        return Vec::new();
    };
    let words = words::split(line.value).unwrap_or_default();
    let runs = |name: &str| {
        words
            .iter()
            .any(|word| word.rsplit('/').next() == Some(name))
    };
    let has = |expected: &str| words.iter().any(|word| word == expected);
    let prints_more = |(name, verb, allowed, _): &&Row| {
        runs(name) && has(verb) && !allowed.iter().any(|flag| has_flag(&words, flag))
    };
    // What a pipe makes of it cannot be seen.
    let is_piped = line.value.contains('|');
    let rows = PRINT_MORE
        .iter()
        .filter(|row| !is_piped && prints_more(row));
    let of_row = |(.., hint): &Row| {
        let message = format!("{} does not print just a code", line.origin);
        Finding::warning(CHECK, message, hint)
    };
    let mut findings: Vec<_> = rows.map(of_row).collect();
    let is_unlocked = setup.context.environment.get("BW_SESSION").is_some() || has("--session");
    findings.extend((runs("bw") && !is_unlocked).then(|| locked(&line)));
    findings
}

/// `-t` may stand in `-qt`.
fn has_flag(words: &[String], flag: &str) -> bool {
    let short = flag.strip_prefix('-').filter(|letter| letter.len() == 1);
    words.iter().any(|word| {
        let is_short = word.starts_with('-') && !word.starts_with("--");
        word == flag || is_short && short.is_some_and(|letter| word.contains(letter))
    })
}

fn locked(line: &Sourced<&str>) -> Finding {
    let message = format!(
        "{}: Bitwarden is locked, as BW_SESSION is not set",
        line.origin
    );
    Finding::warning(CHECK, message, "export BW_SESSION=\"$(bw unlock --raw)\"")
}
