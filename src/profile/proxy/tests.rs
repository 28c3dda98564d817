//! The variables against the rules of Python and curl.

use super::*;

fn proxies(variables: &'static [(&str, &str)]) -> Proxies {
    Proxies::read(|name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

fn chosen(variables: &'static [(&str, &str)], url: &str) -> Option<String> {
    let proxy = proxies(variables).for_url(&url.parse().unwrap()).unwrap();
    proxy.map(|proxy| format!("{} {}", proxy.variable, proxy.url))
}

const STS: &str = "https://sts.eu-west-1.amazonaws.com/";

#[test]
fn the_variable_of_the_scheme_wins_then_all_proxy() {
    type Row = (
        &'static [(&'static str, &'static str)],
        &'static str,
        Option<&'static str>,
    );
    let table: &[Row] = &[
        (&[], STS, None),
        (&[("HTTP_PROXY", "http://p:1")], STS, None),
        (
            &[("HTTPS_PROXY", "http://p:1")],
            STS,
            Some("HTTPS_PROXY http://p:1/"),
        ),
        (
            &[("HTTPS_PROXY", "p:1")],
            STS,
            Some("HTTPS_PROXY http://p:1/"),
        ),
        (
            &[("HTTPS_PROXY", "//p:1")],
            STS,
            Some("HTTPS_PROXY http://p:1/"),
        ),
        (
            &[("https_proxy", "l"), ("HTTPS_PROXY", "u")],
            STS,
            Some("https_proxy http://l/"),
        ),
        (
            &[("ALL_PROXY", "https://p")],
            STS,
            Some("ALL_PROXY https://p/"),
        ),
        (
            &[("http_proxy", "p")],
            "http://127.0.0.1:9/",
            Some("http_proxy http://p/"),
        ),
        (
            &[("HTTP_PROXY", "p"), ("REQUEST_METHOD", "GET")],
            "http://127.0.0.1:9/",
            None,
        ),
    ];
    for (variables, url, expected) in table {
        assert_eq!(
            chosen(variables, url).as_deref(),
            *expected,
            "{variables:?} {url}"
        );
    }
}

#[test]
fn no_proxy_names_hosts_domains_ports_and_networks() {
    let table = [
        ("*", STS, true),
        ("amazonaws.com", STS, true),
        (" .AMAZONAWS.com ", STS, true),
        ("zonaws.com", STS, false),
        ("example.com, sts.eu-west-1.amazonaws.com", STS, true),
        ("localhost", "https://127.0.0.1/", false),
        ("127.0.0.1", "https://127.0.0.1:8443/", true),
        ("127.0.0.1:8443", "https://127.0.0.1:8443/", true),
        ("127.0.0.1:8443", "https://127.0.0.1:9/", false),
        ("127.0.0.0/8", "https://127.0.0.1:8443/", true),
        ("0.0.0.0/0", "https://127.0.0.1/", true),
        ("128.0.0.0/8", "https://127.0.0.1/", false),
        ("fe80::/10", "https://[fe80::1]:1/", true),
        ("::1", "https://[::1]:1/", true),
        ("[::1]", "https://[::1]:1/", true),
        ("[::1]:2", "https://[::1]:1/", false),
        ("", STS, false),
        (" , ", STS, false),
    ];
    for (no_proxy, url, bypassed) in table {
        let proxies = Proxies::read(|name| match name {
            "HTTPS_PROXY" => Some("http://p:1".to_owned()),
            "no_proxy" => Some(no_proxy.to_owned()),
            _ => None,
        });
        let proxy = proxies.for_url(&url.parse().unwrap()).unwrap();
        assert_eq!(proxy.is_none(), bypassed, "{no_proxy} {url}");
    }
}

#[test]
fn what_cannot_be_used_is_an_error_unless_bypassed() {
    let url: Uri = STS.parse().unwrap();
    for value in [
        "socks5://p:1080",
        "http://",
        "http://a b/",
        "ftp://u:hunter2@p",
    ] {
        let read = |name: &str| (name == "ALL_PROXY").then(|| value.to_owned());
        let error = format!("{:#}", Proxies::read(read).for_url(&url).err().unwrap());
        assert!(error.contains("ALL_PROXY"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        let read = |name: &str| match name {
            "ALL_PROXY" => Some(value.to_owned()),
            "NO_PROXY" => Some("*".to_owned()),
            _ => None,
        };
        assert!(Proxies::read(read).for_url(&url).unwrap().is_none());
    }
}

/// As urllib3 and curl take them, and further.
#[test]
fn passwords_are_taken_as_people_type_them_and_not_shown() {
    for (value, pair, shown) in [
        ("http://user:p%40ss@p:1", "user:p@ss", "p:1"),
        ("http://user:p@ss@p:1", "user:p@ss", "p:1"),
        ("user:p@ss/w#rd?@p:1", "user:p@ss/w#rd?", "p:1"),
        ("http://DOMAIN\\user:a:b@p", "DOMAIN\\user:a:b", "p"),
        ("http://user:100%@p:1", "user:100%", "p:1"),
        ("http://user:%zz%4@p:1", "user:%zz%4", "p:1"),
        ("http://user:a b\"<>[]{}|^`é@p", "user:a b\"<>[]{}|^`é", "p"),
        ("http://user@p", "user:", "p"),
        ("http://user:://@p:1", "user:://", "p:1"),
        (
            "https://user:x@[2001:db8::1]:3",
            "user:x",
            "[2001:db8::1]:3",
        ),
    ] {
        let read = |name: &str| (name == "ALL_PROXY").then(|| value.to_owned());
        let proxy = Proxies::read(read).for_url(&STS.parse().unwrap()).unwrap();
        let proxy = proxy.unwrap();
        let authorization = proxy.authorization.as_ref().unwrap().expose();
        let decoded = base64::decode(authorization.strip_prefix("Basic ").unwrap());
        assert_eq!(decoded.unwrap(), pair.as_bytes(), "{value}");
        assert_eq!(proxy.shown(), format!("{shown} (ALL_PROXY)"));
    }
}
