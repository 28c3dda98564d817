//! Variables that belong to a directory: direnv and mise set them on entering it, and remember in one
//! variable what they have changed. They take them out again on leaving, and what they no longer find
//! leaves no trace: only that record changes.

use base64_simd::forgiving_decode_to_vec;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::Environment;

/// The tools' records: base64 of zlib, direnv's of JSON, mise's of `MessagePack`.
const RECORDS: [&str; 2] = ["DIRENV_DIFF", "__MISE_DIFF"];

/// The most that a record may hold, in bytes; a larger one counts as unreadable. Both tools record
/// what they change, never the whole environment.
const LONGEST: usize = 1 << 20;

/// A tool's record, and the variables that it names.
pub struct Record<'a> {
    pub variable: &'static str,
    /// Base64, so there is nothing to quote in it.
    pub text: &'a str,
    changed: Vec<u8>,
}

impl Record<'_> {
    /// Whether the tool has set or unset the variable. Both formats write the length, or a quotation
    /// mark, before a name.
    pub fn names(&self, variable: &str) -> bool {
        let name = variable.as_bytes();
        let length = u8::try_from(name.len()).unwrap_or_default();
        let is_mark = |byte: &u8| [b'"', 0xa0 | length, length].contains(byte);
        let mut found = memchr::memmem::find_iter(&self.changed, name);
        found.any(|at| at > 0 && self.changed.get(at - 1).is_some_and(is_mark))
    }
}

/// The records that can be read; of the others, nothing is known.
pub fn records(environment: &Environment) -> impl Iterator<Item = Record<'_>> {
    RECORDS.into_iter().filter_map(|variable| {
        let text = environment.get(variable)?;
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
        if !text.bytes().all(is_base64) {
            return None;
        }
        let standard = text.replace('-', "+").replace('_', "/");
        let packed = forgiving_decode_to_vec(standard.as_bytes()).ok()?;
        let changed = decompress_to_vec_zlib_with_limit(&packed, LONGEST).ok()?;
        Some(Record {
            variable,
            text,
            changed,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As direnv 2.32 writes it on entering a directory that sets `AWS_PROFILE` and unsets `AWS_REGION`.
    const DIRENV: &str = "eJxUy8muokAYxfF3-dbSNNIOkLiolgLKyCDQYLGpEMQBhEIQBI3v3pt7Y-72_M7_BTWoL0CRzzxsEMcGFQZ4T6D6nl3P0ckWgwoP3hQwAY142A6ZRjxQQRDvZS2eOS9a4SDWH_5qfrL4K6v6Jv28IhSsTeyDCtlmtJ6F7gw-2iF7vXhuG4H--8vnh_n1su9z2p2sxHfZ8mHTgA6y8iBdb2nbjE0NffizaIiWZ22mSP1RIGZuXpSFc28xfkp7Iw1DmtCZsK_HyrLMQFJ08yxHvzU2jVlOuzqapa3DUt0JeZZ3nj8vjwmWoyG-FWNQX_WKlPGVc2EIlpvSP8z6nONW3hiIJ_fpSTtL5Ri7Rsukm8J2FCGXMckOcYhWK3i__wcAAP__wXlx8A==";

    #[test]
    fn a_record_names_what_the_tool_has_changed() {
        let environment = Environment::of(&[("DIRENV_DIFF", DIRENV)]);
        let record = records(&environment).next().unwrap();
        assert!(record.names("AWS_PROFILE") && record.names("AWS_REGION"));
        assert!(!record.names("PROFILE") && !record.names("AWS_DEFAULT_REGION"));
    }

    #[test]
    fn what_is_no_record_is_ignored() {
        for text in ["$(id)", "AAAA", "", "'", &"A".repeat(1 << 16)] {
            let environment = Environment::of(&[("DIRENV_DIFF", text), ("__MISE_DIFF", text)]);
            assert_eq!(records(&environment).count(), 0, "{text}");
        }
    }
}
