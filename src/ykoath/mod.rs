//! Reads codes from the OATH applet of a YubiKey over PC/SC. Read-only: nothing here can change
//! what is on a key.
//!
//! [`Session`] is the protocol (YKOATH) over any [`Card`]; [`card`] is PC/SC's cards; [`key`] asks
//! a card in one transaction. What is asked for, and why, is the caller's.

pub mod apdu;
pub mod card;
pub mod credential;
mod error;
pub mod key;
mod library;
pub mod password;
pub mod tlv;
pub mod usb;

use zeroize::Zeroizing;

use apdu::{Command, Instruction, Response, StatusWord};
pub use card::Card;
pub use credential::{Code, Credential, OathType};
pub use error::Error;
pub use password::AccessKey;
use tlv::Tag;

const AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01];
const MANAGEMENT_AID: [u8; 8] = [0xA0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17];

/// The serial number's tag in the Management applet's answer.
const SERIAL_NUMBER: u8 = 0x02;

/// Answers that continue an answer. A full key (64 accounts, 74 bytes each) needs 19.
const MOST_CONTINUATIONS: usize = 64;

/// The OATH applet, selected. Stands for one transaction: whoever reads from it holds the card.
pub struct Session<'a, C: Card + ?Sized> {
    card: &'a C,
    /// Salt of the password, and the name of the device until its applet is reset.
    pub device_id: Vec<u8>,
    /// Where a password is set: what VALIDATE must answer.
    challenge: Option<Vec<u8>>,
}

/// A credential and, where the key gave it unasked, its code.
pub type Calculated = (Credential, Option<Code>);

impl<'a, C: Card + ?Sized> Session<'a, C> {
    /// SELECT. Locks the applet again where a password is set.
    pub fn select(card: &'a C) -> Result<Self, Error> {
        let answer = match send(card, Instruction::Select, AID.to_vec()) {
            // 6D00, 6999 and 6B00 come from other cards than YubiKeys.
            Err(
                Error::Deselected
                | Error::Status(_, StatusWord::NotFound | StatusWord::Other(0x6999 | 0x6B00)),
            ) => {
                return Err(Error::NoApplet);
            }
            other => other?,
        };
        let records = tlv::parse(&answer)?;
        let device_id =
            tlv::value(&records, Tag::Name).ok_or(Error::Malformed("SELECT names no device"))?;
        Ok(Self {
            card,
            device_id: device_id.to_vec(),
            challenge: tlv::value(&records, Tag::Challenge).map(<[u8]>::to_vec),
        })
    }

    /// Whether a password is set and not yet proven.
    pub fn is_locked(&self) -> bool {
        self.challenge.is_some()
    }

    /// VALIDATE: proves to the applet that the password is known, and lets it prove the same.
    pub fn validate(&mut self, key: &AccessKey) -> Result<(), Error> {
        let Some(challenge) = &self.challenge else {
            return Ok(());
        };
        let mut own_challenge = [0; 8];
        getrandom::getrandom(&mut own_challenge).map_err(|_| Error::Random)?;
        self.prove(key, challenge, own_challenge)?;
        self.challenge = None;
        Ok(())
    }

    fn prove(
        &self,
        key: &AccessKey,
        challenge: &[u8],
        own_challenge: [u8; 8],
    ) -> Result<(), Error> {
        let mut data = Vec::new();
        tlv::put(&mut data, Tag::Response, &key.response(challenge))?;
        tlv::put(&mut data, Tag::Challenge, &own_challenge)?;
        let answer = match send(self.card, Instruction::Validate, data) {
            // YubiKeys answer 6A80, other applets also 6984 or 6982.
            Err(Error::Status(
                _,
                StatusWord::WrongSyntax | StatusWord::NoSuchObject | StatusWord::AuthRequired,
            )) => {
                return Err(Error::WrongPassword {
                    device_id: self.device_id.clone(),
                });
            }
            other => other?,
        };
        let records = tlv::parse(&answer)?;
        let response = tlv::value(&records, Tag::Response).unwrap_or_default();
        if key.proves(&own_challenge, response) {
            Ok(())
        } else {
            Err(Error::WrongProof)
        }
    }

    /// LIST: every credential, without saying which want a touch.
    pub fn list(&self) -> Result<Vec<Credential>, Error> {
        let answer = self.send(Instruction::List, Vec::new())?;
        let records = tlv::parse(&answer)?;
        let entries = records.iter().filter(|record| record.is(Tag::NameList));
        Ok(entries.filter_map(|record| listed(record.value)).collect())
    }

    /// CALCULATE ALL for a time step: every credential, with the code of those that are TOTP and
    /// want no touch. The codes are right only for credentials whose period the step was made with.
    pub fn calculate_all(&self, time_step: u64) -> Result<Vec<Calculated>, Error> {
        let mut data = Vec::new();
        tlv::put(&mut data, Tag::Challenge, &time_step.to_be_bytes())?;
        let answer = self.send(Instruction::CalculateAll, data)?;
        tlv::parse(&answer)?.chunks(2).map(calculated).collect()
    }

    /// CALCULATE for a time step (unix time / period). Waits for the touch where one is wanted.
    ///
    /// Takes a credential, not a name, so that nobody spends an HOTP code by accident.
    pub fn calculate(&self, credential: &Credential, time_step: u64) -> Result<Code, Error> {
        if credential.oath_type != OathType::Totp {
            return Err(Error::Malformed("only a TOTP account has time steps"));
        }
        let mut data = Vec::new();
        tlv::put(&mut data, Tag::Name, &credential.id)?;
        tlv::put(&mut data, Tag::Challenge, &time_step.to_be_bytes())?;
        let answer = match self.send(Instruction::Calculate, data) {
            // The applet is open: this is the touch that never came.
            Err(Error::Status(_, StatusWord::AuthRequired)) if credential.touch != Some(false) => {
                return Err(Error::NotTouched);
            }
            Err(Error::Status(_, StatusWord::NoSuchObject)) => return Err(Error::NoSuchCredential),
            other => other?,
        };
        let records = tlv::parse(&answer)?;
        let response = tlv::value(&records, Tag::TruncatedResponse);
        Code::decode(response.ok_or(Error::Malformed("CALCULATE gives no code"))?)
    }

    fn send(&self, instruction: Instruction, data: Vec<u8>) -> Result<Zeroizing<Vec<u8>>, Error> {
        match send(self.card, instruction, data) {
            // Without a challenge in SELECT there is no password that could be asked for.
            Err(Error::Status(_, StatusWord::AuthRequired)) if self.is_locked() => {
                Err(Error::Locked {
                    device_id: self.device_id.clone(),
                })
            }
            other => other,
        }
    }
}

/// The device's serial number, from the Management applet; `None` where it does not tell. Selects
/// that applet: to be asked before [`Session::select`].
pub fn serial_number<C: Card + ?Sized>(card: &C) -> Result<Option<u32>, Error> {
    let config = send(card, Instruction::Select, MANAGEMENT_AID.to_vec())
        .and_then(|_| send(card, Instruction::ReadConfig, Vec::new()));
    let config = match config {
        // Keys older than the YubiKey 4 have no such applet, or one that cannot tell.
        Err(Error::Status(..) | Error::Deselected | Error::Malformed(_)) => return Ok(None),
        other => other?,
    };
    let records = tlv::parse(config.get(1..).unwrap_or_default()).unwrap_or_default();
    let serial = records.iter().find(|record| record.tag == SERIAL_NUMBER);
    Ok(serial
        .and_then(|record| record.value.try_into().ok())
        .map(u32::from_be_bytes))
}

/// One command, and its whole answer.
fn send<C: Card + ?Sized>(
    card: &C,
    instruction: Instruction,
    data: Vec<u8>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut answer = Zeroizing::new(Vec::new());
    let mut command = Command::new(instruction, data);
    for _ in 0..=MOST_CONTINUATIONS {
        let response = Response::decode(&card.transmit(&command.encode()?)?)?;
        answer.extend_from_slice(&response.data);
        match response.status {
            StatusWord::Success => return Ok(answer),
            StatusWord::MoreData(_) if response.data.is_empty() => {
                return Err(Error::Malformed("it promises more and sends nothing"));
            }
            StatusWord::MoreData(_) => {
                command = Command::new(Instruction::SendRemaining, Vec::new());
            }
            StatusWord::UnknownInstruction => return Err(Error::Deselected),
            status => return Err(Error::Status(instruction, status)),
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
fn calculated(pair: &[tlv::Record<'_>]) -> Result<Calculated, Error> {
    let [name, outcome] = pair else {
        return Err(Error::Malformed("a credential has no outcome"));
    };
    if !name.is(Tag::Name) {
        return Err(Error::Malformed("a credential has no name"));
    }
    let (oath_type, touch) = if outcome.is(Tag::TruncatedResponse) {
        (OathType::Totp, Some(false))
    } else if outcome.is(Tag::Touch) {
        (OathType::Totp, Some(true))
    } else if outcome.is(Tag::NoResponse) {
        (OathType::Hotp, Some(false))
    } else {
        (OathType::Unknown, None)
    };
    let credential = Credential {
        id: name.value.to_vec(),
        oath_type,
        digits: outcome.value.first().copied(),
        touch,
    };
    // Digits that make no code are this credential's trouble, not that of its neighbours.
    let code = Code::decode(outcome.value).ok();
    Ok((
        credential,
        code.filter(|_| outcome.is(Tag::TruncatedResponse)),
    ))
}

#[cfg(test)]
mod tests;
