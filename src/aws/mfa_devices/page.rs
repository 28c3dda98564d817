//! One page of devices, read.

use super::super::error::CallError;
use super::super::xml::texts;

/// One page of the answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub serial_numbers: Vec<String>,
    /// Where the next page begins, if there is one.
    pub marker: Option<String>,
}

pub fn parse_page(text: &str) -> Result<Page, CallError> {
    let is_truncated = texts(text, "IsTruncated")?
        .iter()
        .any(|text| text == "true");
    Ok(Page {
        serial_numbers: texts(text, "SerialNumber")?,
        marker: texts(text, "Marker")?.pop().filter(|_| is_truncated),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::xml::parse_refusal;
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
}
