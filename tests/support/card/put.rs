//! What PUT and DELETE do: on a YubiKey, and on four other applets, each as it was seen to behave.

use super::account::{Account, Algorithm};
use super::apdu::take;
use super::applet::{Answer, Applets, Config};

/// How an applet takes a new account.
#[derive(Clone, Debug)]
pub struct Put {
    /// How many accounts it has room for, and its answer to one more.
    pub room: usize,
    pub full: u16,
    /// The answer to an id that it has already; `None`: it overwrites that account.
    pub duplicate: Option<u16>,
    /// The answer to an id of more than 64 bytes; `None`: it takes it.
    pub long_id: Option<u16>,
    /// The longest secret, in bytes.
    pub longest_secret: usize,
    /// Whether it keeps the property that asks for a touch.
    pub takes_touch: bool,
    /// It keeps another secret than it was given.
    pub garbles: bool,
}

impl Default for Put {
    /// A YubiKey with a firmware before 5.7.
    fn default() -> Self {
        Self {
            room: 32,
            full: 0x6A84,
            duplicate: None,
            long_id: Some(0x6A80),
            longest_secret: 64,
            takes_touch: true,
            garbles: false,
        }
    }
}

/// `canokey-core`.
pub fn canokey() -> Config {
    let put = Put {
        room: 100,
        duplicate: Some(0x6985),
        ..Put::default()
    };
    Config {
        version: [6, 0, 0],
        put,
        ..Config::default()
    }
}

/// `ykneo-oath`, the applet of the YubiKey NEO, which knows no touch.
pub fn neo() -> Config {
    let put = Put {
        room: 136,
        long_id: Some(0x6F00),
        takes_touch: false,
        ..Put::default()
    };
    Config {
        version: [1, 0, 2],
        put,
        ..Config::default()
    }
}

/// `apex-totp` of `VivoKey`, which descends from the NEO's.
pub fn vivokey() -> Config {
    Config {
        serial: None,
        ..neo()
    }
}

/// `pico-fido`, which takes anything and forgets the touch.
pub fn pico() -> Config {
    let put = Put {
        room: 255,
        long_id: None,
        longest_secret: usize::MAX,
        takes_touch: false,
        ..Put::default()
    };
    Config {
        chunk: usize::MAX,
        wrong_password: 0x6984,
        put,
        ..Config::default()
    }
}

impl Applets {
    pub(super) fn put(&mut self, data: &[u8]) -> Answer {
        let how = self.config.put.clone();
        let account = parse(data, &how)?;
        let accounts = &mut self.config.accounts;
        if let Some(old) = accounts.iter_mut().find(|old| old.id == account.id) {
            if let Some(status) = how.duplicate {
                return Err(status);
            }
            *old = account;
            return Ok(Vec::new());
        }
        if accounts.len() >= how.room {
            return Err(how.full);
        }
        accounts.push(account);
        Ok(Vec::new())
    }

    pub(super) fn delete(&mut self, data: &[u8]) -> Answer {
        let (id, _) = take(data, 0x71)?;
        let accounts = &mut self.config.accounts;
        let index = accounts.iter().position(|account| account.id == id);
        accounts.remove(index.ok_or(0x6984_u16)?);
        Ok(Vec::new())
    }
}

fn parse(data: &[u8], how: &Put) -> Result<Account, u16> {
    let (id, rest) = take(data, 0x71)?;
    let (key, rest) = take(rest, 0x73)?;
    let &[kind, digits, ref secret @ ..] = key else {
        return Err(0x6A80);
    };
    let touch = match rest {
        [] => false,
        [0x78, property] => property & 0x02 != 0,
        _ => return Err(0x6A80),
    };
    if let (Some(status), 65..) = (how.long_id, id.len()) {
        return Err(status);
    }
    let algorithm = match kind & 0x0F {
        1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        _ => return Err(0x6A80),
    };
    if secret.len() > how.longest_secret || !(6..=8).contains(&digits) || id.is_empty() {
        return Err(0x6A80);
    }
    let mut secret = secret.to_vec();
    secret[0] ^= u8::from(how.garbles);
    Ok(Account {
        id: id.to_vec(),
        secret,
        algorithm,
        digits,
        touch: touch && how.takes_touch,
        counter: (kind & 0xF0 == 0x10).then_some(0),
        unknown: false,
    })
}
