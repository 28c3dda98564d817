//! A clock that is off: told once, and AWS's followed.

use std::collections::HashSet;
use std::{fs, thread};

use super::{login, logins, short_of_patience};
#[cfg(target_os = "linux")]
use crate::support::card::{Account, Pcscd};
use crate::support::home::{Home, Run, account, account_with};
use crate::support::stand_in::{Options, Recorded, Role, StandIn};

/// The request that carries the code is refused for its time alone; the code in it is not looked
/// at, and good for the next one.
#[test]
fn a_wrong_clock_is_told_once_and_followed() {
    for (offset, words) in [(10_950, "3h 2m behind"), (-7_210, "2h ahead of")] {
        let (aws, home) = account_with(Options::ahead(offset));
        let run = login(&home, &aws.code()).run();
        run.success();
        run.complains_times(1, words);
        assert_eq!(logins(&aws), ["SignatureDoesNotMatch", "OK"]);
    }
}

const DAY: i64 = 86_400;

/// Seconds that AWS's clock is ahead of this computer's (negative: behind).
const DIFFERENCES: [i64; 12] = [
    20,
    -20,
    45,
    -45,
    600,
    -600,
    7_200,
    -7_200,
    3 * DAY,
    -3 * DAY,
    40 * DAY,
    -40 * DAY,
];

/// How the code comes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Given,
    Process,
    File,
}

/// What the code is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    SessionToken,
    /// A role for more than an hour takes the code itself.
    LongRole,
    /// A role with a base session.
    Role,
}

#[test]
fn a_wrong_clock_costs_one_request_at_most() {
    for way in [Way::Given, Way::Process, Way::File] {
        for call in [Call::SessionToken, Call::LongRole, Call::Role] {
            for configured in [true, false] {
                thread::scope(|scope| {
                    for difference in DIFFERENCES {
                        scope.spawn(move || with_a_wrong_clock(difference, way, call, configured));
                    }
                });
            }
        }
    }
}

fn with_a_wrong_clock(difference: i64, way: Way, call: Call, configured: bool) {
    let long = Role::for_two_hours("long");
    let aws = StandIn::start(Options {
        clock_offset: difference,
        roles: vec![long],
        ..Options::default()
    });
    let user = aws.user();
    let home = Home::of(&aws);
    let device = &user.devices[0];
    let secret = device.secret.as_deref().unwrap_or_default();
    let mut config = vec!["[default]".to_owned()];
    if configured {
        config.push(format!("mfa_serial = {}", device.serial_number));
    }
    match way {
        Way::Given => {}
        Way::Process => config.push("mfa_process = cat code".to_owned()),
        Way::File => drop(home.write(".aws-mfa", secret)),
    }
    home.write("code", aws.code());
    home.write(".aws/config", config.join("\n"));
    let mut login = short_of_patience(&home, "10");
    if way == Way::Given {
        login = login.arguments(["-c", &aws.code()]);
    }
    let role = "arn:aws:iam::123456789012:role/long";
    login = match call {
        Call::SessionToken => login,
        Call::LongRole => login.arguments(["--role-arn", role, "--duration", "2h"]),
        Call::Role => login.arguments(["--role-arn", role]),
    };
    let run = login.run();
    let case = format!("{difference} {way:?} {call:?} {configured}{}", run.story());
    if way == Way::File && difference.abs() > DAY {
        too_far_for_codes(&run, difference);
        return;
    }
    assert!(run.status.success(), "{case}");
    assert!(!run.stderr.contains("next one in"), "waited: {case}");
    let told = run.stderr.matches("this computer's clock ").count();
    assert_eq!(told, 1, "{case}");
    // A command's code comes while the keys are proven: that call may be refused for its time, too.
    let carries_code = |one: &Recorded| one.parameter("TokenCode").is_some();
    let proven = way == Way::Process && configured;
    let counts = aws.requests().into_iter();
    let counts = counts.filter(|one| !proven || carries_code(one));
    let failures: Vec<_> = counts.filter(|one| one.error.is_some()).collect();
    assert!(failures.len() <= 1, "{failures:?} {case}");
    // The first call without a code has shown AWS's time.
    let with_code = failures.iter().any(carries_code);
    assert!(configured || !with_code, "{failures:?} {case}");
    let accepted = aws.requests().into_iter().filter(|one| one.error.is_none());
    let codes = accepted.filter(|one| one.parameter("TokenCode").is_some());
    assert_eq!(codes.count(), 1, "{case}");
    let ledger = fs::read_to_string(home.path().join("awsmfa/used-time-steps"));
    let ledger = ledger.unwrap_or_default();
    let noted: u64 = ledger
        .trim_end()
        .rsplit_once(' ')
        .and_then(|(_, start)| start.parse().ok())
        .unwrap_or_else(|| panic!("{ledger:?} {case}"));
    assert!(noted.abs_diff(aws.now()) <= 90, "{noted} {case}");
}

/// The login has ended with the difference and what to do.
#[track_caller]
fn too_far_for_codes(run: &Run, difference: i64) {
    let (days, direction) = (difference.abs() / DAY, difference > 0);
    let direction = if direction { "behind" } else { "ahead of" };
    run.failure(1)
        .complains(&format!(
            "awsmfa: could not log in: this computer's clock seems to be {days}d {direction} AWS's: \
             awsmfa computes no MFA code for another day\n"
        ))
        .complains("hint: compare this computer's clock (`date`) and set it");
}

#[test]
fn a_typed_code_is_good_however_wrong_the_clock_is() {
    thread::scope(|scope| {
        for difference in DIFFERENCES {
            scope.spawn(move || typed_with_a_wrong_clock(difference));
        }
    });
}

fn typed_with_a_wrong_clock(difference: i64) {
    let aws = StandIn::start(Options::ahead(difference));
    let home = Home::of(&aws);
    let mut pty = home.terminal("env --shell sh --source prompt");
    pty.expect("MFA code for ");
    pty.send(&format!("{}\r", aws.code()));
    pty.succeeds();
    let told = pty.seen().matches("this computer's clock ").count();
    assert_eq!(told, 1, "{difference} {}", pty.seen());
    let logins = logins(&aws);
    assert_eq!(logins.last().map(String::as_str), Some("OK"));
    assert!(logins.len() <= 2, "{difference} {logins:?}");
}

/// The key has no clock: it is told the time step.
#[cfg(target_os = "linux")]
#[test]
fn a_yubikeys_code_is_that_of_awss_time() {
    for difference in [-20 * 3_600, -600, 45, 600, 20 * 3_600] {
        let aws = StandIn::start(Options::ahead(difference));
        let account = Account::totp(aws.serial());
        let pcscd = Pcscd::with_accounts([account]);
        let run = pcscd
            .awsmfa(&Home::of(&aws), &["env", "--shell", "sh"])
            .arguments(["--source", "yubikey"])
            .run();
        run.success();
        run.keeps_quiet_about("next one in");
        let told = run.stderr.matches("this computer's clock is ").count();
        assert_eq!(told, 1, "{}", run.story());
        assert!(logins(&aws).len() <= 2, "{}", run.story());
    }
}

/// What looks at the clock after a login: the session's end is told in AWS's time.
#[test]
fn a_clock_that_makes_the_session_look_expired_is_reported() {
    for (difference, over) in [(-3 * DAY, true), (3 * DAY, false), (-600, false)] {
        let aws = StandIn::start(Options::ahead(difference));
        let home = Home::of(&aws);
        let run = login(&home, &aws.code()).run();
        run.success();
        let told = run
            .stderr
            .contains("tools on this computer will treat the session as expired");
        assert_eq!(told, over, "{difference}{}", run.story());
        assert_eq!(run.stderr.matches("this computer's clock ").count(), 1);
    }
}

/// No session lasts for three days: the clock is behind, and the session may be over.
#[test]
fn a_session_longer_than_possible_is_renewed() {
    let (aws, home) = account();
    for (left, valid) in [(3 * DAY, false), (DAY, true)] {
        let end = aws.now().saturating_add_signed(left).to_string();
        let held = [
            ("AWSMFA_PROFILE", "default"),
            ("AWSMFA_EXPIRES_AT", &end),
            ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
            ("AWSMFA_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
        ];
        let run = login(&home, &aws.code()).envs(held).run();
        run.success();
        assert_eq!(run.stderr.contains("still valid"), valid, "{}", run.story());
    }
    assert_eq!(logins(&aws), ["OK"]);
}

/// The second terminal's clock is as wrong as the first one's, and its code is not the same.
#[test]
fn with_a_wrong_clock_no_code_is_spent_twice() {
    for difference in [-20 * 3_600, -600, 600, 20 * 3_600] {
        let (aws, home) = account_with(Options {
            clock_offset: difference,
            time_step: 2,
            // A busy machine takes longer than a step to send a request.
            steps_around: 5,
            ..Options::default()
        });
        let secret = "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=2";
        home.write(".aws-mfa", secret);
        let login = || {
            let login = short_of_patience(&home, "10");
            login.run().success();
        };
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(login);
            }
        });
        let requests = aws.requests().into_iter();
        let accepted = requests.clone().filter(|one| one.error.is_none());
        let codes = |one: Recorded| one.parameter("TokenCode").map(str::to_owned);
        let accepted: HashSet<_> = accepted.filter_map(codes).collect();
        assert_eq!(accepted.len(), 3, "{difference}");
        let refused = requests.filter(|one| one.error.as_deref() == Some("AccessDenied"));
        let refused: HashSet<_> = refused.filter_map(codes).collect();
        assert!(refused.is_disjoint(&accepted), "{difference}: {refused:?}");
    }
}
