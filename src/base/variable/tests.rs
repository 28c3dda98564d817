use super::*;
use crate::base::tests::base;

fn of_user(number: usize) -> Base {
    Base {
        long_term_key_id: Some(format!("AKIA{number}")),
        ..base()
    }
}

fn text(bases: impl IntoIterator<Item = Base>) -> Option<String> {
    let mut kept = Bases::default();
    bases.into_iter().for_each(|base| kept.keep(base));
    kept.text()
}

/// The key ids of what comes back from `text`, `left` seconds before the end of all.
fn back(text: &str, left: u64) -> Vec<String> {
    let now = base().credentials.expiration - Duration::from_secs(left);
    let bases = Bases::read(&Environment::of(&[(BASE, text)]), now).0;
    let ids = bases.into_iter().map(|base| base.long_term_key_id);
    ids.map(Option::unwrap_or_default).collect()
}

#[test]
fn comes_back_as_it_was_kept() {
    let unknown = Base {
        long_term_key_id: None,
        mfa_serial: None,
        ..base()
    };
    let text = text([base(), unknown]).unwrap();
    let environment = Environment::of(&[(BASE, &text)]);
    let read = Bases::read(&environment, UNIX_EPOCH);
    assert_eq!(read.text(), Some(text));
    assert_eq!(
        read.0[1].credentials.expiration,
        base().credentials.expiration
    );
    assert_eq!(read.0[1].mfa_serial, base().mfa_serial);
}

#[test]
fn malformed_variables_count_as_no_base_session() {
    let text = text([base()]).unwrap();
    for junk in [
        "",
        "1",
        "2",
        "x",
        &text.replacen('2', "1", 1),
        &text[..text.len() / 2],
        &format!("{text} x"),
        &text.replace("secret", "se\u{7f}cret"),
    ] {
        assert!(back(junk, 1).is_empty(), "{junk}");
    }
}

#[test]
fn the_last_used_comes_first_and_once() {
    let text = text([of_user(1), of_user(2), of_user(1)]).unwrap();
    assert_eq!(back(&text, 1), ["AKIA1", "AKIA2"]);
    assert!(back(&text, 0).is_empty(), "they have expired");
}

#[test]
fn only_the_ten_that_were_used_last_are_kept() {
    let many = text((0..50).map(of_user)).unwrap();
    let expected: Vec<_> = (40..50)
        .rev()
        .map(|number| format!("AKIA{number}"))
        .collect();
    assert_eq!(back(&many, 1), expected);
}

#[test]
fn what_is_no_word_is_not_kept() {
    for serial in ["a b", "a\nb", ""] {
        let odd = Base {
            mfa_serial: Some(serial.to_owned()),
            ..of_user(2)
        };
        let text = text([of_user(1), odd]).unwrap();
        assert_eq!(back(&text, 1), ["AKIA1"], "{serial:?}");
    }
    assert!(text([]).is_none());
}
