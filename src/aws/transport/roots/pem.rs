//! Where the certificates of a PEM file are (RFC 7468), decoded in their place.

use std::ops::Range;

use base64_simd::forgiving_decode_inplace;
use memchr::memchr;
use memchr::memmem::Finder;

pub const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
pub const END: &[u8] = b"-----END CERTIFICATE-----";

/// Characters in a line of base64 (RFC 7468, section 2); other widths only take longer.
const WIDTH: usize = 64;

/// Where the base64 of each certificate of a PEM file is (RFC 7468); `None` for one without an end.
/// Text between them is ignored, whatever its encoding.
pub fn sections(pem: &[u8]) -> Vec<Option<Range<usize>>> {
    let (begin, end) = (Finder::new(BEGIN), Finder::new(END));
    let mut done = 0;
    let section = || {
        let start = done + begin.find(&pem[done..])? + BEGIN.len();
        let length = end.find(&pem[start..]);
        done = start + length.unwrap_or_default();
        Some(length.map(|_| start..done))
    };
    std::iter::from_fn(section).collect()
}

/// Decodes base64 in its place, and says where the result is.
pub fn decode(bytes: &mut [u8], place: Range<usize>) -> Option<Range<usize>> {
    let start = place.start;
    let text = without_line_breaks(&mut bytes[place]);
    let decoded = forgiving_decode_inplace(text).ok()?;
    Some(start..start + decoded.len())
}

/// The decoder would move what follows a line break byte by byte.
fn without_line_breaks(text: &mut [u8]) -> &mut [u8] {
    let (mut line, mut length) = (0, 0);
    while line < text.len() {
        let end = match text.get(line + WIDTH) {
            Some(b'\n') => line + WIDTH,
            _ => memchr(b'\n', &text[line..]).map_or(text.len(), |at| line + at),
        };
        text.copy_within(line..end, length);
        length += end - line;
        line = end + 1;
    }
    &mut text[..length]
}
