//! The syntax of the two files: sections, `key = value`, continued and nested lines, as Python's
//! configparser (which the AWS CLI uses) reads them. Unlike it, a bad line is ignored and reported,
//! and does not hide the rest. Pure.

use super::header::Kind;
use super::lines::lines;
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
    for line in lines(bytes) {
        reader.line(&line);
    }
    reader.finish()
}
