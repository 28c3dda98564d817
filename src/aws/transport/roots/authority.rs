//! Whether a certificate is a CA's. TLS trusts every certificate that it gets as a root: with a
//! server's own certificate among them, that server's key could sign for every host.

/// `basicConstraints` and `keyUsage` (RFC 5280, sections 4.2.1.9 and 4.2.1.3), in DER.
const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";

const BOOLEAN: u8 = 0x01;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// The bit `keyCertSign` of the first byte.
const KEY_CERT_SIGN: u8 = 0x04;

/// Whether the certificate says that its key signs others. One from before version 3 cannot say so:
/// it counts as a CA's if it names itself as its issuer.
pub fn is_authority(certificate: &[u8]) -> bool {
    of_certificate(certificate).unwrap_or(false)
}

fn of_certificate(certificate: &[u8]) -> Option<bool> {
    let (_, certificate) = elements(certificate).next()?;
    let (_, to_be_signed) = elements(certificate).next()?;
    let extensions = elements(to_be_signed).find(|(tag, _)| *tag == EXTENSIONS);
    let Some((_, extensions)) = extensions else {
        // Serial number, algorithm, issuer, validity, subject.
        let version = elements(to_be_signed).find(|(tag, _)| *tag == VERSION);
        let mut fields = elements(to_be_signed).skip(usize::from(version.is_some()) + 2);
        let (issuer, subject) = (fields.next()?, fields.nth(1)?);
        let is_version_3 = version.is_some_and(|(_, number)| number.ends_with(b"\x02"));
        return Some(!is_version_3 && issuer == subject);
    };
    let (_, extensions) = elements(extensions).next()?;
    let (_, constraints) = elements(value(extensions, BASIC_CONSTRAINTS)?).next()?;
    let is_ca = elements(constraints).next() == Some((BOOLEAN, b"\xff"));
    let may_sign = value(extensions, KEY_USAGE).is_none_or(|usage| {
        let bits = elements(usage).next();
        bits.is_some_and(|(tag, bits)| {
            tag == BIT_STRING && bits.get(1).is_some_and(|bits| bits & KEY_CERT_SIGN != 0)
        })
    });
    Some(is_ca && may_sign)
}

/// What is in the OCTET STRING of an extension.
fn value<'a>(extensions: &'a [u8], id: &[u8]) -> Option<&'a [u8]> {
    let of_id = |extension: &(u8, &[u8])| elements(extension.1).next().is_some_and(|it| it.1 == id);
    let (_, extension) = elements(extensions).find(of_id)?;
    Some(elements(extension).last()?.1)
}

/// The elements at the top level of `der`: tag and content. Ends at the first that is cut or invalid.
fn elements(der: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = der;
    std::iter::from_fn(move || {
        let (&tag, behind) = rest.split_first()?;
        let (&first, behind) = behind.split_first()?;
        let (length, behind) = if first < 0x80 {
            (usize::from(first), behind)
        } else {
            let (digits, behind) = behind.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().try_fold(0_usize, |length, digit| {
                length.checked_mul(256)?.checked_add(usize::from(*digit))
            });
            (length?, behind)
        };
        let (content, next) = behind.split_at_checked(length)?;
        rest = next;
        Some((tag, content))
    })
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, KeyUsagePurpose};

    use super::*;

    fn certificate(is_ca: IsCa, key_usages: &[KeyUsagePurpose]) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.is_ca = is_ca;
        params.key_usages = key_usages.to_vec();
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_cas_certificate_says_so() {
        let ca = || IsCa::Ca(BasicConstraints::Unconstrained);
        for (certificate, expected) in [
            (certificate(ca(), &[]), true),
            (
                certificate(
                    ca(),
                    &[KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
                ),
                true,
            ),
            (
                certificate(IsCa::Ca(BasicConstraints::Constrained(0)), &[]),
                true,
            ),
            (
                certificate(ca(), &[KeyUsagePurpose::DigitalSignature]),
                false,
            ),
            (certificate(IsCa::NoCa, &[]), false),
            (certificate(IsCa::ExplicitNoCa, &[]), false),
            (
                certificate(IsCa::ExplicitNoCa, &[KeyUsagePurpose::KeyCertSign]),
                false,
            ),
        ] {
            assert_eq!(is_authority(&certificate), expected);
        }
    }

    #[test]
    fn a_certificate_of_version_1_that_names_itself_is_a_root() {
        let whole = certificate(IsCa::Ca(BasicConstraints::Unconstrained), &[]);
        let short = super::super::anchor::shortest(whole.into()).unwrap();
        // Its issuer is empty, its subject is not.
        assert!(!is_authority(&short));
    }

    #[test]
    fn what_is_cut_or_no_certificate_is_none() {
        let whole = certificate(IsCa::Ca(BasicConstraints::Unconstrained), &[]);
        for end in 0..whole.len() {
            is_authority(&whole[..end]);
        }
        for bytes in [&b""[..], b"\x30", b"\x30\x80", b"\x30\xff\x01", b"\x30\0"] {
            assert!(!is_authority(bytes));
        }
    }
}
