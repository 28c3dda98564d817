//! Properties of the protocol against a card that sends anything. `make fuzz` runs them for long.

use std::cell::Cell;

use super::*;

/// Answers from a list, and the last of it for ever.
struct Hostile {
    answers: RefCell<VecDeque<Vec<u8>>>,
    commands: Cell<usize>,
}

impl Hostile {
    fn new(answers: Vec<Vec<u8>>) -> Self {
        Self {
            answers: RefCell::new(answers.into()),
            commands: Cell::new(0),
        }
    }

    /// How many commands `work` took.
    fn commands(&self, work: impl FnOnce(&Self)) -> usize {
        self.commands.set(0);
        work(self);
        self.commands.get()
    }
}

impl Card for Hostile {
    fn transmit(&self, _: &Command) -> Result<Vec<u8>, Error> {
        self.commands.set(self.commands.get() + 1);
        let mut answers = self.answers.borrow_mut();
        let answer = match answers.len() {
            0 => Vec::new(),
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap(),
        };
        Ok(answer)
    }
}

/// Lengths on both sides of every boundary: of TLV's three forms, and of a short answer.
fn length() -> impl Strategy<Value = usize> {
    let edges = vec![
        0, 1, 0x7E, 0x7F, 0x80, 0x81, 0xFD, 0xFE, 0xFF, 0x100, 0x101, 0x102, 0xFFFE, 0xFFFF,
    ];
    prop_oneof![30 => 0..40_usize, 1 => prop::sample::select(edges)]
}

fn bytes_of(length: impl Strategy<Value = usize>) -> impl Strategy<Value = Vec<u8>> {
    (length, any::<[u8; 8]>()).prop_map(|(length, seed)| {
        let bytes = seed.into_iter().cycle();
        bytes.take(length).collect()
    })
}

/// A record that means something, or nothing, with a length that may lie.
fn record() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop_oneof![
        6 => prop::sample::select(vec![0x71, 0x72, 0x74, 0x75, 0x76, 0x77, 0x79, 0x7C, 0x02]),
        1 => any::<u8>(),
    ];
    let lie = prop_oneof![12 => Just(None), 1 => any::<u8>().prop_map(Some)];
    (tag, bytes_of(length()), lie).prop_map(|(tag, value, lie)| {
        let mut record = vec![tag];
        match u16::try_from(value.len()).unwrap().to_be_bytes() {
            [0, low @ 0..=0x7F] => record.push(low),
            [0, low] => record.extend([0x81, low]),
            [high, low] => record.extend([0x82, high, low]),
        }
        record[1] = lie.unwrap_or(record[1]);
        record.extend(value);
        record
    })
}

fn status() -> impl Strategy<Value = Vec<u8>> {
    let known = vec![
        [0x90, 0x00],
        [0x90, 0x00],
        [0x61, 0x00],
        [0x61, 0xFF],
        [0x69, 0x82],
        [0x69, 0x84],
        [0x6A, 0x80],
        [0x6A, 0x82],
        [0x6D, 0x00],
        [0x65, 0x81],
    ];
    prop_oneof![
        8 => prop::sample::select(known).prop_map(|status| status.to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..3),
    ]
}

fn answer() -> impl Strategy<Value = Vec<u8>> {
    let records = prop::collection::vec(record(), 0..5);
    (records, status()).prop_map(|(records, status)| [records.concat(), status].concat())
}

/// What SELECT answers, with or without a password.
fn selected() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(bytes("7903050403 71084BB7A7FAD7AF401B 9000")),
        Just(bytes(
            "7903050403 71084BB7A7FAD7AF401B 740863B2B0A6C7D6A9F3 7B0101 9000"
        )),
        answer(),
    ]
}

/// Commands that one question may take: itself, and what continues its answer.
const MOST: usize = 1 + MOST_CONTINUATIONS;

proptest! {
    #[test]
    fn no_card_makes_it_panic_or_go_on_for_ever(
        select in selected(),
        answers in prop::collection::vec(answer(), 1..6),
        id in prop::collection::vec(any::<u8>(), 0..80),
        time_step: u64,
    ) {
        let card = Hostile::new([vec![select], answers.clone()].concat());
        if let Ok(mut applet) = Applet::select(&card) {
            let credential = Credential { id, oath_type: OathType::Totp, digits: None, touch: None };
            prop_assert!(card.commands(|_| drop(applet.list())) <= MOST);
            prop_assert!(card.commands(|_| drop(applet.calculate_all(time_step))) <= MOST);
            let calculate = |_: &_| {
                if let Ok(code) = applet.calculate(&credential, time_step) {
                    assert!((6..=8).contains(&code.text().len()));
                }
            };
            prop_assert!(card.commands(calculate) <= MOST);
            // Nobody but a key that knows the password can prove it, whatever it answers.
            let key = AccessKey::derive("hunter2", &applet.device_id);
            let challenge = applet.challenge.clone();
            prop_assert!(card.commands(|_| drop(applet.unlock(&[key]))) <= MOST);
            prop_assert_eq!(&applet.challenge, &challenge);
        }
        let card = Hostile::new(answers);
        prop_assert!(card.commands(|card| drop(serial_number(card))) <= 2 * MOST);
    }

    #[test]
    fn an_answer_in_any_pieces_is_the_same(
        ids in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..65), 0..40),
        cuts in prop::collection::vec(1..256_usize, 64),
    ) {
        let mut whole = Vec::new();
        for id in &ids {
            let entry = [&[0x21], &id[..]].concat();
            whole.extend_from_slice(&tlv::encode(&[(tag::NAME_LIST, &entry)]).unwrap());
        }
        let mut pieces = Vec::new();
        let mut rest = &whole[..];
        for cut in cuts {
            if cut >= rest.len() {
                break;
            }
            pieces.push([&rest[..cut], &[0x61, 0xFF]].concat());
            rest = &rest[cut..];
        }
        pieces.push([rest, &[0x90, 0x00]].concat());
        let select = bytes("7903050403 71084BB7A7FAD7AF401B 9000");
        let card = Hostile::new([vec![select], pieces].concat());
        let list = Applet::select(&card).unwrap().list().unwrap();
        let read: Vec<_> = list.into_iter().map(|credential| credential.id).collect();
        prop_assert_eq!(read, ids);
    }

    #[test]
    fn records_of_any_length_are_read_back(
        values in prop::collection::vec(bytes_of(length()), 0..6),
    ) {
        let named: Vec<_> = values.iter().map(|value| (tag::NAME, &value[..])).collect();
        let bytes = tlv::encode(&named).unwrap();
        let records = tlv::parse(&bytes).unwrap();
        let read: Vec<_> = records.iter().map(|(_, value)| value.to_vec()).collect();
        prop_assert_eq!(read, values);
    }

    #[test]
    fn records_never_reach_beyond_the_answer(
        records in prop::collection::vec(record(), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = records.concat();
        let bytes = &bytes[..cut.index(bytes.len() + 1)];
        if let Ok(records) = tlv::parse(bytes) {
            let length: usize = records.iter().map(|(_, value)| value.len() + 2).sum();
            prop_assert!(length <= bytes.len());
        }
    }
}
