//! The syntax of the two files: sections, `key = value`, continued and nested lines, as Python's
//! configparser (which the AWS CLI uses) reads them. Unlike it, a bad line is ignored and reported,
//! and does not hide the rest. Pure.

use super::header::Kind;
use super::parsed::Parsed;
use super::reader::Reader;

/// Reads a whole file.
pub fn parse(kind: Kind, bytes: &[u8]) -> Parsed {
    let mut reader = Reader::new(kind);
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        reader.problem(1, "the file is UTF-16; save it as UTF-8");
        return reader.finish();
    }
    // Lines end with LF, CR LF or CR, as in Python's text files.
    let (mut number, mut after_cr) = (0, false);
    for line in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        if !(after_cr && line == b"\n") {
            number += 1;
            reader.line(number, line);
        }
        after_cr = line.ends_with(b"\r");
    }
    reader.finish()
}
