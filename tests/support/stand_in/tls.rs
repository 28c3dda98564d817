//! https: a CA made for the run, and a certificate for whatever name the client asks for.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::directory::Certificate;

/// A certificate authority nobody trusts unless told to.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    issues: Certificate,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Authority")
    }
}

impl Authority {
    pub fn new(issues: Certificate) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = match issues {
            Certificate::OfAServer => IsCa::ExplicitNoCa,
            _ => IsCa::Ca(BasicConstraints::Unconstrained),
        };
        params
            .distinguished_name
            .push(DnType::CommonName, "awsmfa's tests");
        let key = KeyPair::generate().expect("a key for the test CA");
        let authority = CertifiedIssuer::self_signed(params, key);
        Self {
            issuer: authority.expect("a certificate for the test CA"),
            issues,
        }
    }

    /// The CA's certificate, for `AWS_CA_BUNDLE`.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    fn certified_key(&self, names: Vec<String>) -> Option<CertifiedKey> {
        let key = KeyPair::generate().ok()?;
        let names = match self.issues {
            Certificate::OfOtherHost => vec!["other.example.com".to_owned()],
            _ => names,
        };
        let mut params = CertificateParams::new(names).ok()?;
        match self.issues {
            Certificate::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Certificate::NotYetValid => params.not_before = date_time_ymd(3020, 1, 1),
            _ => {}
        }
        let certificate = match self.issues {
            Certificate::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.issuer),
        };
        let certificate = certificate.ok()?;
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = ring::sign::any_supported_type(&private).ok()?;
        Some(CertifiedKey::new(vec![certificate.der().clone()], signing))
    }
}

impl ResolvesServerCert for Authority {
    /// A client that connects to an address sends no name: then localhost is meant.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let names = hello.server_name().map_or_else(
            || vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            |name| vec![name.to_owned()],
        );
        self.certified_key(names).map(Arc::new)
    }
}

pub fn server_config(authority: Arc<Authority>) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_cert_resolver(authority)
}
