//! One test binary, black-box: a file per promise, `support/` for what they stand on.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]
#![allow(clippy::too_many_lines, reason = "a test's table may be long")]

mod agent;
mod bases;
mod cast;
mod clients;
mod code;
mod compatible;
mod completions;
mod console;
#[cfg(target_os = "linux")]
mod costs;
mod credentials;
mod directories;
mod doctor;
mod each;
mod effects;
mod elvish;
mod endpoints;
mod enroll;
mod every_profile;
mod exec;
mod exported_session;
mod fallback;
mod files;
mod floors;
#[cfg(target_os = "linux")]
mod foreign_shells;
#[cfg(target_os = "linux")]
mod fresh_account;
mod given;
mod held;
mod json_shells;
mod ledger;
mod list;
mod logged_in;
mod lost_answers;
#[cfg(target_os = "linux")]
mod mistakes;
mod network;
mod nushell;
#[cfg(target_os = "linux")]
mod one_code;
mod output;
mod packages;
mod panes;
mod plan;
mod profiles;
mod programs;
mod prompt;
mod proof;
mod put_off;
mod readme;
mod recipes;
mod refresh;
mod refusals;
mod renew;
mod renewal;
mod resync;
mod roles;
mod rotate;
#[cfg(target_os = "linux")]
mod scrub;
#[cfg(target_os = "linux")]
mod secrets;
mod shells;
mod sources;
#[cfg(target_os = "linux")]
mod ssh;
mod stand_in;
mod support;
#[cfg(target_os = "linux")]
mod system_calls;
mod tool_settings;
mod usage;
mod xonsh;
#[cfg(target_os = "linux")]
mod yubikey;
