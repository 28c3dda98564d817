//! What the early call knows about the network is said beside the question, before a code is typed in
//! vain. The question stays, and so does what has been typed.

use std::thread;

use super::{SERIAL, prompt, prompt_with, type_code};
#[cfg(target_os = "linux")]
use crate::support::card::touchy;
use crate::support::home::{Home, account_with};
use crate::support::pty::Pty;
use crate::support::stand_in::http::Response;
use crate::support::stand_in::{ConnectionFault, Fault, Options, Proxy, StandIn};
use crate::support::wait_until;

fn stand_in(tls: bool) -> (StandIn, Home) {
    let (aws, home) = account_with(Options {
        tls,
        ..Options::default()
    });
    (aws, home)
}

/// The question, two digits, what is said beside them, and the question with the digits again.
#[track_caller]
fn said_beside(terminal: &mut Pty, said: &str) {
    terminal.expect(&format!("MFA code for {SERIAL}: "));
    terminal.send("12");
    let between = terminal.expect(&format!("MFA code for {SERIAL}: 12"));
    // It may come before the first digit does.
    let beside = between.strip_prefix("12").unwrap_or(&between);
    assert!(
        beside.starts_with("\r\nawsmfa: ") && beside.contains(said),
        "{between:?}"
    );
    assert_eq!(between.matches("\r\n").count(), 2, "{between:?}");
}

#[test]
fn a_network_that_does_not_lead_to_aws_is_said_beside_the_question() {
    let proxy = Proxy::answering(Some("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    let cases = [
        (
            "AWS_ENDPOINT_URL=http://127.0.0.1:1".to_owned(),
            "127.0.0.1:1 refuses the connection (check the endpoint",
        ),
        (
            "AWS_ENDPOINT_URL=https://no-such-host.invalid".to_owned(),
            "the name of no-such-host.invalid cannot be resolved (check",
        ),
        (
            format!("HTTPS_PROXY={} AWS_ENDPOINT_URL=", proxy.url()),
            "requires a valid user name and password (put them into its address",
        ),
        (
            format!(
                "HTTP_PROXY={} AWS_ENDPOINT_URL=http://sts.local",
                proxy.url()
            ),
            "requires a valid user name and password (put them into its address",
        ),
    ];
    thread::scope(|scope| {
        for (variables, said) in &cases {
            scope.spawn(move || {
                let (_aws, home) = stand_in(false);
                let mut terminal = with_variables(&home, variables);
                said_beside(&mut terminal, said);
                terminal.send("3456\r");
                terminal.expect("could not log in: ");
                terminal.expect("status 1");
                let seen = terminal.seen();
                assert!(!seen.contains("six digits"), "{seen}");
                assert_eq!(seen.matches(said).count(), 1, "{seen}");
                // Beside the question and at the end, and not with each retry.
                let (cause, _) = said.split_once(" (").expect("a hint");
                assert_eq!(seen.matches(cause).count(), 2, "{seen}");
            });
        }
    });
}

/// A machine that takes every connection and is not AWS.
#[test]
fn whatever_is_not_aws_is_said_beside_the_question() {
    let moved = Response::xml(302, "").header("Location", "http://login.example/");
    let cases = [
        (
            Fault::Silence,
            " did not answer within 1s (check the network connection",
        ),
        (Fault::Foreign(moved), " (HTTP 302) does not come from AWS"),
        (Fault::Raw(b"SSH-2.0-OpenSSH_9\r\n"), " is not HTTP (check"),
    ];
    for (fault, said) in cases {
        let (aws, home) = stand_in(false);
        aws.fail("GetCallerIdentity", fault, 100);
        let words = "--timeout 1 --connect-timeout 1";
        let mut terminal = prompt_with(&home, words);
        said_beside(&mut terminal, said);
        terminal.send("\u{3}");
        terminal.wait();
    }
}

fn with_variables(home: &Home, variables: &str) -> Pty {
    let program = crate::support::home::AWSMFA;
    let line = format!("{variables} '{program}' env --shell sh >out; echo status $?");
    home.line_on_terminal(&line)
}

#[test]
fn a_certificate_that_is_not_trusted_is_said_beside_the_question() {
    let (_aws, home) = stand_in(true);
    let (other, _) = stand_in(true);
    home.write("ca.pem", other.ca_pem());
    let mut terminal = prompt(&home);
    said_beside(&mut terminal, "the certificate of 127.0.0.1");
    // The bundle is read again for no other connection: the login reports it.
    terminal.send("3456\r");
    terminal.expect("could not log in: the certificate of 127.0.0.1");
    terminal.expect("status 1");
}

/// What was wrong may be mended before the code is there.
#[test]
fn a_network_that_comes_back_serves_the_login() {
    let (aws, home) = stand_in(true);
    home.write("ca.pem", aws.ca_pem());
    aws.fail_connections(ConnectionFault::Close, 4);
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    terminal.expect("the connection to 127.0.0.1");
    terminal.expect(&format!("MFA code for {SERIAL}: "));
    type_code(&mut terminal, &aws);
    assert_eq!(aws.count("GetSessionToken"), 1);
}

/// The keys are proven, and the network goes away while the person looks for the phone.
#[test]
fn a_network_that_is_lost_at_the_prompt_is_said_and_used_again_once_it_is_back() {
    let (aws, home) = stand_in(true);
    home.write("ca.pem", aws.ca_pem());
    let mut terminal = prompt(&home);
    terminal.expect(&format!("MFA code for {SERIAL}: "));
    wait_until(|| aws.count("GetCallerIdentity") == 1);
    aws.fail_connections(ConnectionFault::Close, 4);
    terminal.expect("\r\nawsmfa: the connection to 127.0.0.1");
    terminal.expect(&format!("\r\nMFA code for {SERIAL}: "));
    type_code(&mut terminal, &aws);
    assert_eq!(aws.actions(), ["GetCallerIdentity", "GetSessionToken"]);
}

#[test]
fn quiet_says_nothing_beside_the_question() {
    let (aws, home) = stand_in(false);
    let mut terminal = prompt_with(&home, "--quiet --connect-timeout 1");
    terminal.expect(&format!("MFA code for {SERIAL}: "));
    type_code(&mut terminal, &aws);
    assert_eq!(terminal.seen().matches("MFA code for").count(), 1);
}

#[test]
fn a_half_typed_code_can_be_given_up_all_the_same() {
    for (key, status) in [("\u{4}", "status 130"), ("\u{3}", "^C")] {
        let (aws, home) = stand_in(false);
        let variables = "AWS_ENDPOINT_URL=http://127.0.0.1:1";
        let mut terminal = with_variables(&home, variables);
        said_beside(&mut terminal, "refuses the connection");
        terminal.send(key);
        terminal.expect(status);
        terminal.wait();
        assert_eq!(aws.count("GetSessionToken"), 0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_network_failure_is_shown_beside_the_wait_for_a_touch() {
    let (aws, home) = stand_in(false);
    let pcscd = touchy("AWS");
    let words = ["env", "--shell", "sh", "--source", "yubikey", "--print"];
    let home = home.with("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let mut person = pcscd.talk(home, &words);
    // On a busy machine, the key may wait for the touch a little later than this.
    person.expect("awsmfa: 127.0.0.1:1 refuses the connection (check the endpoint");
    person.expect("touch your YubiKey: ");
    pcscd.key(0).touch();
    let (status, screen) = person.end();
    assert!(!status.success(), "{screen}");
    assert_eq!(aws.count("GetSessionToken"), 0);
}
