//! The CAs that TLS trusts: those of the user's bundle, or the system's.
//!
//! A system has about 150, and a chain names one or two of them. Only those are parsed; of the others,
//! a few fields are read.

mod der;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use base64_simd::forgiving_decode_to_vec;
use memchr::memmem;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::files::contents::{cause, contents};
use crate::message::OrHint;
use crate::origin::Sourced;
pub use der::is_authority;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// CA certificates, in DER.
#[derive(Debug, Default)]
pub struct Roots(Vec<CertificateDer<'static>>);

impl Roots {
    /// Reads what TLS is to trust. `bundle` (`AWS_CA_BUNDLE`, `ca_bundle`) replaces the system's
    /// roots, as in the AWS CLI.
    ///
    /// # Errors
    /// The user's bundle cannot be read, one of its certificates is invalid, or none is a CA's.
    pub fn read(bundle: Option<&Sourced<PathBuf>>) -> Result<Self> {
        let Some(bundle) = bundle else {
            return Ok(Self::system());
        };
        read_bundle(&bundle.value)
            .with_context(|| {
                format!(
                    "the CA bundle {} (from {}) cannot be used",
                    bundle.value.display(),
                    bundle.origin
                )
            })
            .or_hint(|| "name a file of PEM certificates (-----BEGIN CERTIFICATE-----)".to_owned())
    }

    /// The system's bundle file, if it has one: reading its directory as well would cost a thousand
    /// system calls and give the same certificates. macOS keeps them in a store of its own.
    fn system() -> Self {
        let file = if cfg!(target_os = "macos") {
            None
        } else {
            openssl_probe::probe().cert_file
        };
        file.and_then(|path| read_bundle(&path).ok())
            .unwrap_or_else(|| Self::authorities(rustls_native_certs::load_native_certs().certs))
    }

    /// Keeps the CAs' certificates only. TLS takes every certificate it is given for a root: whatever a
    /// server's key has signed would be trusted, for every host.
    fn authorities(mut certificates: Vec<CertificateDer<'static>>) -> Self {
        certificates.retain(|certificate| is_authority(certificate));
        Self(certificates)
    }

    /// The roots that the certificates of a chain name as their issuers. The chain can end at no other.
    pub fn issuers_of<'a>(
        &self,
        chain: impl Iterator<Item = &'a CertificateDer<'a>>,
    ) -> RootCertStore {
        let issuers: Vec<_> = chain.filter_map(|link| der::issuer(link)).collect();
        let is_issuer = |root: &&CertificateDer<'_>| {
            der::subject(root).is_some_and(|subject| issuers.contains(&subject))
        };
        let mut store = RootCertStore::empty();
        for root in self.0.iter().filter(is_issuer) {
            // A root that webpki cannot read could verify nothing.
            let _ = store.add(root.clone());
        }
        store
    }
}

fn read_bundle(path: &Path) -> Result<Roots> {
    let bytes = contents(path).map_err(|error| anyhow!(cause(&error)))?;
    Roots::try_from(&bytes[..])
}

impl TryFrom<&[u8]> for Roots {
    type Error = anyhow::Error;

    /// Every certificate of the PEM file must be valid.
    fn try_from(pem: &[u8]) -> Result<Self> {
        let mut certificates = Vec::new();
        for (number, section) in (1..).zip(sections(pem)) {
            let der = section.with_context(|| format!("certificate {number} is not valid PEM"))?;
            if der::subject(&der).is_none() {
                bail!("certificate {number} is not valid");
            }
            certificates.push(CertificateDer::from(der));
        }
        if certificates.is_empty() {
            bail!("there is no certificate in it");
        }
        let roots = Self::authorities(certificates);
        if roots.0.is_empty() {
            bail!("it has no CA certificate, only a server's own (not CA:TRUE)");
        }
        Ok(roots)
    }
}

/// The certificates of a PEM file (RFC 7468), decoded; `None` for one that is not valid. Text
/// between them is ignored, whatever its encoding.
fn sections(pem: &[u8]) -> impl Iterator<Item = Option<Vec<u8>>> {
    memmem::find_iter(pem, BEGIN).map(|at| {
        let body = &pem[at + BEGIN.len()..];
        let end = memmem::find(body, END)?;
        forgiving_decode_to_vec(&body[..end]).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(pem: &str) -> String {
        format!("{:#}", Roots::try_from(pem.as_bytes()).unwrap_err())
    }

    fn ca() -> String {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().pem()
    }

    #[test]
    fn a_bundle_that_cannot_be_used_is_an_error() {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(failure("").contains("no certificate"));
        assert!(failure("hello\n\0").contains("no certificate"));
        assert!(failure(broken).contains("certificate 1 is not valid"));
        assert!(failure(&broken.replace("AAAA", "!!!!")).contains("certificate 1 is not valid"));
        assert!(failure(&broken[..40]).contains("certificate 1 is not valid"));
        assert!(failure(&[&ca(), broken].concat()).contains("certificate 2"));
        let missing = Path::new("/nowhere/at/all.pem");
        assert!(read_bundle(missing).is_err());
        assert!(
            read_bundle(Path::new("/"))
                .unwrap_err()
                .to_string()
                .contains("directory")
        );
    }

    #[test]
    fn a_servers_own_certificate_is_not_a_root() {
        let server = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let server = server.cert.pem();
        assert!(failure(&server).contains("no CA certificate"));
        assert_eq!(
            Roots::try_from((server + &ca()).as_bytes())
                .unwrap()
                .0
                .len(),
            1
        );
    }

    #[test]
    fn good_certificates_are_taken_as_they_are_with_what_stands_between_them() {
        let pem = ca();
        let text = format!("# mine\n{pem}\n# again\r\n{}", pem.replace('\n', " \r\n"));
        let Roots(taken) = Roots::try_from(text.as_bytes()).unwrap();
        let [first, second] = &taken[..] else {
            panic!("{} certificates", taken.len())
        };
        assert_eq!(first, second);
        assert!(webpki::anchor_from_trusted_cert(first).is_ok());
    }
}
