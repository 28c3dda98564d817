//! What writes to a key.

use super::*;

const SELECT: &str = "> 00A4040007A0000005272101\n< 7903050403 71084BB7A7FAD7AF401B 9000\n";

fn account(id: &str, secret: impl AsRef<[u8]>, touch: bool) -> NewAccount {
    NewAccount {
        id: id.into(),
        secret: secret.as_ref().to_vec(),
        touch,
    }
}

/// Sends PUT to a card that expects `data` and answers `status`.
fn put(account: &NewAccount, data: &str, status: &str) -> Result<(), Error> {
    let length = bytes(data).len();
    let recording = format!("{SELECT}> 00010000 {length:02X} {data}\n< {status}");
    let card = Recording::of(&recording);
    let applet = Applet::select(&card).unwrap();
    applet.put(WriteAccess::for_enroll(), account)
}

#[test]
fn an_account_is_put_proven_and_taken_back() {
    let card = Recording::of(include_str!("../fixtures/put.txt"));
    let applet = Applet::select(&card).unwrap();
    assert!(applet.list().unwrap().is_empty());
    let account = account("AWS:alice", b"1234567890".repeat(4), true);
    let access = WriteAccess::for_enroll();
    applet.put(access, &account).unwrap();
    let time_step = 0x0388_E8A0;
    let all = applet.calculate_all(time_step).unwrap();
    assert_eq!(all[0].0, account.credential());
    let code = applet.calculate(&account.credential(), time_step).unwrap();
    assert_eq!(code.text(), "015299");
    applet.delete(access, &account).unwrap();
    assert!(card.was_played_to_its_end());
}

#[test]
fn without_a_touch_there_is_no_property() {
    let account = account("AWS", b"1234567890".repeat(2), false);
    let data = "7103\"AWS\" 73162106\"12345678901234567890\"";
    put(&account, data, "9000").unwrap();
}

/// HMAC's key is the same (RFC 2104).
#[test]
fn a_secret_gets_a_length_that_keys_accept() {
    let short = account("AWS", b"1234567890", false);
    put(&short, "7103\"AWS\" 73102106\"1234567890\"00000000", "9000").unwrap();
    let longest = account("AWS", b"12345678".repeat(8), false);
    let text = "12345678".repeat(8);
    put(&longest, &format!("7103\"AWS\" 73422106\"{text}\""), "9000").unwrap();
    let long = account("AWS", [b'x'; 65], false);
    // `printf 'x%.0s' {1..65} | sha1sum`
    let hash = "78C741DDC482E4CDF8C474A0876347A0905B6233";
    put(&long, &format!("7103\"AWS\" 73162106{hash}"), "9000").unwrap();
}

#[test]
fn an_id_has_1_to_64_bytes() {
    for (length, fits) in [(0, false), (1, true), (64, true), (65, false)] {
        let id = "x".repeat(length);
        let account = account(&id, [7; 20], false);
        let key = "07".repeat(20);
        let data = format!("71{length:02X}\"{id}\" 73162106{key}");
        let outcome = put(&account, &data, "9000");
        assert_eq!(outcome.is_ok(), fits, "{length}");
        assert!(fits || matches!(outcome, Err(Error::TooLong)), "{length}");
    }
}

#[test]
fn a_full_key_is_told_from_other_refusals() {
    let account = account("AWS", [7; 20], false);
    let data = format!("7103\"AWS\" 73162106{}", "07".repeat(20));
    assert!(matches!(put(&account, &data, "6A84"), Err(Error::NoSpace)));
    for status in ["6A80", "6982", "6985", "6F00", "6581"] {
        let outcome = put(&account, &data, status);
        let number = u16::from_str_radix(status, 16).unwrap();
        assert!(matches!(outcome, Err(Error::Status(_, it)) if it == number));
    }
}

proptest! {
    /// Whatever is put fits into a short APDU and is one record each.
    #[test]
    fn every_account_fits(
        id in prop::collection::vec(any::<u8>(), 1..=64),
        secret in prop::collection::vec(any::<u8>(), 0..200),
        touch: bool,
    ) {
        let account = NewAccount { id, secret, touch };
        let card = Parrot(bytes("9000"));
        let applet = Applet::select(&card).unwrap();
        prop_assert!(applet.put(WriteAccess::for_enroll(), &account).is_ok());
    }
}
