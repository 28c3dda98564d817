//! Processes that do not know the numbers of those above them, as in a container.

use std::process::Command;

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
    let tried = Command::new(WORDS[0])
        .args(&WORDS[1..])
        .arg("true")
        .output();
    let tried = tried.expect("unshare (util-linux) is needed");
    tried.status.success().then_some(WORDS)
}
