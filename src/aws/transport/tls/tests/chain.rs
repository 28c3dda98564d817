//! Chains of certificates, made for a test.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, GeneralSubtree, IsCa, Issuer, KeyPair,
    NameConstraints, date_time_ymd,
};
use rustls::pki_types::CertificateDer;

pub const HOST: &str = "sts.example.com";

/// A certificate of a chain. Few names and keys, so that they repeat.
#[derive(Clone, Debug)]
pub struct Link {
    pub name: usize,
    pub key: usize,
    pub is_ca: bool,
    pub validity: Validity,
    /// The names that it may sign for.
    pub permitted: Option<&'static str>,
    pub host: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub enum Validity {
    Now,
    Over,
    NotYet,
}

const NAMES: [&str; 3] = ["One", "Two", "Three"];

/// Two of EC, and one of RSA, which ring cannot make itself.
pub fn keys() -> &'static [KeyPair; 3] {
    static KEYS: std::sync::OnceLock<[KeyPair; 3]> = std::sync::OnceLock::new();
    KEYS.get_or_init(|| {
        let rsa = KeyPair::from_pem(include_str!("../rsa.pem")).unwrap();
        [
            KeyPair::generate().unwrap(),
            KeyPair::generate().unwrap(),
            rsa,
        ]
    })
}

impl Link {
    pub fn ca(name: usize) -> Self {
        Self {
            name,
            key: name,
            is_ca: true,
            validity: Validity::Now,
            permitted: None,
            host: HOST,
        }
    }

    pub fn server() -> Self {
        Self {
            is_ca: false,
            ..Self::ca(2)
        }
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::new([self.host.to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, NAMES[self.name]);
        if self.is_ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        (params.not_before, params.not_after) = match self.validity {
            Validity::Now => (date_time_ymd(2000, 1, 1), date_time_ymd(3000, 1, 1)),
            Validity::Over => (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1)),
            Validity::NotYet => (date_time_ymd(2999, 1, 1), date_time_ymd(3000, 1, 1)),
        };
        params.name_constraints = self.permitted.map(|name| NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName(name.to_owned())],
            excluded_subtrees: Vec::new(),
        });
        params
    }
}

#[derive(Clone)]
pub struct Certificate {
    pub der: CertificateDer<'static>,
    pub is_ca: bool,
}

/// From the root, which signs itself, to the server.
pub fn certificates(links: &[Link]) -> Vec<Certificate> {
    let mut issuer = &links[0];
    let sign = |link| {
        let signer = Issuer::new(issuer.params(), &keys()[issuer.key]);
        let certificate = Link::params(link).signed_by(&keys()[link.key], &signer);
        issuer = link;
        Certificate {
            der: certificate.unwrap().der().clone(),
            is_ca: issuer.is_ca,
        }
    };
    links.iter().map(sign).collect()
}
