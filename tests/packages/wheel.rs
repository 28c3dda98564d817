//! The wheel, built by maturin round the release binary, installed into a virtual environment, used and
//! removed. `make check` builds the binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::install::FILES;
use super::{
    completes_in_shells, listing, package, release_binary, serves_a_terminal, target,
    the_readmes_line,
};
use crate::support::home::Home;

const NAME: &str = concat!("awsmfa_cli-", env!("CARGO_PKG_VERSION"));

/// All tests use it: a second run of `make` would write where the first one reads.
static WHEEL: LazyLock<PathBuf> = LazyLock::new(|| {
    let first = fs::read(build()).expect("the wheel");
    let wheel = build();
    assert!(
        fs::read(&wheel).ok() == Some(first),
        "two wheels of the same files differ"
    );
    wheel
});

/// `make wheel`. cargo has built the binary with the same settings, and does not build it again.
#[expect(
    clippy::disallowed_methods,
    reason = "tests/runner.sh says whether all is built"
)]
fn build() -> PathBuf {
    let story = package("wheel");
    let is_just_built = std::env::var_os("AWSMFA_EVERY_TEST").is_some();
    assert!(!is_just_built || !story.contains("Compiling"), "{story}");
    let wheels = target().join("wheels");
    let start = format!("{NAME}-py3-none-");
    let mut found = listing(&wheels).into_iter();
    let name = found.find(|file| file.starts_with(&start));
    wheels.join(name.expect("a wheel of this version"))
}

/// The line of the README and the manual, with pip of the virtual environment for pipx.
fn install(home: &Home, venv: &Path) {
    LazyLock::force(&WHEEL);
    the_readmes_line(home, "make wheel && ", &[("pipx", "exec \"$PIP\" \"$@\"")])
        .env("PIP", venv.join("bin/pip"))
        .env("PIP_NO_INDEX", "1")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .run()
        .success();
}

fn files(venv: &Path) -> BTreeSet<String> {
    listing(venv).into_iter().collect()
}

#[test]
fn the_wheel_is_installed_used_and_removed() {
    let home = Home::new();
    let venv = home.path().join("an environment");
    home.program("python3", ["-m", "venv"])
        .arguments([&venv])
        .run()
        .success();
    let before = files(&venv);

    install(&home, &venv);
    let installed = files(&venv);
    let (others, mut added): (Vec<_>, Vec<_>) = installed
        .difference(&before)
        .map(String::as_str)
        .filter(|file| !file.contains("/__pycache__/")) // pip compiles xonsh's completions
        .partition(|file| file.contains(&format!("/{NAME}.dist-info/")));
    added.sort_unstable();
    let copies = FILES.iter().filter_map(|file| file.split(" -> ").next());
    assert_eq!(added, copies.collect::<Vec<_>>());
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let is_there = others.iter().any(|file| file.ends_with(license));
        assert!(is_there, "{others:?}");
    }

    // The same bytes as from any other way of installing.
    let program = venv.join("bin/awsmfa");
    assert!(fs::read(&program).ok() == fs::read(release_binary()).ok());
    let run = home.program(&program, ["init", "bash", "--no-warnings"]);
    assert!(run.run().success().stdout.contains("aws-mfa-on"));
    serves_a_terminal(&venv);
    completes_in_shells(&venv, "zsh/site-functions");

    let pip = home.program(venv.join("bin/pip"), ["uninstall", "--yes", "awsmfa-cli"]);
    let run = pip.env("PYTHONDONTWRITEBYTECODE", "1").run();
    run.success();
    assert_eq!(files(&venv), before);
}

/// `PyPI` shows it.
#[test]
fn the_wheel_says_what_cargo_says() {
    let read = "import sys, zipfile\n\
                wheel = zipfile.ZipFile(sys.argv[1])\n\
                print(wheel.read(sys.argv[2] + '.dist-info/METADATA').decode())\n";
    let home = Home::new();
    let run = home
        .program("python3", ["-c", read])
        .arguments([WHEEL.as_os_str(), NAME.as_ref()])
        .run();
    let said: Vec<_> = run.success().stdout.lines().collect();
    for line in [
        "Name: awsmfa-cli",
        concat!("Version: ", env!("CARGO_PKG_VERSION")),
        concat!("Summary: ", env!("CARGO_PKG_DESCRIPTION")),
        concat!("License: ", env!("CARGO_PKG_LICENSE")),
        concat!("Project-URL: Source Code, ", env!("CARGO_PKG_REPOSITORY")),
    ] {
        assert!(said.contains(&line), "{line}: {said:#?}");
    }
    let needs = said.iter().any(|line| line.starts_with("Requires-Dist"));
    assert!(!needs, "{said:#?}");
}
