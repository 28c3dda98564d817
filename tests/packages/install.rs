//! `make install` and `make uninstall`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{PROJECT, completes_in_shells, listing, serves_a_terminal};
use crate::support::home::{AWSMFA, Home, Run};

/// All that is installed, below PREFIX.
pub(super) const FILES: &[&str] = &[
    "bin/awsmfa",
    "share/awsmfa/awsmfa-agent.plist",
    "share/awsmfa/awsmfa.bash",
    "share/awsmfa/awsmfa.elv",
    "share/awsmfa/awsmfa.fish",
    "share/awsmfa/awsmfa.nu",
    "share/awsmfa/awsmfa.ps1",
    "share/awsmfa/awsmfa.sh",
    "share/awsmfa/awsmfa.xsh",
    "share/awsmfa/awsmfa.zsh",
    "share/bash-completion/completions/aws-mfa-on -> awsmfa",
    "share/bash-completion/completions/awsmfa",
    "share/elvish/lib/awsmfa.elv",
    "share/fish/vendor_completions.d/aws-mfa-on.fish -> awsmfa.fish",
    "share/fish/vendor_completions.d/awsmfa.fish",
    "share/man/man1/awsmfa-accounts.1",
    "share/man/man1/awsmfa-agent-forget.1",
    "share/man/man1/awsmfa-agent-start.1",
    "share/man/man1/awsmfa-agent-status.1",
    "share/man/man1/awsmfa-agent-stop.1",
    "share/man/man1/awsmfa-agent.1",
    "share/man/man1/awsmfa-code.1",
    "share/man/man1/awsmfa-completions.1",
    "share/man/man1/awsmfa-console.1",
    "share/man/man1/awsmfa-credentials.1",
    "share/man/man1/awsmfa-doctor.1",
    "share/man/man1/awsmfa-enroll.1",
    "share/man/man1/awsmfa-env.1",
    "share/man/man1/awsmfa-exec.1",
    "share/man/man1/awsmfa-init.1",
    "share/man/man1/awsmfa-list.1",
    "share/man/man1/awsmfa-off.1",
    "share/man/man1/awsmfa-plan.1",
    "share/man/man1/awsmfa-resync.1",
    "share/man/man1/awsmfa-rotate.1",
    "share/man/man1/awsmfa-scrub.1",
    "share/man/man1/awsmfa-ssh.1",
    "share/man/man1/awsmfa-status.1",
    "share/man/man1/awsmfa.1",
    "share/man/man7/awsmfa-agent.7",
    "share/man/man7/awsmfa-install.7",
    "share/man/man7/awsmfa-migration.7",
    "share/man/man7/awsmfa-recipes.7",
    "share/man/man7/awsmfa-troubleshooting.7",
    "share/man/man7/awsmfa.7",
    "share/nushell/vendor/autoload/awsmfa-completions.nu",
    "share/systemd/user/awsmfa-agent.service",
    "share/xonsh/vendor_completions/aws-mfa-on.py -> awsmfa.py",
    "share/xonsh/vendor_completions/awsmfa.py",
    "share/zsh/site-functions/_awsmfa",
];

/// `make GOAL` with the program under test instead of the release binary, which is not built for it.
pub(super) fn make(home: &Home, goal: &str, settings: &[String]) -> Run {
    let run = home
        .program("make", ["--no-print-directory", "-C", PROJECT])
        .arguments(["-o", AWSMFA, goal, &format!("BINARY={AWSMFA}")])
        .arguments(settings)
        .run();
    run.success();
    run
}

/// A root with a blank in its name, and what is installed there.
pub(super) fn installed(home: &Home) -> (Vec<String>, PathBuf) {
    let root = home.path().join("a root");
    let settings = vec![
        format!("DESTDIR={}", root.display()),
        "PREFIX=/opt/awsmfa".to_owned(),
    ];
    make(home, "install", &settings);
    (settings, root.join("opt/awsmfa"))
}

pub(super) fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn install_and_uninstall_change_exactly_these_files() {
    let home = Home::new();
    let (settings, prefix) = installed(&home);
    assert_eq!(listing(&prefix), FILES);
    assert_eq!(mode(&prefix.join("bin/awsmfa")), 0o755);
    assert_eq!(mode(&prefix.join("share/awsmfa/awsmfa.zsh")), 0o644);

    // Again over what is there, then everything goes but what is not ours.
    make(&home, "install", &settings);
    assert_eq!(listing(&prefix), FILES);
    home.write("a root/opt/awsmfa/bin/other", "");
    make(&home, "uninstall", &settings);
    assert_eq!(listing(&prefix), ["bin/other"]);
    assert!(!prefix.join("share/awsmfa").exists());
    assert!(prefix.join("share/zsh/site-functions").exists());
    make(&home, "uninstall", &settings);
}

#[test]
fn a_file_of_the_users_in_our_directory_stays() {
    let home = Home::new();
    let (settings, prefix) = installed(&home);
    home.write("a root/opt/awsmfa/share/awsmfa/mine", "");
    make(&home, "uninstall", &settings);
    assert_eq!(listing(&prefix), ["share/awsmfa/mine"]);
}

/// A shell that does not expand the `~` of `PREFIX=~/.local` hands it on.
#[test]
fn a_tilde_in_prefix_is_the_home() {
    let home = Home::new();
    let settings = ["PREFIX=~/.local".to_owned()];
    make(&home, "install", &settings);
    assert_eq!(listing(&home.path().join(".local")), FILES);
    assert!(!Path::new(PROJECT).join("~").exists());
    make(&home, "uninstall", &settings);
    assert!(listing(home.path()).is_empty());
}

#[test]
fn an_installed_program_works() {
    let home = Home::new();
    let (_, prefix) = installed(&home);
    serves_a_terminal(&prefix);
    completes_in_shells(&prefix, "zsh/site-functions");
    for page in FILES.iter().filter(|file| file.starts_with("share/man/")) {
        let path = prefix.join(page);
        let run = home
            .program("mandoc", ["-T", "utf8"])
            .arguments([&path])
            .run();
        let title = path
            .file_stem()
            .expect("a page")
            .to_string_lossy()
            .to_uppercase();
        let header = format!("{title}({}) ", &page[page.len() - 1..]);
        assert!(
            run.success().stdout.starts_with(&header),
            "{page}{}",
            run.story()
        );
    }
}
