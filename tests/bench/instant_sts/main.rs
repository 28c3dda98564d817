//! STS that costs nothing, for `make bench`: over TLS on loopback, its answers are there at once
//! and nothing is checked, so that what is measured is the client. `instant-sts CA_FILE` writes its
//! CA's certificate to the file, prints where it listens, as `name=value` lines, and ends with its
//! stdin.
//!
//! `near` is the server itself; `far` leads to it over a simulated distance ([`distance`]).

#![allow(
    clippy::too_many_lines,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program of the benchmark's"
)]

mod answer;
mod distance;

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

fn main() -> io::Result<()> {
    let ca_file = std::env::args_os().nth(1).expect("the CA's file");
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let near = listener.local_addr()?;
    let (ca, config) = identity();
    std::fs::write(ca_file, ca)?;
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = config.clone();
            // A client that goes away is none of the server's troubles.
            thread::spawn(move || serve(stream, config));
        }
    });
    println!("near=https://{near}");
    println!("far=https://{}", distance::relay(near)?);
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}

/// A CA, and what a server that it has signed speaks TLS with.
fn identity() -> (String, ServerConfig) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "awsmfa's benchmark");
    let key = KeyPair::generate().expect("a key for the CA");
    let ca = CertifiedIssuer::self_signed(params, key).expect("a certificate for the CA");
    let key = KeyPair::generate().expect("a key for the server");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names).and_then(|params| params.signed_by(&key, &ca));
    let certificate = certificate.expect("a certificate for the server");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("the key belongs to the certificate");
    (ca.pem(), config)
}

/// Answers the requests of a connection, until the client closes it.
fn serve(stream: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(body) = request(&mut stream)? {
        let answer = answer::to(&body);
        stream.get_mut().write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// The body of the next request; nothing at the connection's end.
fn request(stream: &mut impl io::BufRead) -> io::Result<Option<String>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    String::from_utf8(body).map(Some).map_err(io::Error::other)
}
