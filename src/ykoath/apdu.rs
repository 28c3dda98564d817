//! Commands to the applet and its answers, as bytes: short APDUs of ISO 7816-4 only, because the
//! oldest keys know no others. No input or output.

use zeroize::Zeroizing;

use super::Error;

/// What a reader of codes asks for. The instructions that change a key (PUT, DELETE, SET CODE,
/// RENAME, RESET) are not here, so that none can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    Select,
    List,
    Calculate,
    /// Shares its number with SELECT; P1 tells them apart.
    CalculateAll,
    Validate,
    SendRemaining,
    /// Of the Management applet: the device's serial number among other things.
    ReadConfig,
}

impl Instruction {
    /// INS, P1 and P2.
    fn header(self) -> [u8; 3] {
        match self {
            Self::Select => [0xA4, 0x04, 0x00],
            Self::List => [0xA1, 0x00, 0x00],
            // P2 = 01 asks for the truncated response.
            Self::Calculate => [0xA2, 0x00, 0x01],
            Self::CalculateAll => [0xA4, 0x00, 0x01],
            Self::Validate => [0xA3, 0x00, 0x00],
            Self::SendRemaining => [0xA5, 0x00, 0x00],
            Self::ReadConfig => [0x1D, 0x00, 0x00],
        }
    }

    /// Commands without data carry Le = 00: without it, some applets answer nothing for ever.
    fn expects_length(self) -> bool {
        matches!(self, Self::List | Self::SendRemaining | Self::ReadConfig)
    }

    /// The name in Yubico's documentation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::List => "LIST",
            Self::Calculate => "CALCULATE",
            Self::CalculateAll => "CALCULATE ALL",
            Self::Validate => "VALIDATE",
            Self::SendRemaining => "SEND REMAINING",
            Self::ReadConfig => "READ CONFIG",
        }
    }
}

/// A command: class 00, an instruction, its data.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    pub instruction: Instruction,
    pub data: Zeroizing<Vec<u8>>,
}

impl Command {
    pub fn new(instruction: Instruction, data: Vec<u8>) -> Self {
        Self {
            instruction,
            data: Zeroizing::new(data),
        }
    }

    /// The bytes to send. At most 255 bytes of data fit into a short APDU.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let length = u8::try_from(self.data.len()).map_err(|_| Error::TooLong)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(6 + self.data.len()));
        bytes.push(0x00);
        bytes.extend(self.instruction.header());
        if length > 0 {
            bytes.push(length);
            bytes.extend_from_slice(&self.data);
        }
        if self.instruction.expects_length() {
            bytes.push(0x00);
        }
        Ok(bytes)
    }
}

/// An answer: data and a status word.
pub struct Response {
    pub data: Zeroizing<Vec<u8>>,
    pub status: StatusWord,
}

impl Response {
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let (data, status) = bytes
            .split_last_chunk::<2>()
            .map(|(data, status)| (data, u16::from_be_bytes(*status)))
            .ok_or(Error::Malformed("an answer has no status word"))?;
        Ok(Self {
            data: Zeroizing::new(data.to_vec()),
            status: StatusWord::from(status),
        })
    }
}

/// The two bytes that end an answer, under Yubico's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusWord {
    Success,
    /// `61xx`. Implementations differ in what `xx` counts: it is not relied on.
    MoreData(u8),
    GenericError,
    /// No VALIDATE since SELECT; after a wait, the touch that never came.
    AuthRequired,
    NoSuchObject,
    WrongSyntax,
    /// To SELECT: there is no such applet.
    NotFound,
    /// To anything else than SELECT: another applet is selected.
    UnknownInstruction,
    Other(u16),
}

impl From<u16> for StatusWord {
    fn from(number: u16) -> Self {
        match number {
            0x9000 => Self::Success,
            0x6100..=0x61FF => Self::MoreData(number.to_be_bytes()[1]),
            0x6581 => Self::GenericError,
            0x6982 => Self::AuthRequired,
            0x6984 => Self::NoSuchObject,
            0x6A80 => Self::WrongSyntax,
            0x6A82 => Self::NotFound,
            0x6D00 => Self::UnknownInstruction,
            other => Self::Other(other),
        }
    }
}

impl From<StatusWord> for u16 {
    fn from(status: StatusWord) -> Self {
        match status {
            StatusWord::Success => 0x9000,
            StatusWord::MoreData(left) => u16::from_be_bytes([0x61, left]),
            StatusWord::GenericError => 0x6581,
            StatusWord::AuthRequired => 0x6982,
            StatusWord::NoSuchObject => 0x6984,
            StatusWord::WrongSyntax => 0x6A80,
            StatusWord::NotFound => 0x6A82,
            StatusWord::UnknownInstruction => 0x6D00,
            StatusWord::Other(other) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INSTRUCTIONS: [Instruction; 7] = [
        Instruction::Select,
        Instruction::List,
        Instruction::Calculate,
        Instruction::CalculateAll,
        Instruction::Validate,
        Instruction::SendRemaining,
        Instruction::ReadConfig,
    ];

    /// The reverse of `encode`, by ISO 7816-4's rules.
    fn decode(bytes: &[u8]) -> Command {
        let instruction = INSTRUCTIONS
            .into_iter()
            .find(|i| i.header() == bytes[1..4])
            .unwrap();
        let data = match &bytes[4..] {
            [] | [_] => vec![],
            [length, rest @ ..] => rest[..usize::from(*length)].to_vec(),
        };
        Command::new(instruction, data)
    }

    proptest! {
        #[test]
        fn commands_survive_the_way_out_and_back(instruction in 0..INSTRUCTIONS.len(), data in prop::collection::vec(any::<u8>(), 0..256)) {
            let command = Command::new(INSTRUCTIONS[instruction], data);
            prop_assert!(decode(&command.encode().unwrap()) == command);
        }

        #[test]
        fn answers_keep_data_and_status(data in prop::collection::vec(any::<u8>(), 0..300), status: u16) {
            let bytes = [&data[..], &status.to_be_bytes()].concat();
            let response = Response::decode(&bytes).unwrap();
            prop_assert_eq!(&response.data[..], &data[..]);
            prop_assert_eq!(u16::from(response.status), status);
        }

        #[test]
        fn no_answer_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..4)) {
            prop_assert_eq!(Response::decode(&bytes).is_err(), bytes.len() < 2);
        }
    }

    #[test]
    fn what_does_not_fit_into_a_short_apdu_is_refused() {
        assert!(
            Command::new(Instruction::Calculate, vec![0; 256])
                .encode()
                .is_err()
        );
    }
}
