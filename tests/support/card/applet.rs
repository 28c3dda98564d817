//! What is on a virtual YubiKey: the OATH applet as YKOATH describes it, and the little of the
//! Management and OTP applets that Yubico's tools ask before they believe that it is one.

use sha1::Sha1;

use super::account::{Account, hmac_sha1};
use super::apdu::{Command, take, tlv};
use super::put::Put;

const OATH: &[u8] = &[0xA0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01];
const MANAGEMENT: &[u8] = &[0xA0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17];
const OTP: &[u8] = &[0xA0, 0x00, 0x00, 0x05, 0x27, 0x20, 0x01];

/// Every capability, as the Management applet tells it.
const CAPABILITIES: [u8; 2] = [0x03, 0x3F];

/// What a virtual key is like.
#[derive(Clone, Debug)]
pub struct Config {
    pub version: [u8; 3],
    pub serial: Option<u32>,
    pub device_id: [u8; 8],
    pub password: Option<String>,
    pub accounts: Vec<Account>,
    /// Data bytes of one answer to a short APDU.
    pub chunk: usize,
    /// Whether SELECT finds the OATH applet.
    pub oath: bool,
    /// The key breaks its promise to prove the password.
    pub lies: bool,
    /// The answer to a wrong password: YubiKeys 6A80, other applets also 6984.
    pub wrong_password: u16,
    /// SELECT gives another device id each time.
    pub changes_device_id: bool,
    /// What CALCULATE ALL answers in place of codes, whether a password is set or not.
    pub calculate_all: Option<u16>,
    pub put: Put,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: [5, 4, 3],
            serial: Some(10_000_001),
            device_id: [0x4B, 0xB7, 0xA7, 0xFA, 0xD7, 0xAF, 0x40, 0x1B],
            password: None,
            accounts: Vec::new(),
            chunk: 256,
            oath: true,
            lies: false,
            wrong_password: 0x6A80,
            changes_device_id: false,
            calculate_all: None,
            put: Put::default(),
        }
    }
}

/// What the card does with a command.
pub enum Outcome {
    Answer(Vec<u8>),
    /// Answer this after a touch, or 6982 if none comes.
    AfterTouch(Vec<u8>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Selected {
    Nothing,
    Oath,
    Management,
    Otp,
}

/// The card: its configuration, and what is forgotten when it loses power.
pub struct Applets {
    pub config: Config,
    selected: Selected,
    challenge: Option<[u8; 8]>,
    unlocked: bool,
    rest: Vec<u8>,
    /// Counts the challenges, so that none comes twice.
    selects: u64,
}

pub(super) type Answer = Result<Vec<u8>, u16>;

impl Applets {
    pub fn new(config: Config) -> Self {
        Self {
            config,
            selected: Selected::Nothing,
            challenge: None,
            unlocked: false,
            rest: Vec::new(),
            selects: 0,
        }
    }

    /// Power off, power on, reset: all the same to the applets.
    pub fn reset(&mut self) {
        self.selected = Selected::Nothing;
        self.challenge = None;
        self.unlocked = false;
        self.rest.clear();
    }

    /// Whether the next program could read codes without SELECT and VALIDATE.
    pub fn is_open(&self) -> bool {
        self.selected == Selected::Oath && self.unlocked
    }

    /// Whether a command is PUT, DELETE, SET CODE, RESET or RENAME.
    pub fn would_write(&self, apdu: &[u8]) -> bool {
        self.selected == Selected::Oath && matches!(apdu.get(1), Some(0x01..=0x05))
    }

    pub fn transmit(&mut self, apdu: &[u8]) -> Outcome {
        let Some(command) = Command::parse(apdu) else {
            return Outcome::Answer(vec![0x67, 0x00]);
        };
        let touch = self.wants_touch(&command);
        let answer = match self.dispatch(&command) {
            Ok(data) => self.cut(data, command.extended),
            Err(status) => status.to_be_bytes().to_vec(),
        };
        if touch && answer.ends_with(&[0x90, 0x00]) {
            Outcome::AfterTouch(answer)
        } else {
            Outcome::Answer(answer)
        }
    }

    fn cut(&mut self, mut data: Vec<u8>, extended: bool) -> Vec<u8> {
        let chunk = if extended {
            usize::MAX
        } else {
            self.config.chunk
        };
        self.rest = if data.len() > chunk {
            data.split_off(chunk)
        } else {
            Vec::new()
        };
        let status = match self.rest.len() {
            0 => [0x90, 0x00],
            left => [0x61, u8::try_from(left).unwrap_or(0xFF)],
        };
        data.extend(status);
        data
    }

    fn dispatch(&mut self, command: &Command) -> Answer {
        if (command.ins, command.p1) == (0xA4, 0x04) {
            return self.select(command.data);
        }
        match (self.selected, command.ins) {
            (Selected::Oath, _) => self.oath(command),
            (Selected::Management, 0x1D) if command.p1 == 0 => Ok(self.device_info()),
            (Selected::Management, 0x1D) => Err(0x6A82),
            (Selected::Otp, 0x01) => Ok(self
                .config
                .serial
                .map_or(vec![], |serial| serial.to_be_bytes().to_vec())),
            (Selected::Otp, 0x03) => Ok([&self.config.version[..], &[0, 0, 0]].concat()),
            _ => Err(0x6D00),
        }
    }

    fn select(&mut self, aid: &[u8]) -> Answer {
        self.reset();
        match aid {
            OATH if self.config.oath => {
                self.selected = Selected::Oath;
                let id = &mut self.config.device_id[0];
                *id = id.wrapping_add(u8::from(self.config.changes_device_id));
                Ok(self.select_oath())
            }
            MANAGEMENT => {
                self.selected = Selected::Management;
                let version = self.config.version.map(|n| n.to_string()).join(".");
                Ok(format!("Virtual mgr - FW version {version}").into_bytes())
            }
            OTP => {
                self.selected = Selected::Otp;
                Ok([&self.config.version[..], &[0, 0, 0]].concat())
            }
            _ => Err(0x6A82),
        }
    }

    fn select_oath(&mut self) -> Vec<u8> {
        let mut answer = [
            tlv(0x79, &self.config.version),
            tlv(0x71, &self.config.device_id),
        ]
        .concat();
        if self.config.password.is_some() {
            self.selects += 1;
            let mut challenge = [0; 8];
            challenge.copy_from_slice(
                &hmac_sha1(&self.config.device_id, &self.selects.to_be_bytes())[..8],
            );
            self.challenge = Some(challenge);
            answer.extend(tlv(0x74, &challenge));
            answer.extend(tlv(0x7B, &[0x01]));
        }
        answer
    }

    fn device_info(&self) -> Vec<u8> {
        let mut info = [tlv(0x01, &CAPABILITIES), tlv(0x03, &CAPABILITIES)].concat();
        if let Some(serial) = self.config.serial {
            info.extend(tlv(0x02, &serial.to_be_bytes()));
        }
        for (tag, value) in [
            (0x04, &[1][..]),
            (0x05, &self.config.version),
            (0x06, &[0, 0]),
            (0x07, &[15]),
            (0x08, &[0x80]),
            (0x0A, &[0]),
        ] {
            info.extend(tlv(tag, value));
        }
        let length = u8::try_from(info.len()).unwrap();
        [&[length], &info[..]].concat()
    }

    fn oath(&mut self, command: &Command) -> Answer {
        match command.ins {
            0xA5 => return Ok(std::mem::take(&mut self.rest)),
            0xA3 => return self.validate(command.data),
            _ if self.challenge.is_some() && !self.unlocked => return Err(0x6982),
            _ => {}
        }
        match command.ins {
            0xA1 => Ok(self
                .config
                .accounts
                .iter()
                .flat_map(|a| tlv(0x72, &[&[a.kind()], &a.id[..]].concat()))
                .collect()),
            0xA2 => self.calculate(command.data, command.p2 == 1),
            0xA4 => self.calculate_all(command.data, command.p2 == 1),
            0x01 => self.put(command.data),
            0x02 => self.delete(command.data),
            _ => Err(0x6D00),
        }
    }

    fn validate(&mut self, data: &[u8]) -> Answer {
        let (Some(password), Some(challenge)) = (&self.config.password, self.challenge) else {
            return Err(0x6984);
        };
        let mut key = [0; 16];
        pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), &self.config.device_id, 1000, &mut key);
        let (response, data) = take(data, 0x75)?;
        let (host_challenge, _) = take(data, 0x74)?;
        if response != hmac_sha1(&key, &challenge) {
            return Err(self.config.wrong_password);
        }
        self.unlocked = true;
        let mut proof = hmac_sha1(&key, host_challenge);
        proof[0] ^= u8::from(self.config.lies);
        Ok(tlv(0x75, &proof))
    }

    fn wants_touch(&self, command: &Command) -> bool {
        let calculate = self.selected == Selected::Oath && command.ins == 0xA2;
        let id = take(command.data, 0x71)
            .map(|(id, _)| id)
            .unwrap_or_default();
        calculate
            && self
                .config
                .accounts
                .iter()
                .any(|account| account.touch && account.id == id)
    }

    fn calculate(&mut self, data: &[u8], truncated: bool) -> Answer {
        let (id, data) = take(data, 0x71)?;
        let (challenge, _) = take(data, 0x74)?;
        let account = self
            .config
            .accounts
            .iter_mut()
            .find(|account| account.id == id)
            .ok_or(0x6984_u16)?;
        let response = match account.counter {
            None => respond(account, challenge, truncated),
            Some(counter) => {
                account.counter = Some(counter + 1);
                respond(account, &u64::from(counter).to_be_bytes(), truncated)
            }
        };
        Ok(response)
    }

    fn calculate_all(&self, data: &[u8], truncated: bool) -> Answer {
        let (challenge, _) = take(data, 0x74)?;
        if let Some(status) = self.config.calculate_all {
            return Err(status);
        }
        let mut answer = Vec::new();
        for account in &self.config.accounts {
            answer.extend(tlv(0x71, &account.id));
            answer.extend(match account {
                Account {
                    counter: Some(_), ..
                } => tlv(0x77, &[account.digits]),
                Account { unknown: true, .. } => tlv(0x7D, &[account.digits]),
                Account { touch: true, .. } => tlv(0x7C, &[account.digits]),
                _ => respond(account, challenge, truncated),
            });
        }
        Ok(answer)
    }
}

fn respond(account: &Account, challenge: &[u8], truncated: bool) -> Vec<u8> {
    let (tag, value) = if truncated {
        (0x76, account.truncated(challenge).to_be_bytes().to_vec())
    } else {
        (0x75, account.hmac(challenge))
    };
    tlv(tag, &[&[account.digits], &value[..]].concat())
}
