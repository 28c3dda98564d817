//! Codes that are spent: terminals that compute theirs wait for each other, by way of the ledger.

mod unusable;

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

#[cfg(target_os = "linux")]
use crate::support::card::{Account, Config, Pcscd, Reader, touchy};
use crate::support::home::{AWSMFA, Home, Invocation, Run, account};
use crate::support::pty::Pty;
use crate::support::stand_in::{Options, StandIn, User};

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const WRONG_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJA";

const USED: &str = "this code was just used here or elsewhere; next one in ";
const REFUSED: &str = "AWS refused the code (used already?); next one in ";

/// AWS with time steps of two seconds, so that several can be waited for; and patient, because a
/// busy machine takes longer than that to send a request. Each code is good for one all the same.
fn hasty() -> StandIn {
    StandIn::start(Options {
        time_step: 2,
        steps_around: 5,
        ..Options::default()
    })
}

/// Whoever computes codes of such steps.
fn hasty_home(aws: &StandIn, secret: &str) -> Home {
    home_with(aws, secret, 2)
}

/// A home with a secret file for steps of `period` seconds.
fn home_with(aws: &StandIn, secret: &str, period: u64) -> Home {
    let home = Home::of(aws);
    home.write(".aws-mfa", uri(secret, period));
    home
}

fn uri(secret: &str, period: u64) -> String {
    format!("otpauth://totp/AWS?secret={secret}&period={period}\n")
}

/// Seconds of a time step that ends as soon as can be, but not before AWS has answered on a busy
/// machine: an answer in the next step leaves nothing to wait for.
fn ending_soon(aws: &StandIn) -> u64 {
    const ENOUGH: u64 = 5;
    let now = aws.now();
    let left = |period: &u64| period - now % period;
    let periods = (1..=600).filter(|period| left(period) >= ENOUGH);
    periods.min_by_key(left).expect("600 - now % 600, say")
}

fn login(home: &Home) -> Invocation {
    home.login("")
}

/// The same on a terminal; stdout goes to a file.
fn terminal(home: &Home) -> Pty {
    home.terminal("env --shell sh")
}

fn ledger(home: &Home) -> PathBuf {
    home.path().join("awsmfa/used-time-steps")
}

/// Three of them on real terminals; an eleventh is left with Ctrl-C, and somebody else with another
/// device waits for nobody.
#[test]
fn ten_terminals_at_once_use_ten_codes() {
    let aws = hasty();
    aws.change(|options| {
        options
            .users
            .push(User::named("bob", "AKIAIOSFODNN7EXAMPBOB"));
    });
    let home = hasty_home(&aws, SECRET);
    bobs_profile(&home, &aws);
    let mut terminals: Vec<Pty> = (0..3).map(|_| terminal(&home)).collect();
    let (runs, bob) = thread::scope(|scope| {
        let runs: Vec<_> = (0..7).map(|_| scope.spawn(|| login(&home).run())).collect();
        let bob = scope.spawn(|| login(&home).arguments(["bob"]).run());
        // Nine are before it.
        while aws.spent().is_empty() {
            thread::sleep(Duration::from_millis(10));
        }
        let mut left = terminal(&home);
        left.expect(USED);
        left.send("\u{3}");
        left.wait();
        assert!(!left.seen().contains("status 0"), "{}", left.seen());
        for terminal in &mut terminals {
            terminal.expect("status 0");
            assert!(terminal.wait().success(), "{}", terminal.seen());
        }
        let runs: Vec<Run> = runs.into_iter().map(|run| run.join().unwrap()).collect();
        (runs, bob.join().unwrap())
    });
    for run in &runs {
        run.success();
    }
    bob.success().keeps_quiet_about("next one in");
    let requests = aws.spent();
    let errors: Vec<_> = requests
        .iter()
        .filter_map(|one| one.error.clone())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let alices = requests
        .iter()
        .filter(|one| one.access_key_id != "AKIAIOSFODNN7EXAMPBOB");
    let mut codes: Vec<_> = alices
        .filter_map(|one| one.parameter("TokenCode"))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 10, "{codes:?}");
    let told = runs.iter().map(|run| run.stderr.contains(USED));
    let told = told.chain(
        terminals
            .iter()
            .map(|terminal| terminal.seen().contains(USED)),
    );
    // On a busy machine, some start so late that they have nothing to wait for.
    assert!(told.filter(|told| *told).count() >= 5);
    let text = fs::read_to_string(ledger(&home)).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
}

fn bobs_profile(home: &Home, aws: &StandIn) {
    let (credentials, config) = (".aws/credentials", ".aws/config");
    let read = |name| fs::read_to_string(home.path().join(name)).unwrap();
    let mut bob = None;
    aws.change(|options| bob = options.users.last().cloned());
    let bob = bob.unwrap();
    let (key, device) = (&bob.keys[0], &bob.devices[0].serial_number);
    let keys = format!(
        "\n[bob]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.id, key.secret
    );
    home.write(credentials, read(credentials) + &keys);
    let profile = format!("\n[profile bob]\nmfa_serial = {device}\n");
    home.write(config, read(config) + &profile);
}

/// Of whatever text stands before the seconds.
#[test]
fn the_seconds_of_a_countdown_are_seen_in_a_narrow_window() {
    for columns in [60, 40, 12] {
        let aws = StandIn::start(Options::default());
        wait_for_the_middle(&aws);
        let home = home_with(&aws, SECRET, 30);
        login(&home).run().success();
        let line = format!("stty cols {columns}; exec '{AWSMFA}' env --shell sh >/dev/null");
        let mut pty = home.line_on_terminal(&line);
        // It is cleared before the next second is shown.
        let shown = pty.expect("s\r");
        let left = shown
            .trim_end_matches("s\r")
            .rsplit(' ')
            .next()
            .expect("it");
        assert!(
            (1..=30).contains(&left.parse().expect("seconds")),
            "{shown}"
        );
        assert!(shown.trim_end().chars().count() < columns, "{shown}");
        pty.send("\u{3}");
        pty.wait();
    }
}

/// The code was used on another computer: the countdown, and the next one.
#[test]
fn a_refused_code_is_waited_out_on_the_terminal() {
    let aws = hasty();
    // The stand-in goes slower for a moment, so that the given code is that of the step in which
    // the other one is computed.
    aws.change(|options| options.time_step = 1_000_000_000);
    let period = ending_soon(&aws);
    let home = home_with(&aws, SECRET, period);
    let mut pty = terminal(&home);
    pty.expect(REFUSED);
    aws.change(|options| options.time_step = period);
    pty.succeeds();
    let outcomes: Vec<_> = aws.spent().into_iter().map(|one| one.error).collect();
    assert_eq!(outcomes, [Some("AccessDenied".to_owned()), None]);
    assert!(!pty.seen().contains("clock"), "{}", pty.seen());
}

#[test]
fn two_refused_codes_end_the_login_with_what_may_be_wrong() {
    let aws = hasty();
    let home = home_with(&aws, WRONG_SECRET, ending_soon(&aws));
    told_all(&aws, &login(&home).run(), "the secret in ~/.aws-mfa");

    let aws = hasty();
    let home = hasty_home(&aws, SECRET);
    let secret = home.write("other", uri(WRONG_SECRET, ending_soon(&aws)));
    let run = login(&home).env("AWSMFA_SECRET_FILE", &secret).run();
    let source = format!(
        "the secret in {} (from AWSMFA_SECRET_FILE)",
        secret.display()
    );
    told_all(&aws, &run, &source);
}

#[cfg(target_os = "linux")]
#[test]
fn after_the_second_refusal_the_account_on_the_yubikey_is_named() {
    told_all_of_the_account(None, &|period| format!("{period}/AWS (found by its name)"));
    told_all_of_the_account(Some("work"), &|_| {
        "work (from --yubikey-account)".to_owned()
    });
}

#[cfg(target_os = "linux")]
fn told_all_of_the_account(name: Option<&str>, account: &dyn Fn(u64) -> String) {
    let aws = hasty();
    let period = ending_soon(&aws);
    let other = |id: &str| Account {
        secret: b"another secret than AWS's".to_vec(),
        ..Account::totp(format!("{period}/{id}"))
    };
    let pcscd = Pcscd::start(vec![Reader::yubikey(Config {
        accounts: vec![other("AWS"), other("work")],
        ..Config::default()
    })]);
    let home = Home::of(&aws);
    let run = pcscd
        .awsmfa(&home, &["env", "--shell", "sh", "--source", "yubikey"])
        .arguments(
            name.map(|name| ["--yubikey-account", name])
                .into_iter()
                .flatten(),
        )
        .run();
    let source = format!("the YubiKey's account {}", account(period));
    told_all(&aws, &run, &source);
}

/// Waits for AWS's own next time step, up to 30 seconds.
#[test]
fn after_the_second_refusal_the_command_is_named() {
    let (aws, home) = account();
    let line = "mfa_process = if [ -e tried ]; then cat second; else touch tried; cat first; fi\n";
    home.configure(line);
    home.write("first", aws.wrong_code());
    home.write("second", aws.code_in(50));
    let run = login(&home).run();
    told_all(&aws, &run, "the code that mfa_process prints (from ");
}

#[track_caller]
fn told_all(aws: &StandIn, run: &Run, source: &str) {
    run.failure(1);
    run.complains("could not log in: AWS refused two MFA codes of different time steps\n");
    run.complains(&format!("awsmfa: hint: {source}"));
    let device = format!("may belong to another device than {}", aws.serial());
    run.complains(&device).complains("out of step");
    run.complains("this computer's clock agrees with AWS's");
    assert_eq!(aws.spent().len(), 2, "{}", run.story());
    run.complains_times(1, REFUSED);
}

/// A code that a person gave is used up for a terminal that computes the same one.
#[test]
fn a_code_that_was_given_is_noted() {
    let aws = StandIn::start(Options::default());
    wait_for_the_middle(&aws);
    let home = Home::of(&aws);
    login(&home).arguments(["-c", &aws.code()]).run().success();
    home.write(".aws-mfa", SECRET);
    let mut pty = terminal(&home);
    pty.expect(USED);
    pty.send("\u{3}");
    pty.wait();
    assert_eq!(aws.spent().len(), 1);
}

/// Both clocks move here: a time step must not end between the two logins.
fn wait_for_the_middle(aws: &StandIn) {
    while aws.now() % 30 > 20 {
        thread::sleep(Duration::from_millis(200));
    }
}

/// Nothing was sent, so the next login need not wait: the keys are refused before the code is
/// looked at, and a touch that never comes gives no code.
#[test]
fn a_code_that_nobody_looked_at_is_not_noted() {
    let (_aws, home) = account();
    home.write(".aws-mfa", SECRET);
    let credentials = home.path().join(".aws/credentials");
    let right = fs::read_to_string(&credentials).unwrap();
    fs::write(&credentials, format!("{}x\n", right.trim_end())).unwrap();
    login(&home).run().failure(1);
    assert_eq!(fs::read_to_string(ledger(&home)).unwrap(), "");
    fs::write(&credentials, right).unwrap();
    let run = login(&home).run();
    assert_eq!(run.success().stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_touch_that_never_comes_uses_nothing() {
    let (aws, home) = account();
    let pcscd = touchy("AWS");
    pcscd.key(0).set_touch_timeout(Duration::from_millis(300));
    let run = pcscd
        .awsmfa(&home, &["env", "--shell", "sh", "--source", "yubikey"])
        .run();
    run.failure(1)
        .complains("the YubiKey was not touched in time");
    assert!(aws.spent().is_empty());
    assert_eq!(fs::read_to_string(ledger(&home)).unwrap(), "");
}

/// The clock was far ahead once.
#[test]
fn a_time_step_in_the_future_is_removed_from_the_ledger() {
    let aws = hasty();
    let home = hasty_home(&aws, SECRET);
    for future in [aws.now() + 3_600, 99_999_999_999, u64::MAX] {
        login(&home).run().success();
        fs::write(ledger(&home), format!("{} {future}\n", aws.serial())).unwrap();
        let run = login(&home).run();
        run.success();
        let text = fs::read_to_string(ledger(&home)).unwrap();
        assert!(!text.contains(&future.to_string()), "{text}");
    }
}

/// The clock was wrong, and then the right code was used already on another computer: that is one
/// refusal and not two.
#[test]
fn a_code_of_a_wrong_time_does_not_count_as_refused() {
    let aws = hasty();
    aws.change(|options| {
        options.clock_offset = 600;
        options.time_step = 1_000_000_000;
    });
    let period = ending_soon(&aws);
    let home = home_with(&aws, SECRET, period);
    let mut pty = terminal(&home);
    pty.expect(REFUSED);
    assert_eq!(aws.spent().len(), 2, "{}", pty.seen());
    aws.change(|options| options.time_step = period);
    pty.succeeds();
    assert_eq!(aws.spent().len(), 3, "{}", pty.seen());
}
