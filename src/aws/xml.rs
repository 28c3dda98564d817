//! IAM's answers, read.

use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

use super::error::{CallError, Refusal};

/// The texts of all elements with this name, which must not occur with two meanings in an answer.
pub fn texts(document: &str, name: &str) -> Result<Vec<String>, CallError> {
    all(document, name).map_err(|_| CallError::Unusable("it cannot be read"))
}

/// `ErrorResponse` with `Error` and `RequestId`.
pub fn parse_refusal(text: &str) -> Result<Refusal, XmlDecodeError> {
    let read = |name| Ok(all(text, name)?.pop());
    Ok(Refusal {
        code: read("Code")?.unwrap_or_default(),
        message: read("Message")?.unwrap_or_default(),
        request_id: read("RequestId")?,
        ..Refusal::default()
    })
}

fn all(document: &str, name: &str) -> Result<Vec<String>, XmlDecodeError> {
    let mut found = Vec::new();
    let mut document = Document::new(document);
    collect(&mut document.root_element()?, name, DEPTH, &mut found)?;
    Ok(found)
}

/// As deep as the elements of an answer stand in each other: `SerialNumber` in `member` in
/// `MFADevices` in `ListMFADevicesResult`.
const DEPTH: usize = 4;

fn collect(
    element: &mut ScopedDecoder<'_, '_>,
    name: &str,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<(), XmlDecodeError> {
    while let Some(mut tag) = element.next_tag() {
        if tag.start_el().matches(name) {
            found.push(try_data(&mut tag)?.trim().to_owned());
        } else if depth > 1 {
            collect(&mut tag, name, depth - 1, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read() {
        let text = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
            <Message>User: x &amp; y</Message></Error><RequestId>id</RequestId></ErrorResponse>";
        let refusal = parse_refusal(text).unwrap();
        assert_eq!(
            (refusal.code.as_str(), refusal.message.as_str()),
            ("AccessDenied", "User: x & y")
        );
        assert_eq!(refusal.request_id.as_deref(), Some("id"));
        assert!(
            parse_refusal("<html><body>")
                .unwrap_or_default()
                .code
                .is_empty()
        );
    }
}
