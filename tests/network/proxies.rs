//! Proxies that refuse, want a password, speak nonsense or nothing.

use super::{failed, short_of_patience};
use crate::support::home::{Home, Run};
use crate::support::stand_in::{Proxy, User};

/// A login at AWS's own host, which only the proxy can lead to.
fn through(proxy: &str) -> Run {
    let home = Home::for_user(&User::default());
    short_of_patience(&home, "10")
        .arguments([
            "-c",
            "123456",
            "--connect-timeout",
            "1",
            "--region",
            "eu-west-1",
        ])
        .env("HTTPS_PROXY", proxy)
        .run()
}

#[test]
fn a_proxy_that_does_not_connect_is_named() {
    const HOST: &str = "sts.eu-west-1.amazonaws.com";
    for (answer, cause, hint) in [
        (
            Some("HTTP/1.1 403 Forbidden\r\n\r\n"),
            "does not connect to",
            "NO_PROXY",
        ),
        (
            Some("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
            "does not connect to",
            "NO_PROXY",
        ),
        (
            Some("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
            "requires a valid user name and password",
            "http://USER:PASSWORD@HOST:PORT",
        ),
        (
            Some("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 Password\r\n\r\n"),
            "requires a valid user name and password",
            "http://USER:PASSWORD@HOST:PORT",
        ),
        (
            Some("SSH-2.0-OpenSSH_9.2\r\n"),
            "hung up instead of connecting to",
            "another program's",
        ),
        (
            Some(""),
            "hung up instead of connecting to",
            "another program's",
        ),
        (None, "no connection to the proxy", "--connect-timeout"),
    ] {
        let proxy = Proxy::answering(answer);
        let run = through(&proxy.url());
        failed(&run, cause, hint);
        let authority = proxy.url().replace("http://", "");
        run.complains(&format!("the proxy {authority} (HTTPS_PROXY)"));
        if cause.ends_with(" to") {
            run.complains(HOST);
        }
        if cause.contains("does not connect") || cause.contains("asks for") {
            run.keeps_quiet_about("tried");
        }
    }
}

#[test]
fn a_password_that_the_proxy_does_not_accept_is_not_shown() {
    let proxy = Proxy::answering(Some("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    let url = proxy.url().replace("http://", "http://user:hunter2@");
    let plain = ["-c", "123456", "--region", "eu-west-1"];
    let plain = short_of_patience(&Home::for_user(&User::default()), "10")
        .arguments(plain)
        .env("AWS_ENDPOINT_URL", "http://sts.example.invalid")
        .env("HTTP_PROXY", &url)
        .run();
    for run in [through(&url), plain] {
        failed(&run, "requires a valid user name and password", "%40");
        run.keeps_quiet_about("hunter2");
        run.keeps_quiet_about("tried");
    }
}

/// TLS to the proxy itself.
#[test]
fn an_https_proxy_that_speaks_no_tls() {
    let proxy = Proxy::answering(Some("HTTP/1.1 400 Bad Request\r\n\r\n"));
    let run = through(&proxy.url().replace("http://", "https://"));
    failed(&run, "does not speak TLS", "http:// may be meant");
    run.complains("no TLS connection to the proxy 127.0.0.1");
}

/// To the proxy, a host that does not exist is one more that it cannot connect to.
#[test]
fn a_misspelt_region_gets_its_own_hint() {
    for (answer, what_else) in [
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "; the proxy's owner"),
        ("", ", and the proxy variables"),
    ] {
        let proxy = Proxy::answering(Some(answer));
        let home = Home::for_user(&User::default());
        let words = ["-c", "123456", "--region", "eu-wset-1"];
        let run = short_of_patience(&home, "4").arguments(words);
        let run = run.env("HTTPS_PROXY", proxy.url()).run();
        failed(
            &run,
            "sts.eu-wset-1.amazonaws.com",
            &format!("hint: check the region, eu-wset-1 (from --region){what_else}"),
        );
    }
}
