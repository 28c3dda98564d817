//! Recorded exchanges (`fixtures/`), replayed: what is sent must be the recorded bytes, what is
//! answered is read back. The format of a recording: `>` a command, `<` its answer, both in hex;
//! a word in double quotes stands for its bytes; `#` begins a comment.

mod properties;
mod put;

use std::cell::RefCell;
use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// A card that answers from a recording, and refuses anything that was not recorded.
struct Recording(RefCell<VecDeque<(Vec<u8>, Vec<u8>)>>);

impl Recording {
    fn of(text: &str) -> Self {
        let mut exchanges = VecDeque::new();
        let mut command = None;
        for line in text
            .lines()
            .map(|line| line.split('#').next().unwrap().trim())
        {
            match line.split_once(' ') {
                Some((">", rest)) => command = Some(bytes(rest)),
                Some(("<", rest)) => exchanges.push_back((command.take().unwrap(), bytes(rest))),
                _ => assert_eq!(line, "", "neither a command nor an answer"),
            }
        }
        Self(RefCell::new(exchanges))
    }

    fn was_played_to_its_end(&self) -> bool {
        self.0.borrow().is_empty()
    }
}

impl Card for Recording {
    fn transmit(&self, command: &Command) -> Result<Vec<u8>, Error> {
        let command = command.bytes();
        let (recorded, answer) = self
            .0
            .borrow_mut()
            .pop_front()
            .expect("nothing more was recorded");
        assert_eq!(
            command, recorded,
            "sent {command:02X?}\nrecorded {recorded:02X?}"
        );
        Ok(answer)
    }
}

fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        if index % 2 == 1 {
            out.extend(part.as_bytes());
            continue;
        }
        let hex: Vec<_> = part
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        for pair in hex.chunks(2) {
            out.push(u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
        }
    }
    out
}

fn names(credentials: &[Credential]) -> Vec<String> {
    credentials.iter().map(Credential::label).collect()
}

#[test]
fn a_real_keys_list() {
    let card = Recording::of(include_str!("fixtures/list_5.2.4.txt"));
    let applet = Applet::select(&card).unwrap();
    assert!(applet.challenge.is_none());
    assert_eq!(applet.device_id, bytes("4BB7A7FAD7AF401B"));
    let list = applet.list().unwrap();
    assert_eq!(
        names(&list),
        ["Microsoft:test@outlook.com", "Google:test@gmail.com"]
    );
    assert_eq!(list[0].oath_type, OathType::Totp);
    assert_eq!(list[1].oath_type, OathType::Hotp);
    assert!(card.was_played_to_its_end());
}

#[test]
fn calculate_all_tells_what_wants_a_touch_and_what_is_hotp() {
    let card = Recording::of(include_str!("fixtures/calculate_all.txt"));
    let applet = Applet::select(&card).unwrap();
    let all = applet.calculate_all(1).unwrap();
    let read: Vec<_> = all
        .iter()
        .map(|(credential, code)| {
            let code = code.as_ref().map(|code| code.text().to_owned());
            (
                credential.label(),
                credential.oath_type,
                credential.touch,
                code,
            )
        })
        .collect();
    let totp = OathType::Totp;
    assert_eq!(
        read,
        [
            (
                "aws:alice@prod".into(),
                totp,
                Some(false),
                Some("287082".into())
            ),
            (
                "60/Slow:bob".into(),
                totp,
                Some(false),
                Some("94287082".into())
            ),
            ("Touchy:carol".into(), totp, Some(true), None),
            ("Count:dave".into(), OathType::Hotp, Some(false), None),
        ]
    );
    let code = applet.calculate(&all[1].0, 0).unwrap();
    assert_eq!(code.text(), "84755224");
    assert!(card.was_played_to_its_end());
}

#[test]
fn a_locked_applet_opens_for_the_right_password_only() {
    let card = Recording::of(include_str!("fixtures/password.txt"));
    let applet = Applet::select(&card).unwrap();
    assert!(matches!(
        applet.list(),
        Err(Error::Status(_, status_word::AUTH_REQUIRED))
    ));
    let wrong = AccessKey::derive("hunter3", &applet.device_id);
    let right = AccessKey::derive("hunter2", &applet.device_id);
    let challenge = applet.challenge.clone().unwrap();
    let own = [1, 2, 3, 4, 5, 6, 7, 8];
    assert!(matches!(
        applet.validate(&wrong, &challenge, own),
        Err(Error::WrongPassword)
    ));
    applet.validate(&right, &challenge, own).unwrap();
    // The same again, from a key that answers with another proof.
    assert!(matches!(
        applet.validate(&right, &challenge, own),
        Err(Error::WrongProof)
    ));
    assert!(card.was_played_to_its_end());
}

#[test]
fn an_answer_in_pieces_is_put_together_before_it_is_parsed() {
    let card = Recording::of(include_str!("fixtures/send_remaining.txt"));
    let applet = Applet::select(&card).unwrap();
    assert_eq!(
        names(&applet.list().unwrap()),
        ["aws:alice@prod", "60/Slow:bob"]
    );
    assert!(card.was_played_to_its_end());
}

/// Answers every command the same.
struct Parrot(Vec<u8>);

impl Card for Parrot {
    fn transmit(&self, command: &Command) -> Result<Vec<u8>, Error> {
        let select = bytes("7903050403 71084BB7A7FAD7AF401B 9000");
        Ok(if command.bytes()[1..3] == [0xA4, 0x04] {
            select
        } else {
            self.0.clone()
        })
    }
}

#[test]
fn a_card_that_never_ends_is_stopped() {
    for answer in ["72 61FF", "61FF"] {
        let card = Parrot(bytes(answer));
        let applet = Applet::select(&card).unwrap();
        assert!(
            matches!(applet.list(), Err(Error::Malformed(_))),
            "{answer}"
        );
    }
}

#[test]
fn a_touch_that_never_came_is_told_from_a_lock() {
    let card = Parrot(bytes("6982"));
    let applet = Applet::select(&card).unwrap();
    let credential = Credential {
        id: b"x".to_vec(),
        oath_type: OathType::Totp,
        digits: None,
        touch: None,
    };
    assert!(matches!(
        applet.calculate(&credential, 1),
        Err(Error::NotTouched)
    ));
}

#[test]
fn an_hotp_counter_is_never_advanced() {
    // The recording ends after SELECT: sending CALCULATE would fail the test.
    let card = Recording::of("> 00A4040007A0000005272101\n< 7903050403 71084BB7A7FAD7AF401B 9000");
    let applet = Applet::select(&card).unwrap();
    let hotp = Credential {
        id: b"Count:dave".to_vec(),
        oath_type: OathType::Hotp,
        digits: Some(6),
        touch: Some(false),
    };
    assert!(applet.calculate(&hotp, 1).is_err());
}

proptest! {
    #[test]
    fn no_answer_of_a_card_makes_it_panic(answer in prop::collection::vec(any::<u8>(), 0..260)) {
        for status in [&[][..], &[0x90, 0x00], &[0x61, 0x00]] {
            let card = Parrot([&answer[..], status].concat());
            let applet = Applet::select(&card).unwrap();
            let _ = applet.list();
            let _ = applet.calculate_all(1);
            let _ = serial_number(&card);
        }
    }
}
