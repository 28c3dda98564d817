//! PC/SC: the service, the readers it knows, the cards in them.

use std::ffi::{CStr, CString};

use pcsc::{Context, ReaderState, Scope, State};
use zeroize::Zeroizing;

use super::{Error, library};

/// Something that answers APDUs: a card in a reader, or a recording in a test.
pub trait Card {
    fn transmit(&self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error>;
}

impl Card for pcsc::Card {
    fn transmit(&self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        // Not every applet cuts its answer to a short APDU at 256 bytes.
        let mut buffer = Zeroizing::new(vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED]);
        // Fully qualified: the method of the same name is PC/SC's.
        let answer = pcsc::Card::transmit(self, command, &mut buffer)?;
        Ok(Zeroizing::new(answer.to_vec()))
    }
}

/// A connection to the PC/SC service.
pub struct Service {
    pub(super) context: Context,
}

/// A reader and what is in it.
#[derive(Clone, Debug)]
pub struct Reader {
    pub name: CString,
    /// Answer to reset; empty where there is no card.
    atr: Vec<u8>,
    state: State,
}

impl Service {
    /// Loads the library where that has not happened, and asks the service for a context.
    pub fn connect() -> Result<Self, Error> {
        if !library::is_there() {
            return Err(Error::NoLibrary);
        }
        Ok(Self {
            context: Context::establish(Scope::User)?,
        })
    }

    /// The readers as they are now. Blocks on nobody.
    pub fn readers(&self) -> Result<Vec<Reader>, Error> {
        let names = match self.context.list_readers_owned() {
            Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
            other => other?,
        };
        let mut states: Vec<_> = names
            .into_iter()
            .map(|name| ReaderState::new(name, State::UNAWARE))
            .collect();
        if states.is_empty() {
            return Ok(Vec::new());
        }
        self.context
            .get_status_change(std::time::Duration::ZERO, &mut states)?;
        Ok(states.iter().map(Reader::from).collect())
    }
}

impl From<&ReaderState> for Reader {
    fn from(state: &ReaderState) -> Self {
        Self {
            name: state.name().to_owned(),
            atr: state.atr().to_vec(),
            state: state.event_state(),
        }
    }
}

impl Reader {
    /// A YubiKey on USB is a reader of that name; over NFC it is a card that says so in its
    /// answer to reset.
    pub fn is_yubikey(&self) -> bool {
        contains_ignoring_case(self.name.to_bytes(), b"yubikey")
            || contains_ignoring_case(&self.atr, b"yubikey")
    }

    pub fn has_card(&self) -> bool {
        self.state.contains(State::PRESENT)
    }

    /// Another program has the card open; it may be in the middle of a transaction.
    pub fn is_in_use(&self) -> bool {
        self.state.contains(State::INUSE)
    }

    pub fn label(&self) -> String {
        readable(&self.name)
    }
}

/// The reader's name for a person.
fn readable(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}

fn contains_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word))
}
