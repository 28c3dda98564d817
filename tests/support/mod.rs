//! What the tests stand on.

pub mod agent;
#[cfg(target_os = "linux")]
pub mod card;
pub mod home;
pub mod json_shells;
pub mod landing;
pub mod moto;
#[cfg(target_os = "linux")]
pub mod namespace;
pub mod pages;
pub mod pty;
mod run;
pub mod screen;
pub mod shells;
pub mod signed;
pub mod source;
#[cfg(target_os = "linux")]
pub mod sshd;
pub mod stand_in;
pub mod tools;

/// Longer than anything takes on a busy machine.
const LONGEST: std::time::Duration = std::time::Duration::from_mins(1);

/// Waits for what must come.
#[track_caller]
pub fn wait_until(condition: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONGEST, "it did not come");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
