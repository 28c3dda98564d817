//! What the tests stand on.

pub mod agent;
#[cfg(target_os = "linux")]
pub mod card;
pub mod home;
pub mod landing;
pub mod moto;
#[cfg(target_os = "linux")]
pub mod namespace;
pub mod pages;
pub mod pty;
pub mod screen;
pub mod shells;
pub mod signed;
pub mod source;
#[cfg(target_os = "linux")]
pub mod sshd;
pub mod stand_in;
pub mod tools;
