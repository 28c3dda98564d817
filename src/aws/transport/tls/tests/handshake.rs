//! A server, and what two clients make of it.

use std::sync::Arc;
use std::time::Duration;

use rcgen::KeyPair;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio_rustls::TlsAcceptor;

use super::super::super::roots::Roots;
use super::super::{config, speak};
use super::chain::{Certificate, HOST, Link, certificates, keys};

pub const VERSIONS: [&SupportedProtocolVersion; 2] =
    [&rustls::version::TLS12, &rustls::version::TLS13];

/// A server's certificates, its own first, and its key.
pub struct Server {
    pub sent: Vec<Certificate>,
    pub key: &'static KeyPair,
}

impl Server {
    /// Sends the chain but for its first `unsent` certificates.
    pub fn of(chain: &[&Link], unsent: usize) -> Self {
        let chain: Vec<_> = chain.iter().map(|link| (*link).clone()).collect();
        let mut sent = certificates(&chain).split_off(unsent);
        sent.reverse();
        let key = &keys()[chain[chain.len() - 1].key];
        Self { sent, key }
    }

    fn config(&self, version: &'static SupportedProtocolVersion) -> ServerConfig {
        let key = PrivateKeyDer::from_pem_slice(self.key.serialize_pem().as_bytes()).unwrap();
        let chain = self.sent.iter().map(|certificate| certificate.der.clone());
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.collect(), key)
            .unwrap()
    }
}

fn line(base64: &[u8]) -> String {
    format!("{}\n", String::from_utf8_lossy(base64))
}

pub fn ours(bundle: &[Certificate]) -> Arc<ClientConfig> {
    let pem = |certificate: &Certificate| {
        let base64 = aws_smithy_types::base64::encode(&certificate.der);
        let lines: String = base64.as_bytes().chunks(64).map(line).collect();
        format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
    };
    let pem = bundle.iter().map(pem).collect::<String>();
    config(Roots::try_from(pem.into_bytes()).unwrap_or_default()).unwrap()
}

/// rustls as its manual shows it, with every CA of the bundle.
pub fn plain(bundle: &[Certificate]) -> Arc<ClientConfig> {
    let mut all = RootCertStore::empty();
    let authorities = bundle.iter().filter(|certificate| certificate.is_ca);
    all.add_parsable_certificates(authorities.map(|certificate| certificate.der.clone()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(config.with_root_certificates(all).with_no_client_auth())
}

/// What the client makes of the server, in the words that a person hears; empty if it trusts it.
pub async fn verdict(
    client: Arc<ClientConfig>,
    server: &Server,
    version: &'static SupportedProtocolVersion,
) -> String {
    let (stream, socket) = tokio::io::duplex(1 << 16);
    let accepting = TlsAcceptor::from(Arc::new(server.config(version))).accept(socket);
    let accepting = tokio::time::timeout(Duration::from_secs(20), accepting);
    let (_, spoken) = tokio::join!(accepting, speak(client, HOST, Box::new(stream)));
    let error = spoken.err();
    error.map_or_else(String::new, |error| error.said)
}
