//! Homebrew's formula and the AUR's PKGBUILD, as a release fills them in: checksums, addresses and
//! what they install. (No test has Homebrew or Arch Linux.)

use std::fmt::Write as _;
use std::fs;

use sha2::{Digest as _, Sha256};

use super::archive::{packaging, packed};
use super::{PROJECT, listing};
use crate::support::home::{AWSMFA, Home};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const ADDRESS: &str = env!("CARGO_PKG_REPOSITORY");

const LINUX: &str = "unknown-linux-gnu";
const MACOS: &str = "apple-darwin";

fn archive(cpu: &str, system: &str) -> String {
    format!("awsmfa-{VERSION}-{cpu}-{system}")
}

fn sum(cpu: &str, system: &str) -> String {
    let digest = Sha256::digest(archive(cpu, system));
    digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String");
        text
    })
}

fn address(cpu: &str, system: &str) -> String {
    let name = archive(cpu, system);
    format!("{ADDRESS}/releases/download/v{VERSION}/{name}.tar.gz")
}

/// A template, filled in with checksums that each archive alone has.
fn fill(home: &Home, template: &str) -> String {
    let sums = ["x86_64", "aarch64"]
        .into_iter()
        .flat_map(|cpu| [LINUX, MACOS].map(|system| (cpu, system)))
        .map(|(cpu, system)| format!("{}  {}.tar.gz\n", sum(cpu, system), archive(cpu, system)));
    home.write("SHA256SUMS", sums.collect::<String>());
    let template = format!("{PROJECT}/packaging/{template}");
    let run = packaging(home, "fill.sh", &[&template, "SHA256SUMS"]);
    let text = run.success().stdout.clone();
    assert!(!text.contains('@') || text.contains("[@]"), "{text}");
    text
}

/// The archive of this CPU with the program under test, unpacked into the home.
fn unpacked(home: &Home, cpu: &str, system: &str) -> String {
    let name = archive(cpu, system);
    packaging(home, "archive.sh", &[AWSMFA, &name, "."]).success();
    let run = home
        .program("tar", ["-xzf", &format!("{name}.tar.gz")])
        .run();
    run.success();
    name
}

#[test]
fn a_template_is_not_filled_in_without_every_checksum() {
    let home = Home::new();
    let line = format!(
        "{}  {}.tar.gz\n",
        sum("x86_64", LINUX),
        archive("x86_64", LINUX)
    );
    home.write("SHA256SUMS", line);
    for template in ["awsmfa.rb", "PKGBUILD"] {
        let template = format!("{PROJECT}/packaging/{template}");
        let run = packaging(&home, "fill.sh", &[&template, "SHA256SUMS"]);
        run.failure(1).complains("has no checksum of awsmfa-");
        assert!(run.stdout.is_empty(), "{}", run.story());
    }
}

#[test]
fn the_formula_installs_what_make_installs() {
    let home = Home::new();
    let formula = fill(&home, "awsmfa.rb");
    let formula = home.write("awsmfa.rb", formula);
    let directory = home.path().join(unpacked(&home, "aarch64", MACOS));
    for (system, name) in [("macos", MACOS), ("linux", LINUX)] {
        for (cpu, target) in [("arm", "aarch64"), ("intel", "x86_64")] {
            let prefix = home.path().join(format!("{system}-{cpu}"));
            fs::create_dir(&prefix).expect("a directory");
            let homebrew = format!("{PROJECT}/tests/packages/formula.rb");
            let install = "cd \"$1\" && shift && exec ruby -w \"$@\"";
            let run = home
                .program("sh", ["-c", install, "sh"])
                .arguments([
                    directory.as_os_str(),
                    homebrew.as_ref(),
                    formula.as_os_str(),
                ])
                .arguments([system.as_ref(), cpu.as_ref(), prefix.as_os_str()])
                .run();
            let said = [
                env!("CARGO_PKG_DESCRIPTION"),
                ADDRESS,
                VERSION,
                &address(target, name),
                &sum(target, name),
            ];
            assert_eq!(run.success().stdout.lines().collect::<Vec<_>>(), said);
            assert!(run.stderr.is_empty(), "{}", run.story());
            assert_eq!(listing(&prefix), packed());
        }
    }
}

/// It asks for GNU's install and a newer bash than macOS's, as Arch Linux has them.
#[test]
#[cfg(target_os = "linux")]
fn the_pkgbuild_installs_what_make_installs() {
    let home = Home::new();
    let pkgbuild = fill(&home, "PKGBUILD");
    home.write("PKGBUILD", pkgbuild);
    // What makepkg does with it: as the user, in the directory of the unpacked sources.
    let makepkg = "set -eu; srcdir=$PWD pkgdir=$PWD/pkg-$1 CARCH=$1\n\
         source ./PKGBUILD\n\
         echo \"$pkgver\" \"$pkgdesc\"\n\
         declare -n source_of=source_$1 sum_of=sha256sums_$1\n\
         echo \"${source_of[@]}\" \"${sum_of[@]}\"\n\
         package\n";
    for cpu in ["x86_64", "aarch64"] {
        unpacked(&home, cpu, LINUX);
        let run = home.program("bash", ["-c", makepkg, "bash", cpu]).run();
        let (address, sum) = (address(cpu, LINUX), sum(cpu, LINUX));
        let description = env!("CARGO_PKG_DESCRIPTION");
        run.success()
            .prints(&format!("{VERSION} {description}\n{address} {sum}\n"));
        let usr = home.path().join(format!("pkg-{cpu}/usr"));
        let is_license = |file: &String| file.starts_with("share/licenses/awsmfa-bin/LICENSE-");
        let (licenses, others): (Vec<_>, Vec<_>) = listing(&usr).into_iter().partition(is_license);
        assert_eq!(others, packed());
        assert_eq!(licenses.len(), 2, "{licenses:?}");
    }
}
