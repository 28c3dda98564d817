//! The verdicts on generated chains are those of a plain rustls client that knows every root.

mod chain;

use std::time::Duration;

use proptest::prelude::*;
use rcgen::KeyPair;
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio_rustls::TlsAcceptor;

use super::super::error::TransportError;
use super::super::roots::is_authority;
use super::*;
use chain::{HOST, Link, Validity, certificates, keys};

fn roots(bundle: &[CertificateDer<'static>]) -> Roots {
    let pem = bundle.iter().map(|der| pem(der)).collect::<String>();
    Roots::try_from(pem.into_bytes()).unwrap_or_default()
}

fn pem(der: &[u8]) -> String {
    let base64 = aws_smithy_types::base64::encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
}

/// Of a plain rustls client that knows every CA of the bundle, and of ours.
fn verdicts(
    bundle: &[CertificateDer<'static>],
    server: &CertificateDer<'static>,
    intermediates: &[CertificateDer<'static>],
) -> Option<[String; 2]> {
    let mut all = RootCertStore::empty();
    let authorities = bundle
        .iter()
        .filter(|certificate| is_authority(certificate));
    all.add_parsable_certificates(authorities.cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let plain = WebPkiServerVerifier::builder_with_provider(Arc::new(all), provider);
    let plain = plain.build().ok()?;
    let ours = Verifier {
        roots: roots(bundle),
        algorithms,
    };
    let verdict = |verifier: &dyn ServerCertVerifier| {
        let (name, now) = (ServerName::try_from(HOST).unwrap(), UnixTime::now());
        let verdict = verifier.verify_server_cert(server, intermediates, &name, &[], now);
        format!(
            "{:?}",
            verdict.map_err(|error| TransportError::from_certificate(&problem(error)).said)
        )
    };
    Some([verdict(plain.as_ref()), verdict(&ours)])
}

/// For the words that a person hears: what else is in the error is not the same twice.
fn problem(error: Error) -> CertificateError {
    match error {
        Error::InvalidCertificate(problem) => problem,
        other => panic!("{other}"),
    }
}

fn link() -> impl Strategy<Value = Link> {
    let validity = prop_oneof![
        8 => Just(Validity::Now),
        1 => Just(Validity::Over),
        1 => Just(Validity::NotYet),
    ];
    let permitted = prop_oneof![
        8 => Just(None),
        1 => Just(Some("example.com")),
        1 => Just(Some("example.net")),
    ];
    let host = prop_oneof![8 => Just(HOST), 1 => Just("sts.example.net")];
    let of_ca = prop::bool::weighted(0.8);
    (0..3_usize, 0..3_usize, of_ca, validity, permitted, host).prop_map(
        |(name, key, is_ca, validity, permitted, host)| Link {
            name,
            key,
            is_ca,
            validity,
            permitted,
            host,
        },
    )
}

proptest! {
    /// Two chains share names and keys, so that certificates are signed across, issuers are missing
    /// or not meant, and a server's key signs others.
    #[test]
    fn every_chain_gets_the_verdict_that_all_roots_would_give(
        one in prop::collection::vec(link(), 1..5),
        other in prop::collection::vec(link(), 1..4),
        in_bundle in prop::collection::vec(any::<bool>(), 8),
        is_sent in prop::collection::vec(prop::bool::weighted(0.8), 8),
    ) {
        let certificates = [certificates(&one), certificates(&other)].concat();
        let chosen = |choice: &[bool]| -> Vec<_> {
            let pairs = certificates.iter().zip(choice);
            pairs.filter(|(_, is_chosen)| **is_chosen).map(|(der, _)| der.clone()).collect()
        };
        let server = &certificates[one.len() - 1];
        let verdicts = verdicts(&chosen(&in_bundle), server, &chosen(&is_sent));
        if let Some([plain, ours]) = verdicts {
            prop_assert_eq!(plain, ours);
        }
    }
}

/// A real handshake: what the client makes of it.
async fn handshake(
    bundle: &[CertificateDer<'static>],
    chain: Vec<CertificateDer<'static>>,
    key: &KeyPair,
    version: &'static SupportedProtocolVersion,
) -> Result<(), String> {
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let (client, socket) = tokio::io::duplex(1 << 16);
    let accepting = TlsAcceptor::from(Arc::new(server)).accept(socket);
    let accepting = tokio::time::timeout(Duration::from_secs(20), accepting);
    let config = config(roots(bundle)).unwrap();
    let (_, spoken) = tokio::join!(accepting, speak(config, HOST, Box::new(client)));
    spoken.map(|_| ()).map_err(|error| error.said)
}

#[tokio::test]
async fn each_fault_is_found_with_tls_1_2_and_1_3() {
    const UNKNOWN: &str = "it is self-signed, or signed by a CA that is not trusted here";
    let (root, middle, server) = (Link::ca(0), Link::ca(1), Link::server());
    let changed = |link: &Link, change: fn(&mut Link)| {
        let mut link = link.clone();
        change(&mut link);
        link
    };
    let expired = changed(&server, |link| link.validity = Validity::Over);
    let early = changed(&server, |link| link.validity = Validity::NotYet);
    let others = changed(&server, |link| link.host = "sts.example.net");
    let narrow = changed(&middle, |link| link.permitted = Some("example.net"));
    let no_ca = changed(&middle, |link| link.is_ca = false);
    // The chain from its root, how many of its first certificates are not sent, the verdict.
    for (chain, unsent, verdict) in [
        (vec![&root, &middle, &server], 1, ""),
        (vec![&root, &middle, &server], 0, ""),
        (vec![&root, &server], 1, ""),
        (vec![&root, &middle, &server], 2, UNKNOWN),
        (vec![&middle, &server], 1, UNKNOWN),
        (vec![&server], 0, UNKNOWN),
        (
            vec![&root, &expired],
            1,
            "it expired on 2001-01-01T00:00:00Z",
        ),
        (
            vec![&root, &early],
            1,
            "it is not valid before 2999-01-01T00:00:00Z",
        ),
        (vec![&root, &others], 1, "it was issued for another host"),
        (vec![&root, &narrow, &server], 1, "NameConstraintViolation"),
        (vec![&root, &no_ca, &server], 1, "EndEntityUsedAsCa"),
        (vec![&root, &middle], 1, "CaUsedAsEndEntity"),
    ] {
        let chain: Vec<_> = chain.into_iter().cloned().collect();
        let mut sent = certificates(&chain).split_off(unsent);
        sent.reverse();
        let bundle = certificates(std::slice::from_ref(&root));
        let key = &keys()[chain[chain.len() - 1].key];
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let found = handshake(&bundle, sent.clone(), key, version).await;
            assert_eq!(
                found.err().unwrap_or_default(),
                verdict,
                "{chain:?}, {version:?}"
            );
        }
    }
}
