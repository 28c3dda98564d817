//! From the last digit to the shell code it takes one round trip: the code goes over the
//! connection that the proof of the keys has opened. Not a matter of time here but of the
//! connections' numbers: every further one hangs.

use std::thread::sleep;
use std::time::Duration;

use super::{prompt, prompt_with, type_code};
#[cfg(target_os = "linux")]
use crate::support::card::{Account, Pcscd, touchy};
use crate::support::home::{Home, account_with};
use crate::support::landing::role;
use crate::support::stand_in::{ConnectionFault, Options, Proxy, Role, StandIn};
use crate::support::wait_until;

/// More than are ever opened.
const ALL: usize = 100;

/// The proof could say something, if it did not hold its tongue while somebody is asked.
const TO_SAY_SOMETHING: Duration = Duration::from_millis(300);

fn over_tls() -> (StandIn, Home) {
    let (aws, home) = account_with(Options {
        tls: true,
        roles: vec![Role::for_two_hours("long")],
        ..Options::default()
    });
    home.write("ca.pem", aws.ca_pem());
    (aws, home)
}

/// The proof is under way or done: no further connection comes about.
fn no_other_connection(aws: &StandIn) {
    wait_until(|| aws.count("GetCallerIdentity") > 0);
    aws.fail_connections(ConnectionFault::Silence, ALL);
}

fn all_on_one_connection(aws: &StandIn, actions: &[&str]) {
    assert_eq!(aws.actions(), actions);
    assert!(aws.requests().iter().all(|request| request.connection == 1));
}

#[test]
fn a_typed_code_goes_over_the_open_connection() {
    let (aws, home) = over_tls();
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    no_other_connection(&aws);
    type_code(&mut terminal, &aws);
    all_on_one_connection(&aws, &["GetCallerIdentity", "GetSessionToken"]);
}

/// It is not given up when the code is there first. On a busy machine, the code may overtake the proof.
#[test]
fn a_code_typed_before_the_connection_is_open_waits_for_it() {
    let (aws, home) = over_tls();
    aws.fail_connections(ConnectionFault::Delay(Duration::from_secs(1)), 1);
    aws.fail_connections(ConnectionFault::Silence, ALL);
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    wait_until(|| aws.open_connections() > 0);
    type_code(&mut terminal, &aws);
    let actions = aws.actions();
    assert_eq!(actions.last().map(String::as_str), Some("GetSessionToken"));
    assert_eq!(aws.spent().len(), 1);
    assert!(aws.requests().iter().all(|request| request.connection == 1));
}

#[test]
fn a_code_for_a_long_role_goes_over_the_open_connection() {
    let (aws, home) = over_tls();
    let words = format!("--role-arn {} --duration 2h", role("long"));
    let mut terminal = prompt_with(&home, &words);
    terminal.expect(": ");
    no_other_connection(&aws);
    type_code(&mut terminal, &aws);
    all_on_one_connection(&aws, &["GetCallerIdentity", "AssumeRole"]);
}

#[test]
fn a_code_goes_over_the_open_connection_through_a_proxy() {
    let (aws, home) = over_tls();
    let proxy = Proxy::start(Some(aws.address()));
    let ca = home.path().join("ca.pem");
    let home = Home::for_user(&aws.user())
        .with("AWS_CA_BUNDLE", ca)
        .with("HTTPS_PROXY", proxy.url());
    let mut terminal = home.terminal("env --shell sh");
    terminal.expect(": ");
    no_other_connection(&aws);
    type_code(&mut terminal, &aws);
    all_on_one_connection(&aws, &["GetCallerIdentity", "GetSessionToken"]);
}

#[test]
fn the_code_after_a_wrong_one_goes_over_the_open_connection() {
    let (aws, home) = over_tls();
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    no_other_connection(&aws);
    terminal.send(&format!("{}\r", aws.wrong_code()));
    terminal.expect("AWS refused the code");
    terminal.expect(": ");
    type_code(&mut terminal, &aws);
    all_on_one_connection(
        &aws,
        &["GetCallerIdentity", "GetSessionToken", "GetSessionToken"],
    );
}

#[test]
fn a_commands_code_goes_over_the_open_connection() {
    let (aws, home) = over_tls();
    let command = "printf 'touch it: ' >/dev/tty; until [ -e code ]; do sleep 0.05; done; echo ok \
                   >/dev/tty; cat code";
    home.configure(&format!("mfa_process = {command}\n"));
    let mut terminal = prompt_with(&home, "--verbose");
    no_other_connection(&aws);
    sleep(TO_SAY_SOMETHING);
    home.write("next", aws.code());
    std::fs::rename(home.path().join("next"), home.path().join("code")).expect("the code");
    terminal.expect("status 0");
    assert!(
        terminal.seen().contains("touch it: ok\r\n"),
        "{}",
        terminal.seen()
    );
    all_on_one_connection(&aws, &["GetCallerIdentity", "GetSessionToken"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_yubikeys_code_goes_over_the_open_connection() {
    let (aws, home) = over_tls();
    aws.wait_for_room();
    let bundle = home.path().join("ca.pem");
    let pcscd = touchy("AWS");
    let words = "env --shell sh -v --source yubikey --print";
    let words: Vec<_> = words.split(' ').collect();
    let mut person = pcscd.talk(home.with("AWS_CA_BUNDLE", bundle), &words);
    person.expect("touch your YubiKey: ");
    no_other_connection(&aws);
    assert_eq!(aws.count("GetSessionToken"), 0);
    sleep(TO_SAY_SOMETHING);
    pcscd.key(0).touch();
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
    assert!(
        screen.contains("\rawsmfa: GetCallerIdentity went to"),
        "{screen}"
    );
    all_on_one_connection(&aws, &["GetCallerIdentity", "GetSessionToken"]);
}

/// A code that needs no person is its own proof.
#[test]
#[cfg(target_os = "linux")]
fn a_code_of_a_yubikey_or_file_makes_no_call_of_its_own() {
    let aws = StandIn::start(Options::default());
    let serial = aws.serial();
    let pcscd = Pcscd::with_accounts([Account::totp(&serial)]);
    let home = Home::of(&aws);
    let by_yubikey = pcscd.awsmfa(&home, &["env", "--shell", "sh", "--source", "yubikey"]);
    let run = by_yubikey.run();
    run.success();
    assert_eq!(aws.actions(), ["GetSessionToken"]);
    home.write(".aws-mfa", aws.secret());
    // A command that is done after a tenth of a second has computed it as well.
    let config = |code| format!("[default]\nmfa_process = sleep 0.1; echo {code}\n");
    for source in ["file", "process"] {
        aws.advance(60);
        home.write(".aws/config", config(aws.code()));
        let login = home.awsmfa(["env", "--shell", "sh", "--mfa-serial", &serial, "--source"]);
        let login = login.arguments([source]);
        let run = login.run();
        run.success();
        assert_eq!(aws.count("GetCallerIdentity"), 0, "{source}{}", run.story());
    }
}

/// A server that closes idle connections has closed it by the time the code is there: another one
/// is opened, and the code sent once.
#[test]
fn a_connection_that_was_closed_is_not_used() {
    let (aws, home) = over_tls();
    aws.close_idle_connections_after(Duration::from_millis(500));
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    wait_until(|| aws.count("GetCallerIdentity") == 1 && aws.open_connections() == 0);
    aws.close_idle_connections_after(Duration::from_mins(1));
    type_code(&mut terminal, &aws);
    assert_eq!(aws.actions(), ["GetCallerIdentity", "GetSessionToken"]);
    assert_eq!(aws.requests()[1].connection, 2);
}

/// Who fetches a phone finds a connection that is young enough: it is replaced by the next one before
/// AWS would close it, without a request.
#[test]
fn the_connection_is_replaced_while_the_prompt_waits() {
    let (aws, home) = over_tls();
    // As AWS's servers are said to do.
    aws.close_idle_connections_after(Duration::from_secs(20));
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    wait_until(|| aws.newest_connection() == 3 && aws.open_connections() == 1);
    type_code(&mut terminal, &aws);
    assert_eq!(aws.actions(), ["GetCallerIdentity", "GetSessionToken"]);
    assert_eq!(aws.requests()[1].connection, 3);
}

/// The look-up of the device has asked STS and then IAM: it is the connection to STS that is kept.
#[test]
fn the_connection_to_sts_is_replaced_after_a_look_up_at_iam() {
    let (aws, home) = account_with(Options::default());
    home.write(".aws/config", "");
    let iam = aws.endpoint().replace("127.0.0.1", "localhost");
    let home = home.with("AWS_ENDPOINT_URL_IAM", iam);
    let mut terminal = home.terminal("env --shell sh");
    terminal.expect(": ");
    wait_until(|| aws.newest_connection() == 3 && aws.open_connections() == 2);
    type_code(&mut terminal, &aws);
    assert_eq!(
        aws.actions(),
        ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]
    );
    assert_eq!(aws.requests()[2].connection, 3);
}
