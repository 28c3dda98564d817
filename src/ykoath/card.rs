//! PC/SC: the service, the readers, and one transaction with the YubiKey in a reader.
//!
//! Everything but the list of readers may block until another program releases the key or a person
//! touches it. Callers use a thread of their own for it.

use std::cell::Cell;
use std::ffi::CString;
use std::thread::sleep;
use std::time::{Duration, Instant};

use pcsc::{Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State};

use super::apdu::{Command, Instruction};
use super::{Card, Error, library, usb};

/// A key that was just plugged in shows up in its reader within this time.
pub const INSERTION_TIMEOUT: Duration = Duration::from_millis(1500);
const PAUSE: Duration = Duration::from_millis(100);

/// What the thread is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The service and its list of readers.
    Looking,
    /// A YubiKey to show up in a reader.
    NoKey,
    /// A key that another program may have open, perhaps in a transaction.
    Connecting,
    /// Another program to give up exclusive access.
    HeldExclusively,
    /// The key's answer.
    Asking,
    /// A touch.
    Touch,
    /// The key's answer, or a touch: it did not say whether it needs one.
    PerhapsTouch,
}

/// A card in a transaction of ours.
struct HeldCard<'a> {
    card: &'a pcsc::Card,
    /// What happens to the card after the transaction. A reset locks the applet: after VALIDATE it
    /// would otherwise stay open to the next program.
    at_end: Cell<Disposition>,
}

impl Card for HeldCard<'_> {
    fn transmit(&self, command: &Command) -> Result<Vec<u8>, Error> {
        if Instruction::VALIDATE.is(command) {
            self.at_end.set(Disposition::ResetCard);
        }
        // Not every applet cuts its answer to a short APDU at 256 bytes.
        let mut buffer = vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED];
        let answer = self.card.transmit(command.bytes(), &mut buffer)?;
        Ok(answer.to_vec())
    }
}

/// A connection to the PC/SC service.
pub struct Service<'a> {
    context: Context,
    /// Called whenever the thread begins to wait for something else.
    pub tell: &'a dyn Fn(Progress),
}

impl<'a> Service<'a> {
    /// Loads the library if that has not happened yet, and asks the service for a context.
    pub fn connect(tell: &'a dyn Fn(Progress)) -> Result<Self, Error> {
        if !library::is_there() {
            return Err(Error::NoLibrary);
        }
        let context = Context::establish(Scope::User)?;
        Ok(Self { context, tell })
    }

    /// The readers with a YubiKey in them. If there is none, looks again for as long as `patience`
    /// allows: a key may just have been plugged in.
    pub fn yubikeys(&self, patience: Duration) -> Result<Vec<Reader>, Error> {
        let start = Instant::now();
        loop {
            let (keys, others): (Vec<_>, Vec<_>) =
                self.readers()?.into_iter().partition(Reader::has_yubikey);
            if !keys.is_empty() {
                return Ok(keys);
            }
            if start.elapsed() >= patience {
                return Err(why_none(&others));
            }
            (self.tell)(Progress::NoKey);
            sleep(PAUSE);
        }
    }

    /// Returns when a YubiKey has been plugged in.
    pub fn wait_for_another(&self) -> Result<(), Error> {
        let mut before: Option<Vec<_>> = None;
        loop {
            let readers = self.readers()?.into_iter();
            let keys = readers.filter(Reader::has_yubikey);
            let now: Vec<_> = keys.map(|reader| reader.name).collect();
            if before.is_some_and(|before| now.iter().any(|name| !before.contains(name))) {
                return Ok(());
            }
            before = Some(now);
            sleep(2 * PAUSE);
        }
    }

    /// The readers as they are now. Does not block.
    fn readers(&self) -> Result<Vec<Reader>, Error> {
        let names = match self.context.list_readers_owned() {
            Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
            other => other?,
        };
        let unknown = |name| ReaderState::new(name, State::UNAWARE);
        let mut states: Vec<_> = names.into_iter().map(unknown).collect();
        if !states.is_empty() {
            self.context
                .get_status_change(Duration::ZERO, &mut states)?;
        }
        Ok(states.iter().map(Reader::from).collect())
    }
}

/// Why no reader has a YubiKey in it.
fn why_none(readers: &[Reader]) -> Error {
    if let Some(empty) = readers.iter().find(|reader| reader.is_yubikey) {
        return Error::NoCard(empty.label());
    }
    let names: Vec<_> = readers.iter().map(Reader::label).collect();
    match readers {
        _ if usb::yubikey_is_plugged_in() => Error::NotSeen,
        [] => Error::NoReader,
        _ => Error::NoYubiKey(names.join(", ")),
    }
}

/// A reader, as it was when the readers were listed.
#[derive(Clone, Debug)]
pub struct Reader {
    name: CString,
    /// Whether the reader or the card in it is a YubiKey.
    is_yubikey: bool,
    has_card: bool,
    /// Whether another program has the card open, perhaps in a transaction.
    pub is_in_use: bool,
}

impl From<&ReaderState> for Reader {
    fn from(reader: &ReaderState) -> Self {
        // A YubiKey on USB is a reader of that name; over NFC, the card's answer to reset says so.
        let names = [reader.name().to_bytes(), reader.atr()];
        let state = reader.event_state();
        Self {
            name: reader.name().to_owned(),
            is_yubikey: names.iter().any(|name| names_a_yubikey(name)),
            has_card: state.contains(State::PRESENT),
            is_in_use: state.contains(State::INUSE),
        }
    }
}

impl Reader {
    /// Its name, for a person.
    pub fn label(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    fn has_yubikey(&self) -> bool {
        self.is_yubikey && self.has_card
    }

    /// Does `work` in one transaction and leaves the key as it was found, locked again if `work`
    /// unlocked it. Starts over, once, if another program resets the key or selects another applet.
    /// Waits up to `patience` for a program with exclusive access.
    pub fn hold<T>(
        &self,
        service: &Service,
        patience: Duration,
        mut work: impl FnMut(&dyn Card) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self.hold_once(service, patience, &mut work) {
            Err(Error::Reset | Error::Deselected) => self.hold_once(service, patience, &mut work),
            other => other,
        }
    }

    fn hold_once<T>(
        &self,
        service: &Service,
        patience: Duration,
        work: &mut impl FnMut(&dyn Card) -> Result<T, Error>,
    ) -> Result<T, Error> {
        (service.tell)(Progress::Connecting);
        let mut card = self.connect(service, patience)?;
        let transaction = card.transaction()?;
        let held = HeldCard {
            card: &transaction,
            at_end: Cell::new(Disposition::LeaveCard),
        };
        (service.tell)(Progress::Asking);
        let outcome = work(&held);
        let mut disposition = held.at_end.get();
        if transaction.end(disposition).is_ok() {
            disposition = Disposition::LeaveCard;
        }
        // If this fails, the card or the service is gone.
        let _ = card.disconnect(disposition);
        outcome
    }

    fn connect(&self, service: &Service, patience: Duration) -> Result<pcsc::Card, Error> {
        use pcsc::Error as Pcsc;
        let start = Instant::now();
        let context = &service.context;
        loop {
            let error = match context.connect(&self.name, ShareMode::Shared, Protocols::ANY) {
                Ok(card) => return Ok(card),
                Err(error) => error,
            };
            let (limit, progress) = match error {
                Pcsc::SharingViolation => (patience, Progress::HeldExclusively),
                Pcsc::NoSmartcard | Pcsc::UnresponsiveCard | Pcsc::UnpoweredCard => {
                    (INSERTION_TIMEOUT, Progress::NoKey)
                }
                _ => return Err(error.into()),
            };
            if start.elapsed() >= limit {
                return Err(match error {
                    Pcsc::NoSmartcard => Error::NoCard(self.label()),
                    other => other.into(),
                });
            }
            (service.tell)(progress);
            sleep(PAUSE);
        }
    }
}

fn names_a_yubikey(text: &[u8]) -> bool {
    let mut windows = text.windows(7);
    windows.any(|window| window.eq_ignore_ascii_case(b"yubikey"))
}
