//! Commands as they are sent to a card, and the records within commands and answers.

pub fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    assert!(length < 0x80, "no value on a key is that long");
    [&[tag, length], value].concat()
}

/// The record that `data` must begin with, and what follows it.
pub fn take(data: &[u8], tag: u8) -> Result<(&[u8], &[u8]), u16> {
    match data {
        [found, length, rest @ ..] if *found == tag => {
            rest.split_at_checked((*length).into()).ok_or(0x6A80)
        }
        _ => Err(0x6A80),
    }
}

pub struct Command<'a> {
    pub ins: u8,
    pub p1: u8,
    pub p2: u8,
    pub data: &'a [u8],
    pub extended: bool,
}

impl<'a> Command<'a> {
    pub fn parse(apdu: &'a [u8]) -> Option<Self> {
        let (&[_, ins, p1, p2], body) = apdu.split_first_chunk::<4>()?;
        let (extended, length, rest) = match body {
            [] | [_] => (false, 0, &body[..0]),
            [0, _, _] => (true, 0, &body[..0]),
            [0, high, low, rest @ ..] => {
                (true, usize::from(u16::from_be_bytes([*high, *low])), rest)
            }
            [length, rest @ ..] => (false, usize::from(*length), rest),
        };
        Some(Self {
            ins,
            p1,
            p2,
            data: rest.get(..length)?,
            extended,
        })
    }
}
