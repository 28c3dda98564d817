//! Reads codes from the OATH applet of a YubiKey over PC/SC. Only `put` can change what is on a
//! key, and only for `awsmfa enroll`.
//!
//! [`Applet`] is the protocol (YKOATH) over any [`Card`]; [`card`] is PC/SC: readers, and a
//! transaction with the card in one of them.

mod apdu;
pub mod card;
mod credential;
mod error;
mod library;
mod password;
mod put;
mod tlv;
pub mod usb;
mod write_access;

use apdu::{Command, Instruction, status_word};
pub use credential::{Code, Credential, DEFAULT_PERIOD, OathType};
pub use error::Error;
pub use password::AccessKey;
pub use put::{LONGEST_ID, NewAccount};
use tlv::{Record, tag};
pub use write_access::WriteAccess;

const AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01];
const MANAGEMENT_AID: [u8; 8] = [0xA0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17];

/// Answers that continue an answer. A full key (64 accounts, 74 bytes each) needs 19.
const MOST_CONTINUATIONS: usize = 64;

/// Something that answers APDUs: a card in a reader, or a recording in a test.
pub trait Card {
    fn transmit(&self, command: &Command) -> Result<Vec<u8>, Error>;
}

/// The OATH applet, selected. Only valid within one transaction with the card.
pub struct Applet<'a> {
    card: &'a dyn Card,
    /// Salt of the password, and the name of the device until its applet is reset.
    pub device_id: Vec<u8>,
    /// Of a YubiKey its firmware's, of other applets their own.
    pub version: Option<Version>,
    /// What VALIDATE must answer. `None` if no password is set, or it was proven.
    challenge: Option<Vec<u8>>,
}

/// Major, minor, patch.
pub type Version = [u8; 3];

/// A credential, and its code if CALCULATE ALL gave one.
pub type Calculated = (Credential, Option<Code>);

impl<'a> Applet<'a> {
    /// SELECT. Locks the applet again if a password is set.
    pub fn select(card: &'a dyn Card) -> Result<Self, Error> {
        let answer = match send(card, Instruction::SELECT, &AID) {
            // 6D00, 6999 and 6B00 come from other cards than YubiKeys.
            Err(Error::Deselected | Error::Status(_, status_word::NOT_FOUND | 0x6999 | 0x6B00)) => {
                return Err(Error::NoApplet);
            }
            other => other?,
        };
        let records = tlv::parse(&answer)?;
        let device_id =
            tlv::value(&records, tag::NAME).ok_or(Error::Malformed("SELECT names no device"))?;
        Ok(Self {
            card,
            device_id: device_id.to_vec(),
            version: tlv::value(&records, tag::VERSION).and_then(|v| v.try_into().ok()),
            challenge: tlv::value(&records, tag::CHALLENGE).map(<[u8]>::to_vec),
        })
    }

    /// Unlocks the applet with this device's key among `keys`. Does nothing if no password is set.
    pub fn unlock(&mut self, keys: &[AccessKey]) -> Result<(), Error> {
        let Some(challenge) = &self.challenge else {
            return Ok(());
        };
        let mut keys = keys.iter();
        let key = keys.find(|key| key.device_id == self.device_id);
        let key = key.ok_or(Error::Locked)?;
        let mut own_challenge = [0; 8];
        getrandom::getrandom(&mut own_challenge).map_err(|_| Error::Random)?;
        self.validate(key, challenge, own_challenge)?;
        self.challenge = None;
        Ok(())
    }

    /// VALIDATE: proves that we know the key, and checks that the applet knows it too.
    fn validate(
        &self,
        key: &AccessKey,
        challenge: &[u8],
        own_challenge: [u8; 8],
    ) -> Result<(), Error> {
        let data = tlv::encode(&[
            (tag::RESPONSE, &key.response(challenge)),
            (tag::CHALLENGE, &own_challenge),
        ])?;
        let answer = match send(self.card, Instruction::VALIDATE, &data) {
            // YubiKeys answer 6A80, other applets also 6984 or 6982.
            Err(Error::Status(
                _,
                status_word::WRONG_SYNTAX
                | status_word::NO_SUCH_OBJECT
                | status_word::AUTH_REQUIRED,
            )) => return Err(Error::WrongPassword),
            other => other?,
        };
        let records = tlv::parse(&answer)?;
        let response = tlv::value(&records, tag::RESPONSE).unwrap_or_default();
        if key.proves(&own_challenge, response) {
            Ok(())
        } else {
            Err(Error::WrongProof)
        }
    }

    /// LIST: every credential, but not which of them need a touch.
    pub fn list(&self) -> Result<Vec<Credential>, Error> {
        let answer = send(self.card, Instruction::LIST, &[])?;
        let records = tlv::parse(&answer)?;
        let entries = records.iter().filter(|(tag, _)| *tag == tag::NAME_LIST);
        Ok(entries.filter_map(|(_, entry)| listed(entry)).collect())
    }

    /// CALCULATE ALL for a time step: every credential, and the codes of those that are TOTP and need
    /// no touch. A code is right only if the credential has the period that `time_step` counts in.
    pub fn calculate_all(&self, time_step: u64) -> Result<Vec<Calculated>, Error> {
        let data = tlv::encode(&[(tag::CHALLENGE, &time_step.to_be_bytes())])?;
        let answer = send(self.card, Instruction::CALCULATE_ALL, &data)?;
        tlv::parse(&answer)?.chunks(2).map(calculated).collect()
    }

    /// CALCULATE for a time step (Unix time / period). Waits for a touch if the credential needs one.
    ///
    /// Takes a credential, not a name, so that nobody spends an HOTP code by accident.
    pub fn calculate(&self, credential: &Credential, time_step: u64) -> Result<Code, Error> {
        if credential.oath_type != OathType::Totp {
            return Err(Error::Malformed("only a TOTP account has time steps"));
        }
        let data = tlv::encode(&[
            (tag::NAME, &credential.id),
            (tag::CHALLENGE, &time_step.to_be_bytes()),
        ])?;
        let answer = match send(self.card, Instruction::CALCULATE, &data) {
            // The applet is unlocked, so this means that nobody touched the key.
            Err(Error::Status(_, status_word::AUTH_REQUIRED))
                if credential.touch != Some(false) =>
            {
                return Err(Error::NotTouched);
            }
            other => other?,
        };
        let records = tlv::parse(&answer)?;
        let response = tlv::value(&records, tag::TRUNCATED_RESPONSE);
        Code::decode(response.ok_or(Error::Malformed("CALCULATE gives no code"))?)
    }
}

/// The device's serial number, from the Management applet; `None` if it does not tell. The OATH
/// applet has to be selected again afterwards.
pub fn serial_number(card: &dyn Card) -> Result<Option<u32>, Error> {
    let config = send(card, Instruction::SELECT, &MANAGEMENT_AID)
        .and_then(|_| send(card, Instruction::READ_CONFIG, &[]));
    let config = match config {
        // Keys older than the YubiKey 4 have no such applet, or one that cannot tell.
        Err(Error::Status(..) | Error::Deselected | Error::Malformed(_)) => return Ok(None),
        other => other?,
    };
    let records = tlv::parse(config.get(1..).unwrap_or_default()).unwrap_or_default();
    let number = tlv::value(&records, tag::SERIAL_NUMBER);
    let number = number.and_then(|number| number.try_into().ok());
    Ok(number.map(u32::from_be_bytes))
}

/// One command, and its whole answer.
fn send(card: &dyn Card, instruction: Instruction, data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut whole = Vec::new();
    let mut command = instruction.encode(data)?;
    for _ in 0..=MOST_CONTINUATIONS {
        let answer = card.transmit(&command)?;
        let (data, status) = apdu::split(&answer)?;
        whole.extend_from_slice(data);
        match status {
            status_word::SUCCESS => return Ok(whole),
            status_word::UNKNOWN_INSTRUCTION => return Err(Error::Deselected),
            status if status.to_be_bytes()[0] != status_word::MORE_DATA => {
                return Err(Error::Status(instruction, status));
            }
            _ if data.is_empty() => {
                return Err(Error::Malformed("it promises more and sends nothing"));
            }
            _ => command = Instruction::SEND_REMAINING.encode(&[])?,
        }
    }
    Err(Error::Malformed("it never ends"))
}

/// An entry of LIST: type and algorithm in one byte, then the id.
fn listed(value: &[u8]) -> Option<Credential> {
    let (kind, id) = value.split_first()?;
    let oath_type = match kind & 0xF0 {
        0x10 => OathType::Hotp,
        0x20 => OathType::Totp,
        _ => OathType::Unknown,
    };
    Some(Credential {
        id: id.to_vec(),
        oath_type,
        digits: None,
        touch: None,
    })
}

/// An entry of CALCULATE ALL: the id, then a code or what stands in its place.
fn calculated(pair: &[Record<'_>]) -> Result<Calculated, Error> {
    let [(tag::NAME, id), (kind, outcome)] = pair else {
        return Err(Error::Malformed("a credential has no name or no outcome"));
    };
    let (oath_type, touch) = match *kind {
        tag::TRUNCATED_RESPONSE => (OathType::Totp, Some(false)),
        tag::TOUCH => (OathType::Totp, Some(true)),
        tag::NO_RESPONSE => (OathType::Hotp, Some(false)),
        _ => (OathType::Unknown, None),
    };
    let credential = Credential {
        id: id.to_vec(),
        oath_type,
        digits: outcome.first().copied(),
        touch,
    };
    // A credential with an unsupported number of digits is listed without a code.
    let code = Code::decode(outcome).ok();
    let code = code.filter(|_| *kind == tag::TRUNCATED_RESPONSE);
    Ok((credential, code))
}

#[cfg(test)]
mod tests;
