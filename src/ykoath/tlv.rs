//! The records that YKOATH's data are made of: a tag of one byte, a length of one to three bytes
//! (`00`–`7F`, `81 xx`, `82 xx xx`), a value. No input or output.

use super::Error;

/// YKOATH's tags, as far as a reader meets them.
/// Source: <https://developers.yubico.com/OATH/YKOATH_Protocol.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// The id of a credential; in the answer to SELECT, the id of the device.
    Name = 0x71,
    /// Type and algorithm of a credential, then its id.
    NameList = 0x72,
    Challenge = 0x74,
    /// Number of digits and the whole HMAC; in VALIDATE, an HMAC alone.
    Response = 0x75,
    /// Number of digits and the four bytes that RFC 4226 takes from the HMAC.
    TruncatedResponse = 0x76,
    /// In place of a response: an HOTP credential, which is not calculated in bulk.
    NoResponse = 0x77,
    /// In place of a response: a credential that wants a touch first.
    Touch = 0x7C,
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub tag: u8,
    pub value: &'a [u8],
}

impl Record<'_> {
    pub fn is(&self, tag: Tag) -> bool {
        self.tag == tag as u8
    }
}

/// Appends a record. Values that a reader sends are at most 64 bytes long; one that does not fit
/// into three bytes of length is an error.
pub fn put(into: &mut Vec<u8>, tag: Tag, value: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(value.len()).map_err(|_| Error::TooLong)?;
    let [high, low] = length.to_be_bytes();
    into.push(tag as u8);
    match length {
        0..=0x7F => into.push(low),
        0x80..=0xFF => into.extend([0x81, low]),
        _ => into.extend([0x82, high, low]),
    }
    into.extend_from_slice(value);
    Ok(())
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
pub fn value<'a>(records: &[Record<'a>], tag: Tag) -> Option<&'a [u8]> {
    records
        .iter()
        .find(|record| record.is(tag))
        .map(|record| record.value)
}

fn split(data: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (&tag, rest) = data.split_first()?;
    let (length, rest) = match rest {
        [length @ 0..=0x7F, rest @ ..] | [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((Record { tag, value }, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TAGS: [Tag; 7] = [
        Tag::Name,
        Tag::NameList,
        Tag::Challenge,
        Tag::Response,
        Tag::TruncatedResponse,
        Tag::NoResponse,
        Tag::Touch,
    ];

    proptest! {
        #[test]
        fn what_was_put_is_parsed(
            records in prop::collection::vec((0..TAGS.len(), prop::collection::vec(any::<u8>(), 0..700)), 0..8),
        ) {
            let mut bytes = Vec::new();
            for (tag, value) in &records {
                put(&mut bytes, TAGS[*tag], value).unwrap();
            }
            let parsed = parse(&bytes).unwrap();
            prop_assert_eq!(parsed.len(), records.len());
            for (record, (tag, value)) in parsed.iter().zip(&records) {
                prop_assert!(record.is(TAGS[*tag]));
                prop_assert_eq!(record.value, &value[..]);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn a_record_cut_anywhere_is_an_error(value in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            put(&mut bytes, Tag::Name, &value).unwrap();
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
            let mut bytes = Vec::new();
            put(&mut bytes, Tag::Name, &vec![0; length]).unwrap();
            assert_eq!(bytes[..head.len()], head);
        }
        assert!(put(&mut Vec::new(), Tag::Name, &vec![0; 0x1_0000]).is_err());
    }
}
