//! TLS, CA bundles and proxies.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::server::{read_request, respond};
use super::*;

/// An https server with a CA of its own: host and port, and a file with the CA's certificate.
fn tls_server(names: &[&str], script: Vec<Reaction>) -> (String, tempfile::NamedTempFile) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(names).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = Arc::new(Mutex::new(script.into_iter()));
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut reader = BufReader::new(rustls::StreamOwned::new(connection, stream));
            let script = Arc::clone(&script);
            // A kept connection must not keep the next one waiting.
            std::thread::spawn(move || {
                while read_request(&mut reader).is_some() {
                    let reaction = script.lock().unwrap().next();
                    let Some(Reaction::Answer { status, body, .. }) = reaction else {
                        break;
                    };
                    respond(reader.get_mut(), status, "", &body);
                }
            });
        }
    });
    (format!("localhost:{port}"), file)
}

#[test]
fn a_ca_bundle_replaces_the_systems_roots() {
    let (host, bundle) = tls_server(&["localhost"], vec![answer(200, identity_body())]);
    let mut profile = profile(&format!("https://{host}"));
    let failure = with(&profile, async |sts| {
        sts.caller_identity().await.unwrap_err()
    });
    let text = shown(&failure);
    assert!(
        text.contains("certificate of localhost") && text.contains("AWS_CA_BUNDLE"),
        "{text}"
    );
    let origin = Origin::Variable("AWS_CA_BUNDLE");
    profile.network.ca_bundle = Some(Sourced {
        value: bundle.path().to_owned(),
        origin,
    });
    with(&profile, async |sts| sts.caller_identity().await.unwrap());
    std::fs::write(bundle.path(), "garbage").unwrap();
    let failure = with(&profile, async |sts| {
        sts.caller_identity().await.unwrap_err()
    });
    let text = shown(&failure);
    assert!(
        text.contains("(from AWS_CA_BUNDLE) is of no use: there is no certificate"),
        "{text}"
    );
}

/// What a proxy does.
enum Proxied {
    Refuses(u16),
    /// Connects to this address, whatever it is asked for.
    ConnectsTo(String),
}

/// A proxy that wants a user and password; the requests to it come out of the receiver.
fn proxy(answers: Proxied) -> (Proxies, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://user:p%40ss@{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let mut reader = BufReader::new(stream);
            let Some(request) = read_request(&mut reader) else {
                continue;
            };
            sender.send(request).unwrap();
            let stream = reader.get_mut();
            match &answers {
                Proxied::Refuses(status) => respond(stream, *status, "", ""),
                Proxied::ConnectsTo(host) => tunnel(stream, host),
            }
        }
    });
    (
        Proxies::read(|name| {
            (name == "HTTPS_PROXY" || name == "HTTP_PROXY").then(|| address.clone())
        }),
        receiver,
    )
}

fn tunnel(client: &mut TcpStream, host: &str) {
    let mut server = TcpStream::connect(host).unwrap();
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    let mut client = client.try_clone().unwrap();
    std::thread::spawn(move || std::io::copy(&mut server, &mut client));
}

#[test]
fn https_goes_through_the_proxy() {
    let (host, bundle) = tls_server(&["localhost"], vec![answer(200, identity_body())]);
    let mut profile = profile(&format!("https://{host}"));
    let origin = Origin::Variable("AWS_CA_BUNDLE");
    profile.network.ca_bundle = Some(Sourced {
        value: bundle.path().to_owned(),
        origin,
    });
    let (proxies, requests) = proxy(Proxied::ConnectsTo(host));
    with_proxies(&profile, proxies, async |sts| {
        sts.caller_identity().await.unwrap()
    });
    let request = requests.recv().unwrap();
    assert!(request.starts_with("CONNECT localhost:"), "{request}");
    // user:p@ss
    assert!(request.contains("Basic dXNlcjpwQHNz"), "{request}");
}

#[test]
fn a_proxys_refusal_is_told_from_awss() {
    for (status, words) in [
        (407, "does not take the user and password"),
        (502, "does not connect to"),
    ] {
        let (proxies, requests) = proxy(Proxied::Refuses(status));
        let profile = profile("https://sts.example.invalid");
        let failure = with_proxies(&profile, proxies, login).unwrap_err();
        let text = shown(&failure);
        assert!(
            text.contains("the proxy 127.0.0.1:") && text.contains(words),
            "{text}"
        );
        assert!(!text.contains("p%40ss") && !text.contains("p@ss"), "{text}");
        assert_eq!(failure.kind, Kind::NotSent);
        assert_eq!(requests.try_iter().count(), 1);
    }
}

#[test]
fn http_through_a_proxy_asks_for_the_whole_url() {
    let (proxies, requests) = proxy(Proxied::Refuses(407));
    let failure = with_proxies(&profile("http://sts.example.invalid"), proxies, login).unwrap_err();
    assert!(
        shown(&failure).contains("does not take the user and password"),
        "{}",
        shown(&failure)
    );
    let request = requests.recv().unwrap();
    assert!(
        request.starts_with("POST http://sts.example.invalid/"),
        "{request}"
    );
    assert!(request.contains("Basic dXNlcjpwQHNz"), "{request}");
}

/// The hosts that a login without custom endpoints asks a proxy for.
fn hosts(requests: &Receiver<String>) -> Vec<String> {
    let connect = |request: String| request.split(' ').nth(1).unwrap().to_owned();
    requests.try_iter().map(connect).collect()
}

#[test]
fn sts_is_asked_at_the_regions_own_endpoint() {
    for (region, fips, dual_stack, host) in [
        ("eu-west-1", false, false, "sts.eu-west-1.amazonaws.com:443"),
        ("us-east-1", false, false, "sts.us-east-1.amazonaws.com:443"),
        ("aws-global", false, false, "sts.amazonaws.com:443"),
        (
            "us-east-1",
            true,
            false,
            "sts-fips.us-east-1.amazonaws.com:443",
        ),
        ("eu-west-1", false, true, "sts.eu-west-1.api.aws:443"),
        (
            "us-gov-west-1",
            false,
            false,
            "sts.us-gov-west-1.amazonaws.com:443",
        ),
        (
            "cn-north-1",
            false,
            false,
            "sts.cn-north-1.amazonaws.com.cn:443",
        ),
    ] {
        let mut profile = profile("unused");
        profile.network.sts_endpoint_url = None;
        profile.network.use_fips_endpoint = fips;
        profile.network.use_dualstack_endpoint = dual_stack;
        profile.region.value = region.to_owned();
        let (proxies, requests) = proxy(Proxied::Refuses(502));
        with_proxies(&profile, proxies, login).unwrap_err();
        assert_eq!(hosts(&requests), [host]);
    }
}

#[test]
fn a_region_without_sts_is_left_for_us_east_1() {
    let disabled = "STS is not activated in this region for account:123456789012.";
    let disabled = answer(403, error_body("RegionDisabledException", disabled));
    let script = vec![disabled, answer(200, session_body())];
    let (host, bundle) = tls_server(
        &[
            "sts.eu-south-1.amazonaws.com",
            "sts.us-east-1.amazonaws.com",
        ],
        script,
    );
    let (proxies, requests) = proxy(Proxied::ConnectsTo(host));
    let mut profile = profile("unused");
    profile.network.sts_endpoint_url = None;
    profile.region.value = "eu-south-1".to_owned();
    let origin = Origin::Variable("AWS_CA_BUNDLE");
    profile.network.ca_bundle = Some(Sourced {
        value: bundle.path().to_owned(),
        origin,
    });
    with_proxies(&profile, proxies, login).unwrap();
    let regional = [
        "sts.eu-south-1.amazonaws.com:443",
        "sts.us-east-1.amazonaws.com:443",
    ];
    assert_eq!(hosts(&requests), regional);
}
