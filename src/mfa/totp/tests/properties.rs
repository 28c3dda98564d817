//! Properties of the reader of secrets: a code is right or there is none. `make fuzz` runs them
//! for long. The right code comes from a second hand: RFC 4226's few lines, written once more.

use hmac::{Hmac, KeyInit as _, Mac as _};

use super::*;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let letter = |bits: &[u8]| {
        let value = bits.iter().fold(0, |value, bit| value << 1 | bit) << (5 - bits.len());
        char::from(ALPHABET[usize::from(value)])
    };
    bits.chunks(5).map(letter).collect()
}

/// RFC 4226, section 5.3, with the hash functions of RFC 6238.
fn right_code(secret: &[u8], algorithm: &str, time_step: u64) -> String {
    let counter = time_step.to_be_bytes();
    macro_rules! hmac {
        ($hash:ty) => {{
            let mut hmac = Hmac::<$hash>::new_from_slice(secret).unwrap();
            hmac.update(&counter);
            hmac.finalize().into_bytes().to_vec()
        }};
    }
    let hash = match algorithm {
        "SHA1" => hmac!(sha1::Sha1),
        "SHA256" => hmac!(sha2::Sha256),
        _ => hmac!(sha2::Sha512),
    };
    let offset = usize::from(hash[hash.len() - 1] & 0xF);
    let four: [u8; 4] = hash[offset..offset + 4].try_into().unwrap();
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7FFF_FFFF) % 1_000_000
    )
}

/// Every character for which `encode` says so, percent-encoded.
fn encoded(text: &str, encode: u64) -> String {
    let character = |(index, byte): (usize, u8)| {
        let plain = byte.is_ascii_alphanumeric() && encode >> (index % 64) & 1 == 0;
        if plain {
            char::from(byte).to_string()
        } else if index % 2 == 0 {
            format!("%{byte:02X}")
        } else {
            format!("%{byte:02x}")
        }
    };
    text.bytes().enumerate().map(character).collect()
}

/// Upper and lower case mixed.
fn mixed(text: &str, upper: u64) -> String {
    let case = |(index, c): (usize, char)| {
        if upper >> (index % 64) & 1 == 0 {
            c.to_ascii_lowercase()
        } else {
            c.to_ascii_uppercase()
        }
    };
    text.chars().enumerate().map(case).collect()
}

fn algorithm() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["SHA1", "SHA256", "SHA512"])
}

/// A parameter that says nothing about the code.
fn harmless() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec!["issuer", "image", "icon", "counter", "color", "x"]);
    (name, "\\PC{0,9}").prop_map(|(name, value)| (name.to_owned(), value))
}

/// `name=value` that leads to another code, or that nobody can understand.
fn trouble() -> impl Strategy<Value = String> {
    let other_digits = (0..100_u8).prop_filter("six", |digits| *digits != 6);
    prop_oneof![
        other_digits.prop_map(|digits| format!("digits={digits}")),
        prop_oneof![Just(0), 3601..u64::MAX].prop_map(|period| format!("period={period}")),
        "[a-z -]{0,4}".prop_map(|text| format!("period={text}")),
        "[A-RT-Z0-9]{0,6}".prop_map(|text| format!("algorithm={text}")),
        "[0189!_.+]{1,9}".prop_map(|text| format!("secret={text}")),
        Just("secret=".to_owned()),
        "[A-Z2-7]{2}".prop_map(|text| format!("secret={text}")),
        Just("digits=6".to_owned()),
        (1..3600_u32).prop_map(|period| format!("period={period}")),
        (1..3600_u32).prop_map(|period| format!("amp;period={period}")),
        Just("algorithm=SHA1".to_owned()),
    ]
}

proptest! {
    #[test]
    fn every_spelling_of_a_secret_gives_its_code(
        secret in prop::collection::vec(any::<u8>(), 1..80),
        blanks in prop::collection::vec("[ \t-]{0,2}", 1..9),
        case: u64,
        padding in "[= ]{0,7}",
        time_step in 0..u64::MAX / 30,
    ) {
        let letters = mixed(&base32(&secret), case);
        let dressed = letters.chars().zip(blanks.iter().cycle());
        let dressed = dressed.flat_map(|(letter, blank)| std::iter::once(letter).chain(blank.chars()));
        let dressed: String = dressed.collect();
        let totp = Totp::parse(&format!("{dressed}{padding}")).unwrap();
        let code = totp.code(time_step).unwrap();
        prop_assert_eq!(code.expose(), right_code(&secret, "SHA1", time_step));
    }

    #[test]
    fn every_spelling_of_a_uri_gives_its_code(
        secret in prop::collection::vec(any::<u8>(), 1..80),
        algorithm in algorithm(),
        hyphen in "(hmac-?)?",
        period in 1..=3600_u64,
        harmless in prop::collection::vec(harmless(), 0..3),
        label in "\\PC{0,12}",
        case: u64,
        encode: u64,
        order in any::<prop::sample::Index>(),
        unix_time: u64,
    ) {
        let mut parameters = harmless;
        parameters.push(("secret".to_owned(), mixed(&base32(&secret), case)));
        if algorithm != "SHA1" || case % 2 == 0 {
            parameters.push(("algorithm".to_owned(), mixed(&format!("{hyphen}{algorithm}"), encode)));
        }
        if period != 30 || case % 3 == 0 {
            parameters.push(("period".to_owned(), period.to_string()));
        }
        if case % 5 == 0 {
            parameters.push(("digits".to_owned(), "6".to_owned()));
        }
        let middle = order.index(parameters.len());
        parameters.rotate_left(middle);
        let pairs = parameters.iter().map(|(name, value)| {
            let name = encoded(&mixed(name, case), encode.rotate_left(7));
            format!("{name}={}", encoded(value, encode))
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        let uri = format!("otpauth://totp/{}?{query}", encoded(&label, u64::MAX));
        let totp = Totp::parse(&uri).unwrap();
        prop_assert_eq!(totp.period(), period);
        let time_step = unix_time / period;
        let code = totp.code(time_step).unwrap();
        prop_assert_eq!(code.expose(), right_code(&secret, algorithm, time_step), "{}", uri);
    }

    #[test]
    fn a_uri_that_says_something_else_is_refused(
        trouble in trouble(),
        first: bool,
        encode: u64,
    ) {
        let sound = "secret=GEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30";
        let (name, value) = trouble.split_once('=').unwrap();
        let trouble = format!("{}={}", encoded(name, encode), encoded(value, encode));
        let query = if first { format!("{trouble}&{sound}") } else { format!("{sound}&{trouble}") };
        prop_assert!(Totp::parse(&format!("otpauth://totp/x?{query}")).is_err(), "{query}");
    }

    /// As often as not a sound URI with a few characters taken out, put in or exchanged.
    #[test]
    fn damaged_text_never_makes_it_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<char>()), 0..6),
        time_step: u64,
    ) {
        let sound = format!("otpauth://totp/A%20B:c?secret={SHA1}&algorithm=SHA1&digits=6&period=30");
        let mut text: Vec<char> = sound.chars().collect();
        for (at, edit, character) in edits {
            let at = at.index(text.len());
            match edit {
                0 => drop(text.remove(at)),
                1 => text.insert(at, character),
                _ => text[at] = character,
            }
        }
        let text: String = text.into_iter().collect();
        match Totp::parse(&text) {
            Ok(totp) => prop_assert_eq!(totp.code(time_step).unwrap().expose().len(), 6),
            Err(error) => {
                let shown = format!("{error:#}");
                prop_assert!(!shown.contains("GEZDGNB"), "{}", shown);
            }
        }
    }
}
