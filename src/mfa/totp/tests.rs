mod properties;

use proptest::prelude::*;

use super::*;

/// The secrets of RFC 6238, appendix B: 20, 32 and 64 bytes of `1234567890…`.
const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
const SHA512: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                      GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA";

fn code_at(text: &str, unix_time: u64) -> String {
    let totp = Totp::parse(text).unwrap();
    totp.code(unix_time / totp.period())
        .unwrap()
        .expose()
        .to_owned()
}

fn refusal(text: &str) -> String {
    match Totp::parse(text) {
        Ok(_) => panic!("{text} was accepted"),
        Err(error) => format!("{error:#}"),
    }
}

/// The table of RFC 6238, appendix B, the last six of its eight digits.
#[test]
fn the_vectors_of_rfc_6238() {
    let table = [
        (59, "287082", "119246", "693936"),
        (1_111_111_109, "081804", "084774", "091201"),
        (1_111_111_111, "050471", "062674", "943326"),
        (1_234_567_890, "005924", "819424", "441116"),
        (2_000_000_000, "279037", "698825", "618901"),
        (20_000_000_000, "353130", "737706", "863826"),
    ];
    for (unix_time, sha1, sha256, sha512) in table {
        let uri =
            |secret, algorithm| format!("otpauth://totp/x?secret={secret}&algorithm={algorithm}");
        assert_eq!(code_at(SHA1, unix_time), sha1);
        assert_eq!(code_at(&uri(SHA256, "SHA256"), unix_time), sha256);
        assert_eq!(code_at(&uri(SHA512, "sha512"), unix_time), sha512);
    }
}

#[test]
fn base32_may_have_blanks_hyphens_and_padding() {
    let dresses = [
        "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
        "gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ======",
        "\tGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ = = ",
    ];
    for dress in dresses {
        assert_eq!(code_at(dress, 59), "287082", "{dress}");
    }
}

#[test]
fn short_secrets_are_taken() {
    // oathtool --totp -b --now '1970-01-01 00:00:59 UTC' JBSWY3DP
    assert_eq!(code_at("JBSWY3DP", 59), "409098");
}

#[test]
fn an_otpauth_uri_is_read() {
    for uri in [
        format!(
            "otpauth://totp/Amazon%20Web%20Services:u@a?secret={SHA1}&issuer=Amazon&digits=6&period=30"
        ),
        format!("OTPAUTH://TOTP/x?SECRET={SHA1}%3D%3D&algorithm=HmacSHA1#fragment"),
    ] {
        assert_eq!(code_at(&uri, 59), "287082", "{uri}");
    }
    assert_eq!(
        code_at(&format!("otpauth://totp/x?secret={SHA1}&period=60"), 119),
        "287082"
    );
}

#[test]
fn what_cannot_be_used_says_why() {
    let table = [
        ("", "no secret"),
        ("====", "no secret"),
        ("GEZDGNBVGY3TQOJ0", "not base32"),
        ("GEZDGNBVG", "incomplete"),
        ("otpauth://totp/x", "no secret"),
        ("otpauth://hotp/x?secret=GEZDGNBV&counter=1", "type totp"),
        ("otpauth://totp/x?secret=GEZDGNBV&digits=8", "digits=6"),
        ("otpauth://totp/x?secret=GEZDGNBV&period=0", "period"),
        (
            "otpauth://totp/x?secret=GEZDGNBV&period=99999999999999999999",
            "period",
        ),
        (
            "otpauth://totp/x?secret=GEZDGNBV&algorithm=MD5",
            "algorithm",
        ),
        ("otpauth://totp/x?secret=GEZDGNB%5", "not base32"),
        ("otpauth://totp/x?secret=GEZDGNBV&secret=GEZDGNBW", "twice"),
        (
            "otpauth://totp/x?secret=GEZDGNBV&period=30&%50eriod=60",
            "twice",
        ),
        ("otpauth://totp/x?secret=GEZDGNBV&amp;period=60", "&amp;"),
        ("otpauth://totp/x?secret=GEZDGNBV&%ff=60", "not text"),
    ];
    for (text, expected) in table {
        let message = refusal(text);
        assert!(message.contains(expected), "{text}: {message}");
        assert!(!message.contains("GEZDGNB"), "{message}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(otpauth://totp/)?\\PC{0,40}", unix_time in any::<u64>()) {
        if let Ok(totp) = Totp::parse(&text) {
            prop_assert_eq!(totp.code(unix_time / totp.period()).unwrap().expose().len(), 6);
        }
    }
}
