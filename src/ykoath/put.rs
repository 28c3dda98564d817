//! PUT, the only instruction of awsmfa that writes to a key, and DELETE, which takes a PUT back.

use sha1::{Digest, Sha1};

use super::apdu::{Instruction, status_word};
use super::tlv::{self, tag};
use super::{Applet, Credential, Error, OathType, WriteAccess, send};

/// The longest id that a YubiKey stores, in bytes.
pub const LONGEST_ID: usize = 64;

/// TOTP (20) with SHA-1 (01), and six digits: AWS has no other codes.
const TOTP_SHA1: u8 = 0x21;
const DIGITS: u8 = 6;

/// YubiKeys refuse a shorter secret. HMAC pads with zeros anyway (RFC 2104, section 2).
const SHORTEST_SECRET: usize = 14;
/// SHA-1's block: HMAC takes the hash of a longer secret.
const BLOCK: usize = 64;

/// The property that a code is computed only after a touch: a tag and a value, without a length.
const TOUCH: [u8; 2] = [0x78, 0x02];

/// An account for AWS that a key does not have yet: TOTP, SHA-1, six digits, 30 seconds.
pub struct NewAccount {
    /// At most [`LONGEST_ID`] bytes.
    pub id: Vec<u8>,
    pub secret: Vec<u8>,
    /// Whether each code takes a touch.
    pub touch: bool,
}

impl NewAccount {
    /// The account as the key lists it.
    pub fn credential(&self) -> Credential {
        Credential {
            id: self.id.clone(),
            oath_type: OathType::Totp,
            digits: Some(DIGITS),
            touch: Some(self.touch),
        }
    }

    /// The data of PUT. Never asks for codes of increasing time steps only (`78 01`): a wrong clock
    /// would make the account useless.
    fn encode(&self) -> Result<Vec<u8>, Error> {
        if self.id.is_empty() || self.id.len() > LONGEST_ID {
            return Err(Error::TooLong);
        }
        let key = [&[TOTP_SHA1, DIGITS], &hmac_key(&self.secret)[..]].concat();
        let mut data = tlv::encode(&[(tag::NAME, &self.id), (tag::KEY, &key)])?;
        if self.touch {
            data.extend(TOUCH);
        }
        Ok(data)
    }
}

/// The secret in a length that keys accept. HMAC computes the same with it (RFC 2104, section 2).
fn hmac_key(secret: &[u8]) -> Vec<u8> {
    let mut key = if secret.len() > BLOCK {
        Sha1::digest(secret).to_vec()
    } else {
        secret.to_vec()
    };
    key.resize(key.len().max(SHORTEST_SECRET), 0);
    key
}

impl Applet<'_> {
    /// PUT. Some applets overwrite an account of this id without a word: LIST first.
    pub fn put(&self, access: WriteAccess, account: &NewAccount) -> Result<(), Error> {
        let put = Instruction::writing(access, "PUT", [0x01, 0x00, 0x00]);
        match send(self.card, put, &account.encode()?) {
            Err(Error::Status(_, status_word::NO_SPACE)) => Err(Error::NoSpace),
            other => other.map(|_| ()),
        }
    }

    /// DELETE, to take back a PUT of the same transaction.
    pub fn delete(&self, access: WriteAccess, account: &NewAccount) -> Result<(), Error> {
        let delete = Instruction::writing(access, "DELETE", [0x02, 0x00, 0x00]);
        let data = tlv::encode(&[(tag::NAME, &account.id)])?;
        send(self.card, delete, &data).map(|_| ())
    }
}
