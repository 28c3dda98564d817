//! Asks a YubiKey: one connection, one transaction from SELECT to the last answer, and the key
//! left as it was found.
//!
//! Everything here may block for as long as another program, or the person who should touch the
//! key, takes. Callers put it on a thread of its own.

use std::ffi::CString;
use std::thread::sleep;
use std::time::{Duration, Instant};

use pcsc::{Disposition, Protocols, ShareMode};

use super::card::{Reader, Service};
use super::{AccessKey, Credential, Error, Session, serial_number};

/// How long an exclusive holder is waited for.
const HELD: Duration = Duration::from_secs(2);
/// How long a key may take to show up in its reader after it was plugged in.
const INSERTED: Duration = Duration::from_millis(1500);
const PAUSE: Duration = Duration::from_millis(100);

/// What is being waited for, told from the thread that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// For the service and the readers.
    Looking,
    /// For a YubiKey to show up in a reader.
    NoKey,
    /// For a key that nobody else had open.
    Connecting,
    /// For a key that another program has open, perhaps in a transaction.
    Queueing,
    /// Another program holds the key for itself; it is tried again for two seconds.
    HeldExclusively,
    /// The key is ours and computes.
    Asking,
    /// The key wants to be touched.
    Touch,
    /// The key could not say whether it wants to be touched.
    PerhapsTouch,
}

/// How long to wait for what may pass by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// No wait: nobody asked for a key, and none is known to be connected.
    None,
    /// For a key that was just plugged in to show up.
    Insertion,
    /// For that, and for another program to release the key.
    Holder,
}

impl Patience {
    /// How long a connection that fails with `error` is tried again.
    fn with(self, error: pcsc::Error) -> Duration {
        use pcsc::Error as Pcsc;
        match (self, error) {
            (Self::Holder, Pcsc::SharingViolation) => HELD,
            (
                Self::Insertion | Self::Holder,
                Pcsc::NoSmartcard | Pcsc::UnresponsiveCard | Pcsc::UnpoweredCard,
            ) => INSERTED,
            _ => Duration::ZERO,
        }
    }
}

/// A YubiKey in a reader.
#[derive(Clone, Debug)]
pub struct Key {
    pub reader: CString,
    /// Whether another program had it open when it was found.
    pub in_use: bool,
}

/// How to ask: which key, with which password, how patiently, and whom to tell.
pub struct Manner<'a> {
    /// The key that is meant, where it is known: another may be in the reader by now.
    pub device_id: Option<&'a [u8]>,
    pub password: Option<&'a AccessKey>,
    pub patience: Patience,
    pub tell: &'a dyn Fn(Progress),
}

/// A session on a card of PC/SC's.
pub type Applet<'a> = Session<'a, pcsc::Card>;

impl Key {
    /// The connected YubiKeys. If there is none yet and `patience` allows it, looks again for a
    /// second: the key may just have been plugged in.
    pub fn all(
        service: &Service,
        patience: Patience,
        tell: &dyn Fn(Progress),
    ) -> Result<Vec<Self>, Error> {
        let end = Instant::now() + INSERTED;
        loop {
            let readers = service.readers()?;
            let keys = readers.iter().filter(|reader| reader.is_yubikey());
            let keys: Vec<_> = keys
                .filter(|reader| reader.has_card())
                .map(Self::of)
                .collect();
            if !keys.is_empty() {
                return Ok(keys);
            }
            if patience == Patience::None || Instant::now() >= end {
                return Err(why_none(&readers));
            }
            tell(Progress::NoKey);
            sleep(PAUSE);
        }
    }

    fn of(reader: &Reader) -> Self {
        Self {
            reader: reader.name.clone(),
            in_use: reader.is_in_use(),
        }
    }

    /// The reader's name, for a person.
    pub fn label(&self) -> String {
        self.reader.to_string_lossy().into_owned()
    }

    /// The device's serial number, where it tells.
    pub fn serial_number(&self, service: &Service, manner: &Manner) -> Result<Option<u32>, Error> {
        self.hold(service, manner, serial_number)
    }

    /// SELECT, VALIDATE where there is a password, then `work`, in one transaction. A reset by
    /// another program before it begins leads to one new try. The applet is locked again at the end.
    pub fn ask<T>(
        &self,
        service: &Service,
        manner: &Manner,
        work: impl Fn(&Applet) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.hold(service, manner, |card| {
            let mut session = Session::select(card)?;
            if manner.device_id.is_some_and(|id| id != session.device_id) {
                return Err(Error::AnotherKey);
            }
            match manner.password {
                Some(key) => session.validate(key)?,
                None if session.is_locked() => {
                    return Err(Error::Locked {
                        device_id: session.device_id,
                    });
                }
                None => {}
            }
            work(&session)
        })
    }

    fn hold<T>(
        &self,
        service: &Service,
        manner: &Manner,
        work: impl Fn(&pcsc::Card) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self.hold_once(service, manner, &work) {
            Err(Error::Reset | Error::Deselected) => self.hold_once(service, manner, &work),
            other => other,
        }
    }

    fn hold_once<T>(
        &self,
        service: &Service,
        manner: &Manner,
        work: impl Fn(&pcsc::Card) -> Result<T, Error>,
    ) -> Result<T, Error> {
        (manner.tell)(if self.in_use {
            Progress::Queueing
        } else {
            Progress::Connecting
        });
        let mut card = self.connect(service, manner)?;
        let transaction = card.transaction()?;
        (manner.tell)(Progress::Asking);
        let outcome = work(&transaction);
        // Without the reset, an unlocked applet would stay open to whoever comes next.
        let unlocked = manner.password.is_some();
        let disposition = if unlocked {
            Disposition::ResetCard
        } else {
            Disposition::LeaveCard
        };
        let ended = transaction.end(disposition).is_ok();
        // What cannot be ended is over, the card or the service is gone; else this is the last chance.
        let _ = card.disconnect(if ended {
            Disposition::LeaveCard
        } else {
            disposition
        });
        outcome
    }

    fn connect(&self, service: &Service, manner: &Manner) -> Result<pcsc::Card, Error> {
        let start = Instant::now();
        loop {
            let connected =
                service
                    .context
                    .connect(&self.reader, ShareMode::Shared, Protocols::ANY);
            let error = match connected {
                Ok(card) => return Ok(card),
                Err(error) => error,
            };
            if start.elapsed() >= manner.patience.with(error) {
                return Err(self.explain(error));
            }
            (manner.tell)(match error {
                pcsc::Error::SharingViolation => Progress::HeldExclusively,
                _ => Progress::NoKey,
            });
            sleep(PAUSE);
        }
    }

    fn explain(&self, error: pcsc::Error) -> Error {
        match error {
            pcsc::Error::NoSmartcard => Error::NoCard(self.label()),
            other => other.into(),
        }
    }
}

/// Looks until a YubiKey is there that was not there before.
pub fn wait_for_another() -> Result<(), Error> {
    let service = Service::connect()?;
    let mut before = present(&service)?;
    loop {
        sleep(2 * PAUSE);
        let now = present(&service)?;
        if now.iter().any(|reader| !before.contains(reader)) {
            return Ok(());
        }
        before = now;
    }
}

fn present(service: &Service) -> Result<Vec<CString>, Error> {
    let readers = service.readers()?.into_iter();
    let keys = readers.filter(|reader| reader.is_yubikey() && reader.has_card());
    Ok(keys.map(|reader| reader.name).collect())
}

/// Tells the person about the touch, then computes.
pub fn calculate(
    session: &Applet,
    credential: &Credential,
    time_step: u64,
    tell: &dyn Fn(Progress),
) -> Result<super::Code, Error> {
    match credential.touch {
        Some(true) => tell(Progress::Touch),
        None => tell(Progress::PerhapsTouch),
        Some(false) => {}
    }
    session.calculate(credential, time_step)
}

/// No reader has a YubiKey in it.
fn why_none(readers: &[Reader]) -> Error {
    let empty = readers.iter().find(|reader| reader.is_yubikey());
    match (readers, empty) {
        ([], _) => Error::NoReader,
        (_, Some(reader)) => Error::NoCard(reader.label()),
        (readers, None) => Error::NoYubiKey(readers.iter().map(Reader::label).collect()),
    }
}
