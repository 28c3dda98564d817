//! A host with several addresses (RFC 8305), which a C library's look-up of the tests' own gives.
#![cfg(target_os = "linux")]

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use super::{failed, logins, short_of_patience};
use crate::support::home::{Home, account};
use crate::support::stand_in::StandIn;

/// Gives the addresses of `ADDRESSES`, in their order.
const LOOK_UP: &str = r#"
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    char *list = strdup(getenv("ADDRESSES"));
    for (char *word = strtok(list, " "); word; word = strtok(NULL, " ")) {
        struct addrinfo *info = calloc(1, sizeof *info);
        struct sockaddr_in6 *v6 = calloc(1, sizeof *v6);
        struct sockaddr_in *v4 = calloc(1, sizeof *v4);
        info->ai_socktype = SOCK_STREAM;
        if (inet_pton(AF_INET, word, &v4->sin_addr) == 1) {
            info->ai_family = v4->sin_family = AF_INET;
            info->ai_addr = (struct sockaddr *)v4;
            info->ai_addrlen = sizeof *v4;
        } else {
            inet_pton(AF_INET6, word, &v6->sin6_addr);
            info->ai_family = v6->sin6_family = AF_INET6;
            info->ai_addr = (struct sockaddr *)v6;
            info->ai_addrlen = sizeof *v6;
        }
        *found = info;
        found = &info->ai_next;
    }
    return 0;
}

void freeaddrinfo(struct addrinfo *found) { }
"#;

/// Every place in the queue is taken, and no program accepts: like a firewall that drops packets.
fn silent(addresses: &[&str], port: u16) -> Vec<(TcpListener, Vec<TcpStream>)> {
    let silent = |address: &&str| {
        let address: SocketAddr = format!("{address}:{port}").parse().expect("an address");
        let full = TcpListener::bind(address).expect("a free port");
        rustix::net::listen(&full, 0).expect("a short queue");
        let short = Duration::from_millis(200);
        let waiting = (0..3).filter_map(|_| TcpStream::connect_timeout(&address, short).ok());
        let waiting: Vec<_> = waiting.collect();
        assert!(waiting.len() < 3, "the queue is not full");
        (full, waiting)
    };
    addresses.iter().map(silent).collect()
}

fn look_up(home: &Home) -> PathBuf {
    let source = home.write("addresses.c", LOOK_UP);
    let words = ["-shared", "-fPIC", "-w", "-o", "addresses.so"];
    let compiler = home.program("cc", words);
    compiler.arguments([source]).run().success();
    home.path().join("addresses.so")
}

/// A login at a host with these addresses. The stand-in listens at 127.0.0.1.
fn login(aws: &StandIn, home: &Home, addresses: &str, patience: &str) -> crate::support::home::Run {
    let port = aws.address().port();
    short_of_patience(home, "20")
        .arguments(["-c", &aws.code(), "--connect-timeout", patience])
        .env("LD_PRELOAD", look_up(home))
        .env("ADDRESSES", addresses)
        .env("AWS_ENDPOINT_URL", format!("http://sts.example.com:{port}"))
        .run()
}

/// Those before it refuse, have no route or are silent.
#[test]
fn the_address_that_answers_is_used() {
    for addresses in [
        "127.0.0.1",
        "127.0.0.2 127.0.0.1",
        "::1 255.255.255.255 127.0.0.2 127.0.0.1",
        "127.0.0.3 127.0.0.4 127.0.0.1",
        "::1 127.0.0.3 127.0.0.2 127.0.0.4 127.0.0.1",
    ] {
        let (aws, home) = account();
        let _silent = silent(&["127.0.0.3", "127.0.0.4"], aws.address().port());
        let run = login(&aws, &home, addresses, "5");
        assert!(run.status.success(), "{addresses}{}", run.story());
        run.keeps_quiet_about("trying again");
        assert_eq!(logins(&aws), ["OK"], "{addresses}");
    }
}

/// The one that would answer comes after a second.
#[test]
fn the_connect_timeout_is_for_all_addresses_together() {
    let (aws, home) = account();
    let four = ["127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"];
    let _silent = silent(&four, aws.address().port());
    let addresses = format!("{} 127.0.0.1", four.join(" "));
    let run = login(&aws, &home, &addresses, "0.5");
    let cause = format!(
        "no connection to sts.example.com:{} within 0.5s",
        aws.address().port()
    );
    failed(&run, &cause, "--connect-timeout");
    assert!(logins(&aws).is_empty());
}

/// Which says more than that another address has no route.
#[test]
fn a_refused_connection_is_reported_as_refused() {
    for addresses in [
        "127.0.0.2 255.255.255.255",
        "255.255.255.255 127.0.0.2",
        "127.0.0.2 ::1",
    ] {
        let (aws, home) = account();
        let run = login(&aws, &home, addresses, "5");
        failed(&run, "refuses the connection", "check the endpoint");
    }
}
