//! The three answers of STS, as AWS writes them.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

const HOUR: Duration = Duration::from_hours(1);

/// The answer to a request with this body, headers and all.
pub fn to(body: &str) -> String {
    let action = body
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="));
    let (status, action, result) = match action {
        Some(action @ "GetCallerIdentity") => ("200 OK", action, IDENTITY.to_owned()),
        Some(action @ "GetSessionToken") => ("200 OK", action, credentials(12 * HOUR)),
        Some(action @ "AssumeRole") => ("200 OK", action, ROLE.to_owned() + &credentials(HOUR)),
        _ => ("400 Bad Request", "Unknown", String::new()),
    };
    let xml = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n\
         <{action}Result>\n{result}</{action}Result>\n\
         <ResponseMetadata>\n<RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>\n\
         </ResponseMetadata>\n</{action}Response>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\nx-amzn-RequestId: 01234567-89ab-cdef-0123-456789abcdef\r\n\
         Content-Type: text/xml\r\nContent-Length: {}\r\nDate: {}\r\n\r\n{xml}",
        xml.len(),
        date(Duration::ZERO, Format::HttpDate)
    )
}

const IDENTITY: &str = "<Arn>arn:aws:iam::123456789012:user/alice</Arn>\n\
    <UserId>AIDAIOSFODNN7EXAMPLE</UserId>\n<Account>123456789012</Account>\n";

const ROLE: &str = "<AssumedRoleUser>\n\
    <Arn>arn:aws:sts::123456789012:assumed-role/admin/alice</Arn>\n\
    <AssumedRoleId>AROAIOSFODNN7EXAMPLE:alice</AssumedRoleId>\n</AssumedRoleUser>\n";

/// Good for as long as this from now. A real session token is about this long.
fn credentials(left: Duration) -> String {
    format!(
        "<Credentials>\n<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\n\
         <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>\n\
         <SessionToken>{}</SessionToken>\n<Expiration>{}</Expiration>\n</Credentials>\n",
        "IQoJb3JpZ2luX2VjEXAMPLE+".repeat(15),
        date(left, Format::DateTime)
    )
}

fn date(from_now: Duration, format: Format) -> String {
    let since = (SystemTime::now() + from_now).duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.expect("a date after 1970").as_secs();
    let date = DateTime::from_secs(seconds.cast_signed());
    date.fmt(format).expect("a date of this century")
}
