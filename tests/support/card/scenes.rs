//! What the tests of codes from a YubiKey share.

use std::process::ExitStatus;

use super::{Account, Pcscd, home, is_current};
use crate::support::home::{AWSMFA, Home, Invocation, Run};
use crate::support::namespace::with_buses;

/// The profile says that the code comes from a YubiKey.
pub const SOURCE: &str = "mfa_source = yubikey";

/// The same, with a command that prints the password.
pub const WITH_PASSWORD: &str = "mfa_source = yubikey\nmfa_yubikey_password_process = echo hunter2";

/// INS of CALCULATE.
pub const CALCULATE: u8 = 0xA2;

/// `awsmfa code` for this account.
pub fn code(pcscd: &Pcscd, account: &str) -> Run {
    pcscd.run(&home(SOURCE), &["code", "--yubikey-account", account])
}

/// Panics unless the run has printed the account's code, of now or a moment ago.
#[track_caller]
pub fn shows_the_code(run: &Run, account: &Account, period: u64) {
    let shown = &run.success().stdout;
    assert!(is_current(account, period, shown), "{}", run.story());
}

/// awsmfa, about to be run where nothing is plugged in as far as the kernel tells, whatever is
/// plugged into this machine.
pub fn with_nothing_plugged_in(pcscd: &Pcscd, home: &Home, arguments: &[&str]) -> Invocation {
    let run = match with_buses(home.path()) {
        Some(above) => home.program(above[0], [&above[1..], &[AWSMFA], arguments].concat()),
        None => home.awsmfa(arguments),
    };
    run.env("PCSCLITE_CSOCK_NAME", pcscd.socket())
}

/// The service has a few milliseconds to answer, which it may miss while other tests run: then the
/// same is tried again.
pub fn asked_in_time(run: impl Fn() -> Run) -> Run {
    let late = |run: &Run| run.stderr.contains("did not answer in time");
    (0..50)
        .map(|_| run())
        .find(|run| !late(run))
        .expect("the service is never in time")
}

/// A key whose account wants a touch.
pub fn touchy(id: &str) -> Pcscd {
    Pcscd::with_accounts([Account::touch(id), Account::totp("plain")])
}

/// A key with the password `hunter2`.
pub fn locked() -> Pcscd {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS"), Account::touch("Touchy:carol")]);
    pcscd
        .key(0)
        .reconfigure(|config| config.password = Some("hunter2".into()));
    pcscd
}

/// The time steps of the CALCULATE commands.
pub fn calculations(commands: &[Vec<u8>]) -> Vec<u64> {
    let calculate = commands.iter().filter(|command| command[1] == CALCULATE);
    calculate
        .map(|command| u64::from_be_bytes(command[command.len() - 8..].try_into().unwrap()))
        .collect()
}

/// By the signal or with its status: the shell ends its line in both cases.
pub fn interrupted(status: ExitStatus) -> bool {
    !status.success() && status.code() != Some(1)
}
