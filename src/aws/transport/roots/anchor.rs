//! Shortens a root to the shortest certificate with the same name and key. TLS uses nothing else of
//! it, but the HTTP client only takes whole certificates, in PEM, which is slow to read.

use rustls_pki_types::{CertificateDer, TrustAnchor};
use webpki::{Error, anchor_from_trusted_cert};

// What stands around name and key in a certificate of version 1 (RFC 5280, section 4.1), in DER;
// nobody reads it in a root. Before: the serial number, then an empty signature algorithm, issuer
// and validity. Behind: an empty algorithm and signature.
const BEFORE: &[u8] = b"\x02\x01\x01\x30\0\x30\0\x30\0";
const BEHIND: &[u8] = b"\x30\0\x03\x01\0";

/// The shortest certificate of the same trust anchor. It is `certificate` itself if that has name
/// constraints, for which version 1 has no room. An error if `certificate` is invalid.
pub fn shortest(certificate: CertificateDer<'_>) -> Result<CertificateDer<'_>, Error> {
    let anchor = anchor_from_trusted_cert(&certificate)?;
    let short = with(&anchor);
    let is_the_same = anchor_from_trusted_cert(&short).is_ok_and(|other| other == anchor);
    Ok(if is_the_same { short } else { certificate })
}

/// A certificate with the name and the key of `anchor`.
fn with(anchor: &TrustAnchor<'_>) -> CertificateDer<'static> {
    let subject = sequence(&[&anchor.subject]);
    let key = sequence(&[&anchor.subject_public_key_info]);
    let to_be_signed = sequence(&[BEFORE, &subject, &key]);
    sequence(&[&to_be_signed, BEHIND]).into()
}

/// DER's SEQUENCE of `parts` (X.690, sections 8.1.3 and 8.9).
fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let bytes = length.to_be_bytes();
    let digits = &bytes[bytes.iter().take(7).take_while(|byte| **byte == 0).count()..];
    let mut der = Vec::with_capacity(2 + digits.len() + length);
    der.push(0x30);
    if length >= 0x80 {
        let count = u8::try_from(digits.len()).unwrap_or_default();
        der.push(0x80 | count);
    }
    der.extend(digits);
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, GeneralSubtree, KeyPair, NameConstraints};

    use super::*;

    /// A root whose name is so long.
    fn root(name: usize, name_constraints: Option<NameConstraints>) -> CertificateDer<'static> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "x".repeat(name));
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.name_constraints = name_constraints;
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    /// Around every length at which DER writes lengths in another way.
    #[test]
    fn a_shorter_certificate_has_the_same_name_and_key() {
        for name in [0, 1, 100, 116, 117, 118, 119, 120, 128, 250, 300, 30_000] {
            let whole = root(name, None);
            let short = shortest(whole.clone()).unwrap();
            assert!(short.len() + 100 < whole.len(), "{name}");
            assert_eq!(
                anchor_from_trusted_cert(&short).unwrap(),
                anchor_from_trusted_cert(&whole).unwrap()
            );
        }
    }

    #[test]
    fn name_constraints_stay() {
        let constraints = NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("example.com".to_owned())],
            excluded_subtrees: Vec::new(),
        };
        let whole = root(10, Some(constraints));
        assert!(
            anchor_from_trusted_cert(&whole)
                .unwrap()
                .name_constraints
                .is_some()
        );
        assert_eq!(shortest(whole.clone()).unwrap(), whole);
    }

    #[test]
    fn what_is_not_a_certificate_is_an_error() {
        for bytes in [&b""[..], b"\x30\0", b"\x30\x03\x02\x01\x01"] {
            assert!(shortest(CertificateDer::from(bytes)).is_err(), "{bytes:?}");
        }
    }
}
