//! Checks AWS Signature Version 4 as the service does ("Create a signed AWS API request").
//!
//! Written apart from the SDK's signer, so that the one tests the other.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::calendar;
use super::errors::Refusal;
use super::http::{Request, pairs};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// In a path the slashes stay.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// How far a client's clock may be off, in seconds.
const TOLERANCE: u64 = 15 * 60;

/// The `Authorization` header, taken apart.
#[derive(Clone, Debug)]
pub struct Authorization {
    pub access_key_id: String,
    pub date: String,
    pub region: String,
    pub service: String,
    pub signed_headers: Vec<String>,
    pub signature: String,
}

impl Authorization {
    pub fn of(request: &Request) -> Result<Self, Refusal> {
        let header = request.header("authorization").ok_or_else(|| {
            Refusal::new(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
        })?;
        let incomplete = || {
            Refusal::incomplete_signature(format!(
                "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' \
                 parameters. Authorization={header}"
            ))
        };
        let fields = header
            .strip_prefix("AWS4-HMAC-SHA256 ")
            .ok_or_else(incomplete)?;
        let field = |name: &str| {
            let mut parts = fields
                .split(',')
                .filter_map(|part| part.trim().split_once('='));
            parts
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .ok_or_else(incomplete)
        };
        let scope: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key_id, date, region, service, "aws4_request"] = scope[..] else {
            return Err(Refusal::incomplete_signature(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term,  got '{}'",
                scope.join("/")
            )));
        };
        Ok(Self {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: field("SignedHeaders")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: field("Signature")?.to_owned(),
        })
    }

    /// The signature's time lies within 15 minutes of `now`, and on the day of the scope.
    pub fn check_time(&self, request: &Request, now: u64) -> Result<(), Refusal> {
        let text = request.header("x-amz-date").unwrap_or_default();
        let signed = calendar::parse_basic(text).ok_or_else(|| {
            Refusal::incomplete_signature(format!(
                "Date must be in ISO-8601 'basic format'. Got '{text}'."
            ))
        })?;
        if text[..8] != self.date {
            return Err(Refusal::signature_does_not_match(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{}', from '{text}'.",
                self.date,
                &text[..8]
            )));
        }
        let (server, earliest) = (calendar::basic(now), calendar::basic(now - TOLERANCE));
        let latest = calendar::basic(now + TOLERANCE);
        if signed < now - TOLERANCE {
            return Err(Refusal::signature_does_not_match(format!(
                "Signature expired: {text} is now earlier than {earliest} ({server} - 15 min.)"
            )));
        }
        if signed > now + TOLERANCE {
            return Err(Refusal::signature_does_not_match(format!(
                "Signature not yet current: {text} is still later than {latest} ({server} + 15 min.)"
            )));
        }
        Ok(())
    }

    /// `host` and every `x-amz-` header that is there must be signed, the body must be the one
    /// that was hashed, and the signature must be that of `secret`.
    pub fn check_signature(&self, request: &Request, secret: &str) -> Result<(), Refusal> {
        let mut names = request.headers.iter().map(|(name, _)| name);
        let unsigned = names.find(|name| {
            (*name == "host" || name.starts_with("x-amz-")) && !self.signed_headers.contains(name)
        });
        if let Some(name) = unsigned {
            return Err(Refusal::signature_does_not_match(format!(
                "'{name}' must be a 'SignedHeader' in the AWS Authorization."
            )));
        }
        let announced = request.header("x-amz-content-sha256");
        let body = hex(&Sha256::digest(&request.body));
        // A body in signed chunks is taken as it is: only the head's signature is looked at.
        let unchecked = |hash: &str| hash == "UNSIGNED-PAYLOAD" || hash.starts_with("STREAMING-");
        if announced.is_some_and(|hash| !unchecked(hash) && hash != body)
            || self.signature != self.expected(request, secret, announced.unwrap_or(&body))
        {
            return Err(Refusal::signature_does_not_match(
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service \
                 documentation for details.",
            ));
        }
        Ok(())
    }

    fn expected(&self, request: &Request, secret: &str, payload: &str) -> String {
        let canonical = self.canonical_request(request, payload);
        let scope = format!(
            "{}/{}/{}/aws4_request",
            self.date, self.region, self.service
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
            request.header("x-amz-date").unwrap_or_default(),
            hex(&Sha256::digest(canonical))
        );
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in scope.split('/') {
            key = hmac(&key, part);
        }
        hex(&hmac(&key, &text))
    }

    fn canonical_request(&self, request: &Request, payload: &str) -> String {
        let mut headers = String::new();
        for name in &self.signed_headers {
            headers += &[
                name,
                ":",
                &canonical_values(request, name),
                "
",
            ]
            .concat();
        }
        // Every service but S3 encodes the path a second time.
        let path = if self.service == "s3" {
            request.path.clone()
        } else {
            utf8_percent_encode(&request.path, RESERVED_IN_PATH).to_string()
        };
        let (method, query) = (&request.method, canonical_query(&request.query));
        let signed = self.signed_headers.join(";");
        format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{payload}")
    }
}

/// The values of a header, inner blanks collapsed; several of one name are joined by commas.
fn canonical_values(request: &Request, name: &str) -> String {
    let same_name = request.headers.iter().filter(|(header, _)| header == name);
    let values = same_name.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "));
    values.collect::<Vec<_>>().join(",")
}

fn canonical_query(query: &str) -> String {
    let encode = |text: &str| {
        utf8_percent_encode(&percent_decode_str(text).decode_utf8_lossy(), RESERVED).to_string()
    };
    let mut parameters: Vec<_> = pairs(query)
        .into_iter()
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    parameters.sort();
    let parameters = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    parameters.collect::<Vec<_>>().join("&")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}
