//! Connections that are not made.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
#[cfg(target_os = "linux")]
use std::net::TcpStream;
#[cfg(target_os = "linux")]
use std::os::unix::process::ExitStatusExt as _;
use std::thread;
#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use super::short_of_patience;
use super::{failed, login, logins};
#[cfg(target_os = "linux")]
use crate::support::home::AWSMFA;
use crate::support::home::{Home, account};
use crate::support::stand_in::{ConnectionFault, Fault, Options, StandIn};

fn tls() -> StandIn {
    StandIn::start(Options::tls())
}

#[test]
fn a_connection_that_was_never_made_is_tried_again() {
    let aws = tls();
    let home = Home::of(&aws);
    let bundle = home.write("ca.pem", aws.ca_pem());
    // A handshake that never comes about: nothing was sent.
    aws.fail_connections(ConnectionFault::Close, 2);
    login(&home, &aws.code())
        .env("AWS_CA_BUNDLE", &bundle)
        .run()
        .success();
    assert_eq!(logins(&aws), ["OK"]);
}

/// A server that crashes ends the connection without TLS's farewell: a loss like any other.
#[test]
fn a_tls_connection_that_just_ends_is_tried_again() {
    for fault in [Fault::Close, Fault::Cut, Fault::CutChunk] {
        let aws = tls();
        let home = Home::of(&aws);
        let bundle = home.write("ca.pem", aws.ca_pem());
        home.write(".aws/config", "");
        aws.fail("GetCallerIdentity", fault.clone(), 2);
        let run = login(&home, &aws.code())
            .env("AWS_CA_BUNDLE", &bundle)
            .run();
        run.complains("broke off before the answer came; trying again in 0.2s");
        assert!(run.status.success(), "{fault:?}{}", run.story());
        assert_eq!(logins(&aws), ["OK"]);
    }
}

#[test]
fn a_handshake_that_hangs_is_a_connection_never_made() {
    let aws = tls();
    let home = Home::of(&aws);
    let bundle = home.write("ca.pem", aws.ca_pem());
    aws.fail_connections(ConnectionFault::Silence, 10);
    let run = login(&home, &aws.code())
        .env("AWS_CA_BUNDLE", &bundle)
        .run();
    failed(&run, "no connection to 127.0.0.1", "--connect-timeout");
    assert!(logins(&aws).is_empty());
}

/// At a port that was free a moment ago.
#[test]
fn a_connection_that_is_refused_is_tried_four_times() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = closed.local_addr().expect("its address");
    drop(closed);
    let (_aws, home) = account();
    let run = login(&home, "123456")
        .env("AWS_ENDPOINT_URL", format!("http://{address}"))
        .run();
    failed(
        &run,
        &format!("{address} refuses the connection (tried 4 times"),
        "check the endpoint",
    );
    assert_eq!(run.stderr.matches("trying again").count(), 1);
}

#[test]
fn a_name_that_does_not_exist_is_named() {
    let (_aws, home) = account();
    let run = login(&home, "123456")
        .env("AWS_ENDPOINT_URL", "https://sts.nowhere.invalid")
        .run();
    failed(
        &run,
        "the name of sts.nowhere.invalid cannot be resolved",
        "network connection",
    );
}

/// No thread that still waits for the resolver holds the end up.
#[test]
#[cfg(target_os = "linux")]
fn resolving_ends_after_the_connect_timeout() {
    let (_aws, home) = account();
    let source = "#include <unistd.h>\nint getaddrinfo(void) { for (;;) pause(); }\n";
    let source = home.write("silent.c", source);
    let compiler = home.program("cc", ["-shared", "-fPIC", "-w", "-o", "silent.so"]);
    compiler.arguments([source]).run().success();
    let silent = home.path().join("silent.so");
    let run = short_of_patience(&home, "3")
        .arguments(["-c", "123456", "--connect-timeout", "0.5"])
        .env("LD_PRELOAD", &silent)
        .env("AWS_ENDPOINT_URL", "https://sts.example.com")
        .run();
    failed(
        &run,
        "no connection to sts.example.com within 0.5s (tried ",
        "--connect-timeout",
    );
    let line = format!("exec '{AWSMFA}' env --shell sh -c 123456 --connect-timeout 1 >out");
    let home = home.with("LD_PRELOAD", &silent);
    let home = home.with("AWS_ENDPOINT_URL", "https://sts.example.com");
    let mut terminal = home.line_on_terminal(&line);
    terminal.expect("no connection to sts.example.com within 1s; trying again in ");
    terminal.send("\u{3}");
    assert_eq!(terminal.wait().signal(), Some(2), "{}", terminal.seen());
    let out = std::fs::read_to_string(home.path().join("out"));
    assert_eq!(out.expect("stdout"), "false\n");
}

#[test]
fn mixing_up_http_and_https_is_reported() {
    let secure = tls();
    let home = Home::for_user(&secure.user());
    let run = login(&home, "123456")
        .env(
            "AWS_ENDPOINT_URL",
            secure.endpoint().replace("https:", "http:"),
        )
        .run();
    failed(&run, "127.0.0.1", "code");
    let plain = TcpListener::bind("127.0.0.1:0").expect("a server of plain http");
    let address = plain.local_addr().expect("its address");
    thread::spawn(move || {
        for mut client in plain.incoming().flatten() {
            // Whether it takes the answer is the client's business.
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let run = login(&home, "123456")
        .env("AWS_ENDPOINT_URL", format!("https://{address}"))
        .run();
    failed(
        &run,
        &format!("no TLS connection to {address}: the other side does not speak TLS"),
        "http:// may be meant where https:// is set",
    );
}

/// Another TLS, or no name that it knows.
#[test]
fn a_tls_alert_is_reported() {
    let refusing = TcpListener::bind("127.0.0.1:0").expect("a server that refuses");
    let address = refusing.local_addr().expect("its address");
    thread::spawn(move || {
        for mut client in refusing.incoming().flatten() {
            let _ = client.read(&mut [0; 4096]);
            // A fatal alert, 40: handshake_failure.
            let _ = client.write_all(&[0x15, 3, 3, 0, 2, 2, 40]);
        }
    });
    let aws = tls();
    let home = Home::of(&aws);
    let run = login(&home, "123456")
        .env("AWS_ENDPOINT_URL", format!("https://{address}"))
        .run();
    failed(
        &run,
        &format!("no TLS connection to {address}: received fatal alert: HandshakeFailure"),
        "check the endpoint",
    );
}

/// Every place in the queue is taken, and nobody accepts: what a firewall that drops packets is
/// like.
#[test]
#[cfg(target_os = "linux")]
fn connecting_ends_after_the_connect_timeout() {
    let full = TcpListener::bind("127.0.0.1:0").expect("a free port");
    rustix::net::listen(&full, 0).expect("a short queue");
    let address = full.local_addr().expect("its address");
    let short = Duration::from_millis(200);
    let waiting: Vec<_> = (0..3)
        .map(|_| TcpStream::connect_timeout(&address, short))
        .collect();
    assert!(waiting.iter().any(Result::is_err), "the queue is not full");
    let (_aws, home) = account();
    let run = short_of_patience(&home, "3")
        .arguments(["-c", "123456", "--connect-timeout", "0.5"])
        .env("AWS_ENDPOINT_URL", format!("http://{address}"))
        .run();
    failed(
        &run,
        &format!("no connection to {address} within 0.5s (tried "),
        "--connect-timeout",
    );
}

/// What answers is no web server at all.
#[test]
fn an_answer_that_is_not_http_is_an_error() {
    let (aws, home) = account();
    for answer in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nbanana\r\nabc",
    ] {
        aws.fail("", Fault::Raw(answer), 1);
        let run = login(&home, "123456").run();
        failed(
            &run,
            &format!("the answer from {} is not HTTP", aws.address()),
            "check the endpoint",
        );
    }
}
