//! The stand-in as a program: `cargo run --example sts-stand-in -- [--tls] [--ahead SECONDS]`.
//!
//! With `--next-code` it is the user's phone instead: it prints the code that is due next (the
//! stand-in takes it already, and nothing has used it yet) and ends.
//!
//! Otherwise it prints what a user needs as `name=value` lines, then one line per request on stderr. Ends
//! when it is told to, or by itself after ten minutes, so that nothing is ever left behind.

#![allow(
    clippy::too_many_lines,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    reason = "a test program"
)]

#[path = "mod.rs"]
mod stand_in;

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use stand_in::{Options, StandIn};

/// Quarters of a second in ten minutes.
const LIFETIME: usize = 4 * 600;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let known = |word: &String| {
        ["--tls", "--ahead", "--next-code"].contains(&word.as_str()) || word.parse::<i64>().is_ok()
    };
    if !arguments.iter().all(known) {
        eprintln!("usage: sts-stand-in [--tls] [--ahead SECONDS] | --next-code");
        return ExitCode::from(2);
    }
    let ahead = arguments.iter().position(|word| word == "--ahead");
    let ahead = ahead
        .and_then(|at| arguments.get(at + 1))
        .map(|text| text.parse());
    let aws = StandIn::start(Options {
        tls: arguments.iter().any(|word| word == "--tls"),
        clock_offset: ahead.map_or(0, |seconds| seconds.expect("--ahead takes seconds")),
        ..Options::default()
    });
    if arguments.iter().any(|word| word == "--next-code") {
        println!("{}", aws.code_in(1));
        return ExitCode::SUCCESS;
    }
    introduce(&aws);
    let mut shown = 0;
    for _ in 0..LIFETIME {
        for request in aws.requests().into_iter().skip(shown) {
            shown += 1;
            eprintln!(
                "{} {} by {}: {}",
                request.service,
                request.action,
                request.access_key_id,
                request.error.as_deref().unwrap_or("OK")
            );
        }
        thread::sleep(Duration::from_millis(250));
    }
    ExitCode::SUCCESS
}

fn introduce(aws: &StandIn) {
    let user = aws.user();
    println!("endpoint={}", aws.endpoint());
    println!("access_key_id={}", user.keys[0].id);
    println!("secret_access_key={}", user.keys[0].secret);
    println!("mfa_serial={}", user.devices[0].serial_number);
    println!(
        "mfa_secret={}",
        user.devices[0].secret.as_deref().unwrap_or_default()
    );
}
