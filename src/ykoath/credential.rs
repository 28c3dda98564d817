//! The applet's credentials, their names and their codes. No input or output.

use super::Error;

/// Seconds of a time step if the id says nothing else (RFC 6238, section 4.1).
pub const DEFAULT_PERIOD: u32 = 30;

/// A credential as the key lists it. The id is the key's own, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub id: Vec<u8>,
    pub oath_type: OathType,
    /// 6 to 8; not known from LIST.
    pub digits: Option<u8>,
    /// Whether it needs a touch; not known from LIST.
    pub touch: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OathType {
    /// RFC 4226. Every calculation spends a code: never done here.
    Hotp,
    /// RFC 6238.
    Totp,
    /// Not in Yubico's documentation. Never calculated.
    Unknown,
}

impl Credential {
    /// The issuer and the account's name, of an id `[period/][issuer:]name`: the issuer ends at the
    /// first colon that is not the first character.
    pub fn issuer_and_name(&self) -> (Option<&[u8]>, &[u8]) {
        let (_, rest) = self.split_period();
        let mut bytes = rest.iter().skip(1);
        match bytes.position(|byte| *byte == b':') {
            Some(before) if before + 2 < rest.len() => {
                (Some(&rest[..=before]), &rest[before + 2..])
            }
            _ => (None, rest),
        }
    }

    /// The id without the period that Yubico's tools keep in it: what people call the credential.
    pub fn id_without_period(&self) -> &[u8] {
        self.split_period().1
    }

    /// `digits/` at the start, if something follows. Only TOTP has a period.
    fn split_period(&self) -> (Option<&[u8]>, &[u8]) {
        let id = &self.id[..];
        let digits = id.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match id[digits..].split_first() {
            Some((b'/', rest))
                if digits > 0 && !rest.is_empty() && self.oath_type == OathType::Totp =>
            {
                (Some(&id[..digits]), rest)
            }
            _ => (None, id),
        }
    }

    /// The id for a person. Bytes that are not UTF-8 are replaced.
    pub fn label(&self) -> String {
        String::from_utf8_lossy(&self.id).into_owned()
    }

    /// Seconds, not 0. An error if the id asks for a period that cannot be one (0, beyond 32 bits).
    pub fn period(&self) -> Result<u32, Error> {
        let Some(digits) = self.split_period().0 else {
            return Ok(DEFAULT_PERIOD);
        };
        let digits = std::str::from_utf8(digits).ok();
        let period = digits.and_then(|text| text.parse().ok());
        period.filter(|period| *period > 0).ok_or(Error::Period)
    }
}

/// A code, as the key computed it.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// From a truncated response: number of digits, four bytes (RFC 4226, section 5.3).
    pub fn decode(value: &[u8]) -> Result<Self, Error> {
        let &[digits, a, b, c, d] = value else {
            return Err(Error::Malformed("a code is not four bytes long"));
        };
        if !(6..=8).contains(&digits) {
            return Err(Error::Digits(digits));
        }
        let number = u32::from_be_bytes([a, b, c, d]) & 0x7FFF_FFFF;
        let code = number % 10_u32.pow(digits.into());
        let width = usize::from(digits);
        Ok(Self(format!("{code:0width$}")))
    }

    /// The digits, with leading zeros.
    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn totp(id: &[u8]) -> Credential {
        Credential {
            id: id.to_vec(),
            oath_type: OathType::Totp,
            digits: None,
            touch: None,
        }
    }

    fn parts(id: &str) -> (Option<u32>, Option<String>, String) {
        let credential = totp(id.as_bytes());
        let (issuer, name) = credential.issuer_and_name();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (credential.period().ok(), issuer.map(text), text(name))
    }

    #[test]
    fn ids_are_taken_apart_as_ykman_does() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("alice"), (Some(30), None, "alice".into()));
        assert_eq!(parts("AWS:alice"), (Some(30), some("AWS"), "alice".into()));
        assert_eq!(
            parts("60/AWS:alice"),
            (Some(60), some("AWS"), "alice".into())
        );
        assert_eq!(
            parts("2024/backup:foo"),
            (Some(2024), some("backup"), "foo".into())
        );
        assert_eq!(parts(":alice"), (Some(30), None, ":alice".into()));
        assert_eq!(parts("AWS:"), (Some(30), None, "AWS:".into()));
        assert_eq!(parts("60/"), (Some(30), None, "60/".into()));
        assert_eq!(
            parts("arn:aws:iam::123456789012:mfa/alice"),
            (
                Some(30),
                some("arn"),
                "aws:iam::123456789012:mfa/alice".into()
            )
        );
    }

    #[test]
    fn absurd_periods_are_refused_without_a_panic() {
        assert_eq!(parts("0/x").0, None);
        assert_eq!(parts("4294967296/x").0, None);
        assert_eq!(parts("99999999999999999999999/x").0, None);
        assert_eq!(parts("4294967295/x").0, Some(u32::MAX));
    }

    #[test]
    fn an_hotp_id_has_no_period() {
        let hotp = Credential {
            oath_type: OathType::Hotp,
            ..totp(b"60/x")
        };
        assert_eq!(hotp.issuer_and_name().1, b"60/x");
    }

    #[test]
    fn names_that_are_not_utf_8_can_be_shown() {
        assert_eq!(totp(b"caf\xe9:x").label(), "caf\u{fffd}:x");
    }

    #[test]
    fn rfc_6238s_codes() {
        assert_eq!(
            Code::decode(&[8, 0x41, 0x39, 0x7E, 0xEA]).unwrap().text(),
            "94287082"
        );
        assert_eq!(
            Code::decode(&[6, 0x41, 0x39, 0x7E, 0xEA]).unwrap().text(),
            "287082"
        );
        assert_eq!(
            Code::decode(&[6, 0x80, 0x00, 0x00, 0x07]).unwrap().text(),
            "000007"
        );
    }

    #[test]
    fn ten_digits_would_overflow_and_are_refused() {
        assert!(matches!(
            Code::decode(&[10, 0, 0, 0, 0]),
            Err(Error::Digits(10))
        ));
    }

    proptest! {
        #[test]
        fn no_id_makes_it_panic(id in prop::collection::vec(any::<u8>(), 0..70)) {
            let credential = totp(&id);
            let _ = (credential.period(), credential.label());
            prop_assert!(id.ends_with(credential.issuer_and_name().1));
        }

        #[test]
        fn no_response_makes_it_panic(value in prop::collection::vec(any::<u8>(), 0..8)) {
            if let Ok(code) = Code::decode(&value) {
                prop_assert_eq!(code.text().len(), usize::from(value[0]));
            }
        }
    }
}
