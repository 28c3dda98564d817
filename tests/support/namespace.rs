//! Processes that do not see all of this machine: the numbers of those above them, as in a
//! container, or what is plugged into it.

use std::path::Path;
use std::process::Command;

use super::tools::left_out;

/// The words that run a program as the first process of a PID namespace: its group and its session
/// have the number 0 there. None where the machine lets nobody make one (a container in its turn).
pub fn first_process() -> Option<&'static [&'static str]> {
    const WORDS: &[&str] = &[
        "unshare",
        "--user",
        "--map-root-user",
        "--pid",
        "--kill-child",
    ];
    works(WORDS).then_some(WORDS)
}

/// The words that run a program whose mounts nobody else sees. None where the machine lets nobody mount.
pub fn own_mounts() -> Option<&'static [&'static str]> {
    const WORDS: &[&str] = &["unshare", "--user", "--map-root-user", "--mount"];
    works(WORDS).then_some(WORDS)
}

/// The words that run a program where the kernel tells of the devices in `usb/devices` of this
/// directory. None where the machine lets nobody hide its own.
pub fn with_buses(directory: &Path) -> Option<Vec<&str>> {
    let script = r#"mount --bind "$0" /sys/bus && exec "$@""#;
    let words = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        script,
    ];
    let words = [&words[..], &[directory.to_str()?]].concat();
    works(&words).then_some(words)
}

fn works(words: &[&str]) -> bool {
    let tried = Command::new(words[0])
        .args(&words[1..])
        .arg("true")
        .output();
    let status = tried.expect("unshare (util-linux) is needed").status;
    if !status.success() {
        left_out("tests of containers and of plugged-in devices (no user namespaces here)");
    }
    status.success()
}
