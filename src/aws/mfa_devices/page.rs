//! IAM's answers, read.

use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

use super::super::error::{CallError, Refusal};

/// One page of the answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub serial_numbers: Vec<String>,
    /// Where the next page begins, if there is one.
    pub marker: Option<String>,
}

pub fn parse_page(text: &str) -> Result<Page, CallError> {
    let read = |name| texts(text, name).map_err(|_| CallError::Unusable("it cannot be read"));
    let is_truncated = read("IsTruncated")?.iter().any(|text| text == "true");
    Ok(Page {
        serial_numbers: read("SerialNumber")?,
        marker: read("Marker")?.pop().filter(|_| is_truncated),
    })
}

/// `ErrorResponse` with `Error` and `RequestId`.
pub fn parse_refusal(text: &str) -> Result<Refusal, XmlDecodeError> {
    let read = |name| Ok(texts(text, name)?.pop());
    Ok(Refusal {
        code: read("Code")?.unwrap_or_default(),
        message: read("Message")?.unwrap_or_default(),
        request_id: read("RequestId")?,
        ..Refusal::default()
    })
}

/// The texts of all elements with this name, which does not occur with two meanings in an answer.
fn texts(document: &str, name: &str) -> Result<Vec<String>, XmlDecodeError> {
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
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = r#"<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListMFADevicesResult><MFADevices>
    <member><UserName>alice</UserName>
      <SerialNumber>arn:aws:iam::123456789012:mfa/alice</SerialNumber></member>
    <member><SerialNumber>arn:aws:iam::123456789012:u2f/user/alice/key-X</SerialNumber></member>
  </MFADevices><IsTruncated>false</IsTruncated><Marker>stale</Marker></ListMFADevicesResult>
  <ResponseMetadata><RequestId>7a62c49f</RequestId></ResponseMetadata>
</ListMFADevicesResponse>
"#;

    #[test]
    fn a_page_is_read() {
        let page = parse_page(PAGE).ok().unwrap();
        assert_eq!(page.serial_numbers.len(), 2);
        assert_eq!(page.marker, None);
        assert!(page.serial_numbers[1].contains(":u2f/"));
        let more = PAGE.replace("false", "true");
        assert_eq!(
            parse_page(&more).ok().unwrap().marker.as_deref(),
            Some("stale")
        );
    }

    proptest! {
        /// As often as not a sound answer with a few characters taken out, put in or exchanged.
        #[test]
        fn damaged_answers_never_make_it_panic(
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, "[<>&;/=\"' a]|<!--|<!\\[CDATA\\[|&#x?0?;|\\PC"), 0..8),
            refused: bool,
        ) {
            let refusal = "<ErrorResponse><Error><Code>A</Code><Message>b</Message></Error><RequestId>id</RequestId></ErrorResponse>";
            let mut text: Vec<String> = if refused { refusal } else { PAGE }.chars().map(String::from).collect();
            for (at, edit, characters) in edits {
                let at = at.index(text.len());
                match edit {
                    0 => drop(text.remove(at)),
                    1 => text.insert(at, characters),
                    _ => text[at] = characters,
                }
            }
            let text = text.concat();
            let _ = (parse_page(&text), parse_refusal(&text));
        }

        #[test]
        fn no_text_makes_it_panic(text in "([<>&;/=\"' a]|<[a-z]+>|</[a-z]+>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|&#x?[0-9]*;|\\PC){0,40}") {
            let page = parse_page(&format!("{text}</ListMFADevicesResponse>"));
            let _ = (page, parse_refusal(&text));
        }
    }

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
