//! The wheel, built by maturin round the release binary, installed into a virtual environment, used and
//! removed. `make check` builds the binary.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::install::FILES;
use super::{
    PROJECT, completes_in_shells, listing, path_with, release_binary, serves_a_terminal, target,
};
use crate::support::home::Home;
use crate::support::pages::{README, block_with};

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
    reason = "cargo wants the home of whoever runs the tests"
)]
fn build() -> PathBuf {
    let (target, binary) = (target(), release_binary());
    let mut command = Command::new("make");
    command
        .args(["--no-print-directory", "-C", PROJECT, "-o"])
        .arg(&binary)
        .arg("wheel")
        .env("CARGO_TARGET_DIR", target);
    // But for what cargo and make tell a test, cargo would build everything again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let told = ["CARGO_MANIFEST_", "CARGO_PKG_", "MAKE"];
        if told.iter().any(|start| name.starts_with(start)) {
            command.env_remove(&*name);
        }
    }
    let output = command.output().expect("make");
    let story = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{story}");
    let is_just_built = std::env::var_os("AWSMFA_EVERY_TEST").is_some();
    assert!(!is_just_built || !story.contains("Compiling"), "{story}");
    let wheels = target.join("wheels");
    let start = format!("{NAME}-py3-none-");
    let mut found = listing(&wheels).into_iter();
    let name = found.find(|file| file.starts_with(&start));
    wheels.join(name.expect("a wheel of this version"))
}

/// The line of the README and the manual, with pip of the virtual environment for pipx.
fn install(home: &Home, venv: &Path) {
    LazyLock::force(&WHEEL);
    let line = block_with("make wheel && ");
    assert!(README.contains(&format!("`{line}`")), "the README's line");
    let pipx = home.write("bin/pipx", "#!/bin/sh\nexec \"$PIP\" \"$@\"\n");
    let make = home.write("bin/make", "#!/bin/sh\n");
    for program in [pipx, make] {
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("a program");
    }
    symlink(target(), home.path().join("target")).expect("a link");
    let run = home.program("sh", ["-c", &line]);
    run.env("PATH", path_with(home, &home.path().join("bin")))
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
