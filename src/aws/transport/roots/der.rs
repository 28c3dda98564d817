//! The few fields of a certificate (RFC 5280, section 4.1) that tell who issued it and whether it is a
//! CA's, read without parsing the rest.

/// `basicConstraints` and `keyUsage` (RFC 5280, sections 4.2.1.9 and 4.2.1.3), in DER.
const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";

const BOOLEAN: u8 = 0x01;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// The bit `keyCertSign` of the first byte.
const KEY_CERT_SIGN: u8 = 0x04;

/// The content of the issuer's name, a SEQUENCE.
pub fn issuer(certificate: &[u8]) -> Option<&[u8]> {
    // Serial number, signature algorithm, issuer.
    fields(certificate)?.nth(2)
}

/// The content of the subject's name, a SEQUENCE.
pub fn subject(certificate: &[u8]) -> Option<&[u8]> {
    // Serial number, signature algorithm, issuer, validity, subject.
    fields(certificate)?.nth(4)
}

/// Whether the certificate says that its key may sign others. Before version 3, none could say so: of
/// those, only one that names itself as its issuer is a CA's.
pub fn is_authority(certificate: &[u8]) -> bool {
    let authority = match extensions(certificate) {
        Some(extensions) => may_sign_certificates(extensions),
        None => is_version_1_root(certificate),
    };
    authority.unwrap_or(false)
}

fn to_be_signed(certificate: &[u8]) -> Option<&[u8]> {
    let (_, certificate) = elements(certificate).next()?;
    Some(elements(certificate).next()?.1)
}

/// From the serial number on.
fn fields(certificate: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let fields = elements(to_be_signed(certificate)?);
    Some(
        fields
            .filter(|(tag, _)| *tag != VERSION)
            .map(|(_, content)| content),
    )
}

fn extensions(certificate: &[u8]) -> Option<&[u8]> {
    let mut fields = elements(to_be_signed(certificate)?);
    let (_, extensions) = fields.find(|(tag, _)| *tag == EXTENSIONS)?;
    Some(elements(extensions).next()?.1)
}

fn is_version_1_root(certificate: &[u8]) -> Option<bool> {
    let version = elements(to_be_signed(certificate)?).find(|(tag, _)| *tag == VERSION);
    let is_version_3 = version.is_some_and(|(_, number)| number.ends_with(b"\x02"));
    Some(!is_version_3 && issuer(certificate)? == subject(certificate)?)
}

fn may_sign_certificates(extensions: &[u8]) -> Option<bool> {
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

/// The content of an extension's OCTET STRING.
fn value<'a>(extensions: &'a [u8], id: &[u8]) -> Option<&'a [u8]> {
    let of_id = |extension: &(u8, &[u8])| elements(extension.1).next().is_some_and(|it| it.1 == id);
    let (_, extension) = elements(extensions).find(of_id)?;
    Some(elements(extension).last()?.1)
}

/// The consecutive elements of `der`, each with tag and content, up to the first that is malformed.
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

    fn sequence(parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    }

    #[test]
    fn a_certificate_of_version_1_that_names_itself_is_a_root() {
        let (serial, other) = (b"\x02\x01\x01", sequence(&[]));
        let (mine, its) = (sequence(&[b"me"]), sequence(&[b"it"]));
        let version_3 = b"\xa0\x03\x02\x01\x02";
        for (version, name, expected) in [
            (&b""[..], &mine, true),
            (b"", &its, false),
            (version_3, &mine, false),
        ] {
            let fields = [version, serial, &other, name, &other, &mine];
            let certificate = sequence(&[&sequence(&fields)]);
            assert_eq!(is_authority(&certificate), expected);
            assert_eq!(subject(&certificate), Some(&b"me"[..]));
            assert_eq!(issuer(&certificate), Some(&name[2..]));
        }
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
