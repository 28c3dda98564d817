//! What a signal does to the programs under test, whoever runs the tests: `nohup` and the `&` of a
//! script start them with SIGHUP, or SIGINT and SIGQUIT, ignored, and a program that they start would
//! inherit that.

use std::process::Command;
use std::sync::{Arc, Once};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

/// Prints the names of the ignored ones.
pub const LIST_IGNORED: &str =
    "print join q( ), grep { ($SIG{$_} // q()) eq q(IGNORE) } sort keys %SIG";

/// To be called before a program is started. What is caught here is not ignored by it; and this
/// process does with it what it did: nothing.
pub fn ignore_none_below() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let ignored = ignored();
        for (signal, name) in [
            (SIGHUP, "HUP"),
            (SIGINT, "INT"),
            (SIGQUIT, "QUIT"),
            (SIGTERM, "TERM"),
            (SIGTSTP, "TSTP"),
        ] {
            if ignored.split(' ').any(|other| other == name) {
                signal_hook::flag::register(signal, Arc::default()).expect("a handler");
            }
        }
    });
}

/// The names of what is ignored here: a program inherits it.
fn ignored() -> String {
    let mut perl = Command::new("perl");
    let output = perl.args(["-e", LIST_IGNORED]).output();
    String::from_utf8_lossy(&output.expect("perl is needed").stdout).into_owned()
}
