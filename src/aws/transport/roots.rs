//! The CAs that TLS trusts: those of the user's bundle, or the system's.
//!
//! A system has about 150, and a chain names one or two of them. Only those are parsed; of the others,
//! a few fields are read.

mod der;
mod pem;

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::files::contents::{cause, contents};
use crate::message::OrHint;
use crate::origin::Sourced;
use der::is_authority;

/// CA certificates.
#[derive(Debug, Default)]
pub struct Roots {
    /// A PEM file, in which each certificate is replaced by its DER.
    bytes: Vec<u8>,
    /// Where the DER of each CA is.
    authorities: Vec<Range<usize>>,
}

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

    /// `SSL_CERT_FILE`, or the system's bundle file: reading its directory as well would cost a thousand
    /// system calls and give the same certificates. `SSL_CERT_DIR` may name another directory, and macOS
    /// keeps its certificates in a store of its own.
    fn system() -> Self {
        let found = openssl_probe::probe();
        let has_own_directory = openssl_probe::has_ssl_cert_env_vars()
            && found.cert_dir.first().map(PathBuf::as_path)
                != openssl_probe::candidate_cert_dirs().next();
        let is_file_enough = !cfg!(target_os = "macos") && !has_own_directory;
        let file = found.cert_file.filter(|_| is_file_enough);
        file.and_then(|path| read_bundle(&path).ok())
            .unwrap_or_else(|| Self::of(&rustls_native_certs::load_native_certs().certs))
    }

    fn of(certificates: &[CertificateDer<'_>]) -> Self {
        let mut roots = Self::default();
        for certificate in certificates {
            let start = roots.bytes.len();
            roots.bytes.extend_from_slice(certificate);
            roots.add(start..roots.bytes.len());
        }
        roots
    }

    /// Keeps the CAs' certificates only. TLS takes every certificate it is given for a root: whatever a
    /// server's key has signed would be trusted, for every host.
    fn add(&mut self, place: Range<usize>) {
        if is_authority(&self.bytes[place.clone()]) {
            self.authorities.push(place);
        }
    }

    /// The roots that the certificates of a chain name as their issuers. The chain can end at no other.
    pub fn issuers_of<'a>(
        &self,
        chain: impl Iterator<Item = &'a CertificateDer<'a>>,
    ) -> RootCertStore {
        let issuers: Vec<_> = chain.filter_map(|link| der::issuer(link)).collect();
        let is_issuer =
            |root: &&[u8]| der::subject(root).is_some_and(|subject| issuers.contains(&subject));
        let roots = self.authorities.iter();
        let roots = roots.map(|place| &self.bytes[place.clone()]);
        let mut store = RootCertStore::empty();
        for root in roots.filter(is_issuer) {
            // A root that webpki cannot read could verify nothing.
            let _ = store.add(CertificateDer::from(root));
        }
        store
    }
}

fn read_bundle(path: &Path) -> Result<Roots> {
    let pem = contents(path).map_err(|error| anyhow!(cause(&error)))?;
    Roots::try_from(pem)
}

impl TryFrom<Vec<u8>> for Roots {
    type Error = anyhow::Error;

    /// Every certificate of the PEM file must be valid.
    fn try_from(pem: Vec<u8>) -> Result<Self> {
        let sections = pem::sections(&pem);
        if sections.is_empty() {
            bail!("there is no certificate in it");
        }
        let mut roots = Self {
            bytes: pem,
            authorities: Vec::with_capacity(sections.len()),
        };
        for (number, section) in (1..).zip(sections) {
            let der = section.and_then(|body| pem::decode(&mut roots.bytes, body));
            let der = der.with_context(|| format!("certificate {number} is not valid PEM"))?;
            if der::subject(&roots.bytes[der.clone()]).is_none() {
                bail!("certificate {number} is not valid");
            }
            roots.add(der);
        }
        if roots.authorities.is_empty() {
            bail!("it has no CA certificate, only a server's own (not CA:TRUE)");
        }
        Ok(roots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(pem: &str) -> String {
        format!(
            "{:#}",
            Roots::try_from(pem.as_bytes().to_vec()).unwrap_err()
        )
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
        let roots = Roots::try_from((server + &ca()).into_bytes()).unwrap();
        assert_eq!(roots.authorities.len(), 1);
    }

    #[test]
    fn good_certificates_are_taken_as_they_are_with_what_stands_between_them() {
        let pem = ca();
        let text = format!("# mine\n{pem}\n# again\r\n{}", pem.replace('\n', " \r\n"));
        let roots = Roots::try_from(text.into_bytes()).unwrap();
        let [first, second] = &roots.authorities[..] else {
            panic!("{} certificates", roots.authorities.len())
        };
        let [first, second] = [first, second].map(|place| &roots.bytes[place.clone()]);
        assert_eq!(first, second);
        assert!(webpki::anchor_from_trusted_cert(&CertificateDer::from(first)).is_ok());
    }

    /// Other programs write other widths than RFC 7468's 64 characters, or one line.
    #[test]
    fn lines_are_as_long_as_they_like() {
        let pem = ca();
        let ends = |line: &&str| line.starts_with('-');
        let body: String = pem.lines().filter(|line| !ends(line)).collect();
        let whole = Roots::try_from(pem.into_bytes()).unwrap();
        let der = &whole.bytes[whole.authorities[0].clone()];
        for width in [1, 10, 63, 64, 65, 76, 129, body.len()] {
            let lines = body.as_bytes().chunks(width).collect::<Vec<_>>();
            let text = [pem::BEGIN, b"\n", &lines.join(&b'\n'), b"\n", pem::END].concat();
            let roots = Roots::try_from(text).unwrap();
            assert_eq!(&roots.bytes[roots.authorities[0].clone()], der, "{width}");
        }
    }
}
