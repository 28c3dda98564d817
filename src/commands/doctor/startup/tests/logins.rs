//! Which shells a line reaches: those of logins, and those that start without one.

use super::*;

#[test]
fn login_shells_and_others_both_need_it() {
    warns(
        Shell::Bash,
        &[(".bash_profile", BASH)],
        "~/.bash_profile:1 sets up aws-mfa-on in login shells only",
    );
    warns(Shell::Zsh, &[(".zprofile", ZSH)], "in login shells only");
    warns(
        Shell::Bash,
        &[
            (".bashrc", BASH),
            (".bash_profile", "true\n"),
            (".profile", PROFILE),
        ],
        "but ~/.bash_profile does not read that file",
    );
    is_fine(
        Shell::Bash,
        &[
            (".bashrc", BASH),
            (".bash_profile", ". \"${BASH_SOURCE%/*}/.bashrc\"\n"),
        ],
    );
}

/// Without a login file, `~/.bashrc` is enough only where terminals start other shells.
#[test]
fn terminals_that_log_in_need_a_login_file() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".bashrc"), BASH).unwrap();
    for terminals_log_in in [false, true] {
        let places = Places {
            home: home.path(),
            system: &home.path().join("etc"),
            terminals_log_in,
            environment: &|_| None,
        };
        let startup = Startup::read(Shell::Bash, &places);
        let findings = startup.findings(Some(&home.path().join(".local/bin")), &|| false);
        let mut messages = findings.iter().map(|finding| &finding.message);
        let warns = messages.any(|message| message.contains("login shells do not read that file"));
        assert_eq!(warns, terminals_log_in, "{findings:#?}");
    }
}
