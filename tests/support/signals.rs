//! What a signal does to the programs under test, whoever runs the tests: `nohup` and the `&` of a
//! script start them with SIGHUP, or SIGINT and SIGQUIT, ignored, and a program that they start would
//! inherit that.

use std::fs;
use std::sync::{Arc, Once};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

/// To be called before a program is started. What is caught here is not ignored by it; and this
/// process does with it what it did: nothing.
pub fn ignore_none_below() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let ignored = ignored();
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP] {
            if ignored & (1 << (signal - 1)) != 0 {
                signal_hook::flag::register(signal, Arc::default()).expect("a handler");
            }
        }
    });
}

/// A bit mask (bit 0: signal 1). Linux tells it; elsewhere nothing counts as ignored.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
