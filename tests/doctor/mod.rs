//! `doctor`: what is wrong, in one line each, with file, line and what to type; and nothing else.

#[cfg(target_os = "linux")]
mod card;
mod machine;
mod output;
mod permissions;
mod shells;
