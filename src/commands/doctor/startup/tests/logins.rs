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

/// Without a login file, `~/.bashrc` is enough only where terminals start other shells; where they start
/// login shells, a login file is enough.
#[test]
fn terminals_that_log_in_need_a_login_file() {
    let with = |file: &str, terminals_log_in| {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(file), BASH).unwrap();
        let places = Places {
            home: home.path(),
            system: &home.path().join("etc"),
            terminals_log_in,
            environment: &|_| None,
        };
        let startup = Startup::read(Shell::Bash, &places);
        let findings = startup.findings(None, &|| false);
        findings.into_iter().map(|finding| finding.line()).collect()
    };
    for (file, on_macos, elsewhere) in [
        (".bashrc", "login shells do not read that file", "ok "),
        (".bash_profile", "ok ", "in login shells only"),
        (
            ".none",
            "add to the end of ~/.bash_profile: ",
            "add to the end of ~/.bashrc: ",
        ),
    ] {
        for (terminals_log_in, expected) in [(true, on_macos), (false, elsewhere)] {
            let lines: Vec<String> = with(file, terminals_log_in);
            assert!(
                lines.iter().any(|line| line.contains(expected)),
                "{file} {lines:?}"
            );
            assert_eq!(lines.len(), 1, "{file} {lines:?}");
        }
    }
}
