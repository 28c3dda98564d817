mod cli;
mod commands;
mod duration;
mod environment;
mod message;
mod mfa;
mod plan;
mod profile;
mod secret;
mod shell;
mod sts;
mod terminal;

fn main() {}
