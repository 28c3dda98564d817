//! YKOATH's data are records: a tag of one byte, a length of one to three bytes (`00` to `7F`,
//! `81 xx`, `82 xx xx`), a value. No input or output.

use super::Error;

/// YKOATH's tags, as far as awsmfa meets them.
/// Source: <https://developers.yubico.com/OATH/YKOATH_Protocol.html>
pub mod tag {
    /// The id of a credential; in the answer to SELECT, the id of the device.
    pub const NAME: u8 = 0x71;
    /// Type and algorithm of a credential, then its id.
    pub const NAME_LIST: u8 = 0x72;
    /// In PUT: type and algorithm, number of digits, and the secret.
    pub const KEY: u8 = 0x73;
    pub const CHALLENGE: u8 = 0x74;
    /// Number of digits and the whole HMAC; in VALIDATE, an HMAC alone.
    pub const RESPONSE: u8 = 0x75;
    /// Number of digits and the four bytes that RFC 4226 takes from the HMAC.
    pub const TRUNCATED_RESPONSE: u8 = 0x76;
    /// In place of a response: an HOTP credential, which is not calculated in bulk.
    pub const NO_RESPONSE: u8 = 0x77;
    /// In place of a response: a credential that wants a touch first.
    pub const TOUCH: u8 = 0x7C;
    /// In the answer to SELECT.
    pub const VERSION: u8 = 0x79;
    /// In the configuration that the Management applet tells.
    pub const SERIAL_NUMBER: u8 = 0x02;
}

/// A tag and its value.
pub type Record<'a> = (u8, &'a [u8]);

/// The records as bytes. An error if a value does not fit into three bytes of length.
pub fn encode(records: &[Record<'_>]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for (tag, value) in records {
        let length = u16::try_from(value.len()).map_err(|_| Error::TooLong)?;
        let [high, low] = length.to_be_bytes();
        bytes.push(*tag);
        match length {
            0..=0x7F => bytes.push(low),
            0x80..=0xFF => bytes.extend([0x81, low]),
            _ => bytes.extend([0x82, high, low]),
        }
        bytes.extend_from_slice(value);
    }
    Ok(bytes)
}

/// The records of `data`, which must end with the last of them.
pub fn parse(mut data: &[u8]) -> Result<Vec<Record<'_>>, Error> {
    let mut records = Vec::new();
    while !data.is_empty() {
        let (record, rest) = split(data).ok_or(Error::Malformed("a record is cut off"))?;
        records.push(record);
        data = rest;
    }
    Ok(records)
}

/// The value of the first record with this tag.
pub fn value<'a>(records: &[Record<'a>], tag: u8) -> Option<&'a [u8]> {
    let (_, value) = records.iter().find(|(its, _)| *its == tag)?;
    Some(value)
}

fn split(data: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (&tag, rest) = data.split_first()?;
    let (length, rest) = match rest {
        [length @ 0..=0x7F, rest @ ..] | [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some(((tag, value), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_encoded_is_parsed(
            records in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..700)), 0..8),
        ) {
            let records: Vec<_> = records.iter().map(|(tag, value)| (*tag, &value[..])).collect();
            let bytes = encode(&records).unwrap();
            prop_assert_eq!(parse(&bytes).unwrap(), records);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn a_record_cut_anywhere_is_an_error(value in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
            let bytes = encode(&[(tag::NAME, &value)]).unwrap();
            let cut = 1 + cut.index(bytes.len() - 1);
            prop_assert!(parse(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn lengths_take_the_shortest_form() {
        for (length, head) in [
            (0x7F, vec![0x71, 0x7F]),
            (0x80, vec![0x71, 0x81, 0x80]),
            (0x100, vec![0x71, 0x82, 1, 0]),
        ] {
            let bytes = encode(&[(tag::NAME, &vec![0; length])]).unwrap();
            assert_eq!(bytes[..head.len()], head);
        }
        assert!(encode(&[(tag::NAME, &vec![0; 0x1_0000])]).is_err());
    }
}
