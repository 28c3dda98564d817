//! TLS, CA bundles and proxies.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use super::server::{read_request, respond};
use super::*;

/// An https server with a certificate of its own; the file holds the certificate.
fn tls_server(body: String) -> (String, tempfile::NamedTempFile) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), made.cert.pem()).unwrap();
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut reader = BufReader::new(rustls::StreamOwned::new(connection, stream));
            while read_request(&mut reader).is_some() {
                respond(reader.get_mut(), 200, "", &body);
            }
        }
    });
    (url, file)
}

#[test]
fn a_ca_bundle_replaces_the_systems_roots() {
    let (url, bundle) = tls_server(identity_body());
    let mut profile = profile(&url);
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

/// A proxy that connects to where it is asked, or refuses with `status`.
fn proxy(refusal: Option<u16>) -> (Proxies, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://user:p%40ss@{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let mut reader = BufReader::new(stream);
            let Some(request) = read_request(&mut reader) else {
                continue;
            };
            let host = request.split(' ').nth(1).unwrap().to_owned();
            sender.send(request).unwrap();
            let stream = reader.get_mut();
            match refusal {
                Some(status) => respond(stream, status, "", ""),
                None => tunnel(stream, &host),
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
    let (url, bundle) = tls_server(identity_body());
    let mut profile = profile(&url);
    let origin = Origin::Variable("AWS_CA_BUNDLE");
    profile.network.ca_bundle = Some(Sourced {
        value: bundle.path().to_owned(),
        origin,
    });
    let (proxies, requests) = proxy(None);
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
        (407, "asks for a user and password"),
        (502, "does not connect to"),
    ] {
        let (proxies, requests) = proxy(Some(status));
        let profile = profile("https://sts.example.invalid");
        let failure = with_proxies(&profile, proxies, login).unwrap_err();
        let text = shown(&failure);
        assert!(
            text.contains("the proxy 127.0.0.1:") && text.contains(words),
            "{text}"
        );
        assert!(!text.contains("p%40ss") && !text.contains("p@ss"), "{text}");
        assert_eq!(failure.kind, Kind::Other);
        assert_eq!(requests.try_iter().count(), 1);
    }
}

#[test]
fn http_through_a_proxy_asks_for_the_whole_url() {
    let (proxies, requests) = proxy(Some(407));
    let failure = with_proxies(&profile("http://sts.example.invalid"), proxies, login).unwrap_err();
    assert!(
        shown(&failure).contains("asks for a user and password"),
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
