//! Which tool wrote a section, and the end that it wrote.

use super::super::end::{End, Zone};
use super::SectionLines;

/// A setting that holds the end, and the tool that writes it. aws-mfa writes UTC and no zone; awsume
/// writes the same setting by the clock on the wall, and says `manager = awsume`.
const ENDS: [(&str, &str, Zone); 5] = [
    ("expiration", "session of aws-mfa", Zone::Utc),
    (
        "x_security_token_expires",
        "session of saml2aws",
        Zone::Either,
    ),
    (
        "aws_session_expiration",
        "session of gsts or a similar tool",
        Zone::Either,
    ),
    (
        "aws_credential_expiration",
        "session of a script",
        Zone::Either,
    ),
    ("aws_expiration", "session of a script", Zone::Either),
];

/// What the session is, and its end if one stands there.
pub fn of(section: &SectionLines<'_>) -> (&'static str, Option<End>) {
    if section.get("manager") == Some("awsume") {
        let end = section.get("expiration");
        return (
            "session of awsume",
            end.map(|text| End::read(text, Zone::Local)),
        );
    }
    for (key, what, zone) in ENDS {
        if let Some(text) = section.get(key) {
            return (what, Some(End::read(text, zone)));
        }
    }
    // `mfa:expiration = …`: the reader ends a key at the first colon.
    let of_mfa_tools = section
        .get("mfa")
        .and_then(|rest| rest.strip_prefix("expiration"));
    if let Some(text) = of_mfa_tools {
        let text = text.trim_start_matches([' ', '=', ':']);
        return ("session of mfa-tools", Some(End::read(text, Zone::Either)));
    }
    if section.get("assumed_role").is_some() {
        return ("session of aws-mfa", None);
    }
    if is_of_mfa_login(&section.header) {
        ("session of aws configure mfa-login", None)
    } else {
        ("session of an unknown tool", None)
    }
}

/// `ACCOUNT-DEVICE`, `session-SERIAL`, `session-temp`.
fn is_of_mfa_login(header: &str) -> bool {
    let digits = header.bytes().take_while(u8::is_ascii_digit).count();
    header.starts_with("session-") || (digits == 12 && header[12..].starts_with('-'))
}
