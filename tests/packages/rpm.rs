//! The rpm package, built by cargo-generate-rpm from the release binary, unpacked and used below a
//! directory. `make check` builds the binary. (No test has a system of rpm packages.)

use std::fs;

use super::install::FILES;
use super::{completes_in_shells, listing, made, serves_a_terminal};
use crate::support::home::Home;

const DOCUMENTS: [&str; 4] = [
    "share/doc/awsmfa/CHANGELOG.md",
    "share/doc/awsmfa/README.md",
    "share/licenses/awsmfa/LICENSE-APACHE",
    "share/licenses/awsmfa/LICENSE-MIT",
];

#[test]
fn the_package_is_unpacked_and_used() {
    let home = Home::new();
    let package = made("rpm", "dnf");
    let query = |field: &str| {
        let run = home
            .program("rpm", ["--query", "--package", field])
            .arguments([&package])
            .run();
        run.success().stdout.clone()
    };
    let facts = query("--queryformat=%{NAME} %{VERSION} %{RECOMMENDS} %{PREIN}%{POSTIN}");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        facts,
        format!("awsmfa {version} ca-certificates (none)(none)")
    );
    // Nothing but the C library: PC/SC's is looked for when a YubiKey is asked.
    for needed in query("--requires").lines() {
        let known = ["libc.so", "ld-linux", "rpmlib(", "rtld("];
        assert!(
            known.iter().any(|known| needed.starts_with(known)),
            "{needed}"
        );
    }

    let unpack = "rpm2cpio \"$0\" | cpio --quiet -idm";
    let run = home.program("sh", ["-c", unpack]).arguments([&package]);
    run.run().success();
    let usr = home.path().join("usr");
    let (documents, mut others): (Vec<_>, Vec<_>) = listing(&usr)
        .into_iter()
        .map(|file| file.replace("lib/systemd/user/", "share/systemd/user/"))
        .partition(|file| file.starts_with("share/doc/") || file.starts_with("share/licenses/"));
    assert_eq!(documents, DOCUMENTS);
    others.sort();
    let copies = FILES.iter().map(|file| file.split(" -> ").next());
    assert_eq!(others, copies.flatten().collect::<Vec<_>>());
    let copy = |name: &str| fs::read(usr.join("share/bash-completion/completions").join(name)).ok();
    assert_eq!(copy("aws-mfa-on"), copy("awsmfa"));

    serves_a_terminal(&usr);
    completes_in_shells(&usr, "zsh/site-functions");
}
