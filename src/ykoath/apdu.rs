//! Commands to the applet and its answers, as bytes: short APDUs of ISO 7816-4 only, because the
//! oldest keys know no others. No input or output.

use super::Error;
use super::write_access::WriteAccess;

/// A command without its data. These only read; [`Instruction::writing`] makes one that changes a
/// key, and that takes leave to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The name in Yubico's documentation.
    pub name: &'static str,
    /// INS, P1 and P2.
    header: [u8; 3],
}

impl Instruction {
    pub const SELECT: Self = Self::new("SELECT", [0xA4, 0x04, 0x00]);
    pub const LIST: Self = Self::new("LIST", [0xA1, 0x00, 0x00]);
    /// P2 = 01 asks for the truncated response, here and below.
    pub const CALCULATE: Self = Self::new("CALCULATE", [0xA2, 0x00, 0x01]);
    /// Shares its number with SELECT; P1 tells them apart.
    pub const CALCULATE_ALL: Self = Self::new("CALCULATE ALL", [0xA4, 0x00, 0x01]);
    pub const VALIDATE: Self = Self::new("VALIDATE", [0xA3, 0x00, 0x00]);
    pub const SEND_REMAINING: Self = Self::new("SEND REMAINING", [0xA5, 0x00, 0x00]);
    /// Of the Management applet: the device's serial number among other things.
    pub const READ_CONFIG: Self = Self::new("READ CONFIG", [0x1D, 0x00, 0x00]);

    const fn new(name: &'static str, header: [u8; 3]) -> Self {
        Self { name, header }
    }

    /// An instruction that changes what is on a key.
    pub(super) const fn writing(_: WriteAccess, name: &'static str, header: [u8; 3]) -> Self {
        Self::new(name, header)
    }

    /// What to send: class 00, the instruction, its data. An error if these are more than the 255
    /// bytes that fit into a short APDU.
    pub fn encode(self, data: &[u8]) -> Result<Command, Error> {
        let length = u8::try_from(data.len()).map_err(|_| Error::TooLong)?;
        let mut bytes = Vec::with_capacity(5 + data.len());
        bytes.push(0x00);
        bytes.extend(self.header);
        // Lc; without data, the same 00 is Le, without which some applets answer nothing for ever.
        bytes.push(length);
        bytes.extend_from_slice(data);
        Ok(Command(bytes))
    }

    /// Whether `command` is this instruction, encoded.
    pub fn is(self, command: &Command) -> bool {
        command.0.get(1..4) == Some(&self.header)
    }
}

/// An encoded instruction: a card takes nothing else, so that nobody can write with bytes of their
/// own. May contain a secret.
pub struct Command(Vec<u8>);

impl Command {
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The two bytes that end an answer, under Yubico's names.
pub mod status_word {
    pub const SUCCESS: u16 = 0x9000;
    /// The first byte of `61xx`: implementations differ in what `xx` counts.
    pub const MORE_DATA: u8 = 0x61;
    /// No VALIDATE since SELECT; after a wait, nobody touched the key.
    pub const AUTH_REQUIRED: u16 = 0x6982;
    pub const NO_SUCH_OBJECT: u16 = 0x6984;
    pub const WRONG_SYNTAX: u16 = 0x6A80;
    /// To PUT.
    pub const NO_SPACE: u16 = 0x6A84;
    /// To SELECT: there is no such applet.
    pub const NOT_FOUND: u16 = 0x6A82;
    /// To anything else than SELECT: another applet is selected.
    pub const UNKNOWN_INSTRUCTION: u16 = 0x6D00;
}

/// The data of an answer, and its status word.
pub fn split(answer: &[u8]) -> Result<(&[u8], u16), Error> {
    answer
        .split_last_chunk::<2>()
        .map(|(data, status)| (data, u16::from_be_bytes(*status)))
        .ok_or(Error::Malformed("an answer has no status word"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INSTRUCTIONS: [Instruction; 7] = [
        Instruction::SELECT,
        Instruction::LIST,
        Instruction::CALCULATE,
        Instruction::CALCULATE_ALL,
        Instruction::VALIDATE,
        Instruction::SEND_REMAINING,
        Instruction::READ_CONFIG,
    ];

    /// The reverse of `encode`, by ISO 7816-4's rules.
    fn decode(command: &Command) -> (Instruction, &[u8]) {
        let instruction = INSTRUCTIONS.into_iter().find(|i| i.is(command)).unwrap();
        let data = match &command.bytes()[4..] {
            [] | [_] => &[],
            [length, rest @ ..] => &rest[..usize::from(*length)],
        };
        (instruction, data)
    }

    proptest! {
        #[test]
        fn commands_survive_the_way_out_and_back(instruction in 0..INSTRUCTIONS.len(), data in prop::collection::vec(any::<u8>(), 0..256)) {
            let command = INSTRUCTIONS[instruction].encode(&data).unwrap();
            prop_assert_eq!(decode(&command), (INSTRUCTIONS[instruction], &data[..]));
        }

        #[test]
        fn answers_keep_data_and_status(data in prop::collection::vec(any::<u8>(), 0..300), status: u16) {
            let bytes = [&data[..], &status.to_be_bytes()].concat();
            prop_assert_eq!(split(&bytes).unwrap(), (&data[..], status));
        }

        #[test]
        fn no_answer_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..4)) {
            prop_assert_eq!(split(&bytes).is_err(), bytes.len() < 2);
        }
    }

    #[test]
    fn what_does_not_fit_into_a_short_apdu_is_refused() {
        assert!(Instruction::CALCULATE.encode(&[0; 256]).is_err());
    }
}
