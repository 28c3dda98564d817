//! The Debian package, built by cargo-deb from the release binary, installed and used below a
//! directory, and removed. `make check` builds the binary.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use tempfile::TempDir;

use super::install::FILES;
use super::{completes_in_shells, listing, made, serves_a_terminal};
use crate::support::home::{Home, Run};

/// What the package has besides that.
const DOCUMENTS: [&str; 3] = [
    "share/doc/awsmfa/README.md",
    "share/doc/awsmfa/changelog.gz",
    "share/doc/awsmfa/copyright",
];

/// The package that the README's line installs.
static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| made("deb", "apt"));

/// A directory that dpkg takes for a system with nothing in it.
struct System {
    home: Home,
    root: TempDir,
}

impl System {
    fn new() -> Self {
        let (home, root) = (Home::new(), TempDir::new().expect("a directory"));
        for directory in ["info", "updates", "triggers"] {
            fs::create_dir_all(root.path().join("var/lib/dpkg").join(directory))
                .expect("a directory");
        }
        fs::write(root.path().join("var/lib/dpkg/status"), "").expect("a file");
        Self { home, root }
    }

    /// dpkg as any user; what the package depends on is the system's outside.
    fn dpkg<const N: usize>(&self, arguments: [&str; N]) -> Run {
        let log = format!("--log={}", self.home.path().join("log").display());
        let run = self
            .home
            .program(
                "dpkg",
                [format!("--root={}", self.root.path().display()), log],
            )
            .arguments(["--force-not-root", "--force-bad-path", "--force-depends"])
            .arguments(arguments)
            .run();
        run.success();
        run
    }

    fn files(&self) -> Vec<String> {
        let usr = self.root.path().join("usr");
        if usr.exists() {
            listing(&usr)
        } else {
            Vec::new()
        }
    }
}

/// The name that a file of the package has below PREFIX after `make install`.
fn plain(file: &str) -> String {
    let file = file
        .replace("share/zsh/vendor-completions/", "share/zsh/site-functions/")
        .replace("lib/systemd/user/", "share/systemd/user/");
    match file.strip_suffix(".gz") {
        Some(page) if page.starts_with("share/man/") => page.to_owned(),
        _ => file,
    }
}

#[test]
fn the_package_is_installed_used_and_removed() {
    let system = System::new();
    system.dpkg(["--install", PACKAGE.to_str().expect("a UTF-8 path")]);

    let files = system.files();
    assert!(
        files
            .iter()
            .any(|file| file == "share/man/man7/awsmfa.7.gz"),
        "{files:?}"
    );
    let (documents, others): (Vec<_>, Vec<_>) = files
        .iter()
        .partition(|file| file.starts_with("share/doc/"));
    assert_eq!(documents, DOCUMENTS.iter().collect::<Vec<_>>());
    let mut others: Vec<_> = others.into_iter().map(|file| plain(file)).collect();
    others.sort();
    assert_eq!(others, FILES);

    let usr = system.root.path().join("usr");
    serves_a_terminal(&usr);
    completes_in_shells(&usr, "zsh/vendor-completions");

    system.dpkg(["--remove", "awsmfa"]);
    assert!(system.files().is_empty(), "{:?}", system.files());
    assert!(!system.root.path().join("usr/share/awsmfa").exists());
}

#[test]
fn the_package_says_what_it_needs() {
    let field = |name: &str| {
        let run = Home::new()
            .program("dpkg-deb", ["--field"])
            .arguments([PACKAGE.as_os_str(), name.as_ref()])
            .run();
        run.success().stdout.trim().to_owned()
    };
    assert_eq!(field("Package"), "awsmfa");
    assert_eq!(field("Version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(field("Section"), "utils");
    assert_eq!(field("Recommends"), "ca-certificates, libpcsclite1, pcscd");
    // Nothing but the C library: libpcsclite is looked for when a YubiKey is asked.
    for needed in field("Depends").split(", ") {
        assert!(needed.starts_with("libc6 "), "{needed}");
    }
}

/// No script of the package enables the agent, or does anything else.
#[test]
fn the_package_runs_nothing() {
    let directory = TempDir::new().expect("a directory");
    let control = directory.path().join("control");
    let run = Home::new()
        .program("dpkg-deb", ["--control"])
        .arguments([&*PACKAGE, &control])
        .run();
    run.success();
    assert_eq!(listing(&control), ["control"]);
}
