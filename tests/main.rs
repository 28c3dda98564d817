//! One test binary, black-box: a file per promise, `support/` for what they stand on.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod clients;
mod completions;
mod endpoints;
mod files;
mod network;
mod profiles;
mod prompt;
mod proof;
mod readme;
mod refusals;
mod secrets;
mod shells;
mod sources;
mod stand_in;
mod support;
