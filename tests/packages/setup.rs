//! What `make` says where something is missing that it cannot install, or goes wrong.

use std::fs;
use std::os::unix::fs::symlink;

use super::{PROJECT, path_with};
use crate::support::home::{Home, Run};

/// `script/setup.sh build` where PATH leads to these programs and no others: empty ones, but `id`,
/// which answers `user`.
fn set_up(user: &str, programs: &[&str]) -> Run {
    let home = Home::new();
    for program in programs {
        home.write_program(program, "#!/bin/sh\n");
    }
    home.write_program("id", format!("#!/bin/sh\necho {user}\n"));
    for program in ["bash", "dirname", "env", "mkdir", "sh", "uname"] {
        let path = path_with(&home, home.path());
        let mut found = std::env::split_paths(&path).map(|directory| directory.join(program));
        let found = found.find(|path| path.exists()).expect(program);
        symlink(found, home.path().join(program)).expect("a link");
    }
    let path = format!("PATH={}", home.path().display());
    let script = format!("{PROJECT}/script/setup.sh");
    home.program("env", [path.as_str(), "bash", &script, "build"])
        .run()
}

#[test]
fn rust_is_named_where_it_is_missing() {
    let run = set_up("0", &["cc"]);
    run.failure(1)
        .complains("setup: Rust is missing: https://rustup.rs");
}

/// A compiler is missing, and with it what is in Debian's package of it.
#[test]
fn packages_are_named_where_they_cannot_be_installed() {
    for (user, programs) in [("1000", &["apt-get", "cargo"][..]), ("0", &["cargo"])] {
        let run = set_up(user, programs);
        run.failure(1).complains("install by hand: gcc");
    }
    set_up("0", &["apt-get", "cargo"]).success();
}

/// Whatever a registry hands out: a tool is built from the crate that the script names.
#[test]
fn a_tool_from_a_crate_with_another_checksum_is_not_built() {
    let home = Home::new();
    let script = format!("{PROJECT}/script/setup.sh");
    let text = fs::read_to_string(&script).expect("the script");
    let (_, rest) = text.split_once("install_tool cargo-deny ").expect("a tool");
    let version = rest.split(' ').next().expect("a version");
    let name = format!("cargo/registry/cache/index/cargo-deny-{version}.crate");
    home.write(&name, "another");
    for program in ["cargo", "cc"] {
        home.write_program(
            &format!("bin/{program}"),
            "#!/bin/sh\n[ \"$1\" != install ] || echo BUILT\n",
        );
    }
    let run = home
        .program("bash", [&script, "lint"])
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", home.path().join("bin").display()),
        )
        .env("CARGO_HOME", home.path().join("cargo"))
        .run();
    run.failure(1)
        .complains(".crate is not the one that this script names");
    assert!(run.stdout.is_empty(), "{}", run.story());
}

/// What fails is not forgotten over the look at the tree, which `git` calls clean here.
#[test]
fn tests_that_fail_make_make_fail() {
    let home = Home::new();
    home.write_program("git", "#!/bin/sh\n");
    for (make, status) in [("false", 2), ("true", 0)] {
        let run = home
            .program("make", ["-C", PROJECT, "-o", "tools", "test"])
            .arguments([format!("MAKE={make}")])
            .env("PATH", path_with(&home, home.path()))
            .run();
        assert_eq!(run.status.code(), Some(status), "{}", run.story());
    }
}
