//! `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

use super::Net;
use crate::support::home::Home;
use crate::support::stand_in::{Options, Proxy, StandIn};

#[test]
fn proxies_are_used_unless_no_proxy_names_the_host() {
    let net = Net::start("aws", &[]);
    let authority = net.proxy.url().replace("http://", "");
    for (name, value) in [
        ("HTTPS_PROXY", format!("http://user:s%40cret@{authority}")),
        ("https_proxy", format!("user:s%40cret@{authority}")),
        ("ALL_PROXY", format!("HTTP://user:s%40cret@{authority}/")),
    ] {
        let before = net.proxy.visits().len();
        let run = net.login().env(name, value).arguments(["-v"]).run();
        run.success().complains(&format!(
            "went to sts.us-east-1.amazonaws.com through the proxy {authority} ({name})"
        ));
        run.keeps_quiet_about("cret");
        let visits = net.proxy.visits();
        assert_eq!(visits.len(), before + 1);
        let visit = visits.last().expect("a visit");
        assert_eq!(
            visit.authorization.as_deref(),
            Some("Basic dXNlcjpzQGNyZXQ=")
        );
    }
    let visits = net.proxy.visits().len();
    for no_proxy in ["127.0.0.0/8", "127.0.0.1", "localhost, 127.0.0.1", "*"] {
        net.through_the_proxy()
            .env("AWS_ENDPOINT_URL", net.aws.endpoint())
            .env("NO_PROXY", no_proxy)
            .run()
            .success();
        assert_eq!(net.proxy.visits().len(), visits, "{no_proxy}");
    }
    for no_proxy in ["example.com", "ws.com", "127.0.0.2", "10.0.0.0/8", ""] {
        let before = net.proxy.visits().len();
        net.through_the_proxy()
            .env("NO_PROXY", no_proxy)
            .run()
            .success();
        assert_eq!(net.proxy.visits().len(), before + 1, "{no_proxy}");
    }
}

#[test]
fn a_proxys_password_is_taken_as_it_is_typed() {
    let net = Net::start("aws", &[]);
    let authority = net.proxy.url().replace("http://", "");
    for (typed, sent) in [
        ("user:p@ss/w#rd", "dXNlcjpwQHNzL3cjcmQ="),
        ("user:a:b?c[d]", "dXNlcjphOmI/Y1tkXQ=="),
        ("user:100%", "dXNlcjoxMDAl"),
        ("CORP\\user:x y", "Q09SUFx1c2VyOnggeQ=="),
    ] {
        let run = net
            .login()
            .env("HTTPS_PROXY", format!("http://{typed}@{authority}"));
        run.run().success();
        let visits = net.proxy.visits();
        let authorization = visits.last().and_then(|visit| visit.authorization.clone());
        assert_eq!(authorization, Some(format!("Basic {sent}")), "{typed}");
    }
}

/// There is no such host, and no way to it but the proxy.
#[test]
fn names_in_no_proxy_bypass_the_proxy() {
    let net = Net::start("aws", &[]);
    for no_proxy in [
        "example.invalid",
        ".example.invalid",
        "x, STS.Example.invalid",
        "*",
    ] {
        let run = net
            .through_the_proxy()
            .env("AWS_ENDPOINT_URL", "https://sts.example.invalid")
            .env("NO_PROXY", no_proxy)
            .run();
        run.failure(1)
            .complains("the name of sts.example.invalid cannot be resolved");
    }
    assert!(net.targets().is_empty());
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
    let net = Net::start("aws", &[]);
    let refusing_proxy = Proxy::start(None);
    let refusing = refusing_proxy
        .url()
        .replace("http://", "http://user:hunter2@");
    for (value, cause, hint) in [
        (
            "socks5://user:hunter2@127.0.0.1:1",
            "the proxy in HTTPS_PROXY has the scheme socks5://",
            "NO_PROXY",
        ),
        (
            "http://user:hunter2@",
            "HTTPS_PROXY does not hold a proxy's address",
            "should look like",
        ),
        (
            "http://user:hunter2@127.0.0.1:80443",
            "HTTPS_PROXY does not hold a proxy's address",
            "should look like",
        ),
        (
            "http://user:hunter2@127.0.0.1:1",
            "the proxy 127.0.0.1:1 (HTTPS_PROXY) refuses the connection",
            "proxy variables",
        ),
        (
            "http://user:hunter2@nowhere.invalid:3128",
            "the name of the proxy nowhere.invalid:3128 (HTTPS_PROXY) cannot be resolved",
            "proxy variables",
        ),
        (
            &refusing,
            "does not connect to sts.us-east-1.amazonaws.com",
            "NO_PROXY",
        ),
    ] {
        let run = net.login().env("HTTPS_PROXY", value).run();
        run.failure(1).complains(cause).complains(hint);
        run.keeps_quiet_about("hunter2");
    }
    assert!(net.aws.requests().is_empty());
}

/// TLS to the proxy, and inside of it TLS to AWS.
#[test]
fn an_https_proxy_is_used() {
    let net = Net::start("aws", &[]);
    let front = net.aws.tls_front(net.proxy.address());
    let address = front.address();
    net.login()
        .env("HTTPS_PROXY", format!("https://user:s%40cret@{address}"))
        .arguments(["-v"])
        .run()
        .success()
        .complains(&format!("through the proxy {address} (HTTPS_PROXY)"));
    assert_eq!(net.targets(), ["sts.us-east-1.amazonaws.com:443"]);
    let sent = net.proxy.visits()[0].authorization.clone();
    assert_eq!(sent.as_deref(), Some("Basic dXNlcjpzQGNyZXQ="));
    assert_eq!(net.aws.actions(), ["GetSessionToken"]);
    // Where it breaks off in the middle, that is said in plain words.
    let breaking = Proxy::answering(Some(""));
    let front = net.aws.tls_front(breaking.address());
    let run = net
        .login()
        .env("HTTPS_PROXY", format!("https://{}", front.address()))
        .run();
    run.failure(1).complains(&format!(
        "the proxy {} (HTTPS_PROXY) hung up instead of connecting to ",
        front.address()
    ));
}

/// A server behind it is none of the person's troubles then.
#[test]
fn an_https_proxy_that_is_not_trusted_is_named_alone() {
    let net = Net::start("aws", &[]);
    let unknown = StandIn::start(Options::tls());
    let front = unknown.tls_front(net.proxy.address());
    let address = front.address();
    let run = net
        .login()
        .env("HTTPS_PROXY", format!("https://{address}"))
        .run();
    run.failure(1)
        .complains(&format!(
            "the certificate of the proxy {address} (HTTPS_PROXY) is not trusted: it is self-signed"
        ))
        .complains("AWS_CA_BUNDLE");
    run.keeps_quiet_about("amazonaws.com");
    assert!(net.aws.requests().is_empty());
}

/// The header `Proxy` of a visitor's request reaches a CGI program as `HTTP_PROXY`.
#[test]
fn http_proxy_in_capitals_is_ignored_in_a_cgi_program() {
    let aws = StandIn::start(Options::default());
    let proxy = Proxy::start(Some(aws.address()));
    let home = Home::of(&aws);
    for (name, visits) in [("HTTP_PROXY", 0), ("http_proxy", 1)] {
        aws.settle();
        home.login(&format!("-c {}", aws.code()))
            .env("REQUEST_METHOD", "GET")
            .env(name, proxy.url())
            .run()
            .success();
        assert_eq!(proxy.visits().len(), visits, "{name}");
    }
    let whole_url = format!("{}/", aws.endpoint());
    assert_eq!(proxy.visits()[0].target, whole_url);
}
