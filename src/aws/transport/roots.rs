//! The certificates that an https endpoint must be signed by: the user's bundle, or the system's.
//!
//! Every certificate is parsed and written anew here before the HTTP client gets it: the client
//! panics on an invalid one, and its PEM decoder, made to read keys in constant time, is slow. It
//! took nearly half of a login's instructions for the system's 145 certificates.

mod anchor;
mod authority;

use std::path::Path;

use anchor::shortest;
use anyhow::{Context, Result, anyhow, bail};
use authority::is_authority;
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use aws_smithy_types::base64;

use crate::files::contents::{cause, contents};
use crate::message::OrHint;
use crate::origin::Sourced;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// What TLS trusts. `bundle` (`AWS_CA_BUNDLE`, `ca_bundle`) replaces the system's roots, as in
/// the AWS CLI.
pub fn trust(bundle: Option<&Sourced<std::path::PathBuf>>) -> Result<TlsContext> {
    let store = match bundle {
        Some(bundle) => TrustStore::empty().with_pem_certificate(configured(bundle)?),
        None => system(),
    };
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .context("cannot set up TLS")
}

/// A bundle that the user names must be right as a whole.
fn configured(bundle: &Sourced<std::path::PathBuf>) -> Result<String> {
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

fn read_bundle(path: &Path) -> Result<String> {
    let mut bytes = contents(path).map_err(|error| anyhow!(cause(&error)))?;
    // Comments may be in any encoding.
    let text = String::from_utf8(std::mem::take(&mut *bytes))
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let mut pem = String::with_capacity(text.len());
    let mut others = 0;
    for (number, section) in (1..).zip(sections(&text)) {
        let der = section.with_context(|| format!("certificate {number} is not valid PEM"))?;
        let is_authority = is_authority(&der);
        let certificate = shortest(der.into())
            .map_err(|error| anyhow!("certificate {number} is not valid: {error}"))?;
        if !is_authority {
            others += 1;
            continue;
        }
        pem.extend([BEGIN, "\n", &base64::encode(&certificate), "\n", END, "\n"]);
    }
    if pem.is_empty() && others > 0 {
        bail!("it has no CA certificate, only a server's own (not CA:TRUE)");
    }
    if pem.is_empty() {
        bail!("there is no certificate in it");
    }
    Ok(pem)
}

/// The certificates of a PEM file (RFC 7468), decoded; `None` for one that cannot be. Text between
/// them is ignored.
fn sections(text: &str) -> impl Iterator<Item = Option<Vec<u8>>> {
    text.split(BEGIN).skip(1).map(|rest| {
        let (body, _) = rest.split_once(END)?;
        let digits: String = body.split('\n').map(str::trim_ascii).collect();
        base64::decode(digits).ok()
    })
}

/// The system's bundle file if it has one: reading the directory as well would cost a thousand
/// system calls and give the same certificates. macOS keeps them in its own store.
fn system() -> TrustStore {
    let file = if cfg!(target_os = "macos") {
        None
    } else {
        openssl_probe::probe().cert_file
    };
    match file.and_then(|path| read_bundle(&path).ok()) {
        Some(pem) => TrustStore::empty().with_pem_certificate(pem),
        None => TrustStore::empty().with_native_roots(true),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn failure(content: &[u8]) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), content).unwrap();
        format!("{:#}", read_bundle(file.path()).unwrap_err())
    }

    #[test]
    fn a_bundle_of_no_use_is_an_error_not_a_panic() {
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let cut = b"-----BEGIN CERTIFICATE-----\nAAAA\n";
        let odd = b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
        assert!(failure(b"").contains("no certificate"));
        assert!(failure(b"hello\n\xff\0").contains("no certificate"));
        assert!(failure(broken).contains("certificate 1 is not valid"));
        assert!(failure(cut).contains("certificate 1 is not valid"));
        assert!(failure(odd).contains("certificate 1 is not valid"));
        let directory = tempfile::tempdir().unwrap();
        assert!(
            read_bundle(directory.path())
                .unwrap_err()
                .to_string()
                .contains("directory")
        );
        assert!(read_bundle(&directory.path().join("missing")).is_err());
    }

    fn ca() -> rcgen::Certificate {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap()
    }

    #[test]
    fn a_servers_own_certificate_is_no_root() {
        let server = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let server = server.cert.pem();
        assert!(failure(server.as_bytes()).contains("no CA certificate"));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), server + &ca().pem()).unwrap();
        let taken = read_bundle(file.path()).unwrap();
        assert_eq!(taken.matches(BEGIN).count(), 1);
    }

    #[test]
    fn good_certificates_are_taken_with_what_stands_between_them() {
        use rustls_pki_types::CertificateDer;
        use rustls_pki_types::pem::PemObject as _;
        let key = ca();
        let pem = format!(
            "# mine\n{0}\n# again\r\n{1}",
            key.pem(),
            key.pem().replace('\n', " \r\n"),
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), [b"# \xfc\n", pem.as_bytes()].concat()).unwrap();
        // As the client reads it.
        let taken = read_bundle(file.path()).unwrap();
        let taken = CertificateDer::pem_slice_iter(taken.as_bytes());
        let expected = shortest(key.der().clone()).unwrap();
        assert_eq!(
            taken.collect::<Result<Vec<_>, _>>().unwrap(),
            [expected.clone(), expected]
        );
        let second_broken =
            format!("{pem}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert!(failure(second_broken.as_bytes()).contains("certificate 3"));
    }
}
