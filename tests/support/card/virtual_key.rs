//! A virtual YubiKey: its applets, whether it is plugged in, and the finger that touches it.
//!
//! Plugged in means that `reader.c` can connect to its socket.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::applet::{Applets, Config, Outcome};

/// What a YubiKey 5 answers to a reset on USB, and over NFC.
pub const ATR_USB: &[u8] =
    b"\x3B\xFD\x13\x00\x00\x81\x31\xFE\x15\x80\x73\xC0\x21\xC0\x57YubiKey\x40";
pub const ATR_NFC: &[u8] = b"\x3B\x8D\x80\x01\x80\x73\xC0\x21\xC0\x57YubiKey\xF9";

/// Something to happen in place of an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    Status(u16),
    /// The key is pulled.
    Unplug,
    /// These data and status, whatever was asked.
    Answer(Vec<u8>),
}

/// What happens at a command, whatever it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accident {
    /// The key is pulled.
    Unplug,
    /// No answer comes until [`VirtualKey::go_on`].
    Hang,
}

/// Whether the key does what it is told before the accident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    Before,
    After,
}

/// Who touches the key.
#[derive(Clone, Copy, Debug)]
pub enum Finger {
    /// Nobody, until [`VirtualKey::touch`].
    Away,
    /// Somebody, after this long.
    After(Duration),
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the key"
)]
struct State {
    applets: Applets,
    atr: Vec<u8>,
    /// Counts up at every plug and unplug: a connection belongs to one insertion.
    insertion: u64,
    plugged: bool,
    finger: Finger,
    touch_timeout: Duration,
    touched: bool,
    waiting_for_touch: bool,
    /// INS, how many of its commands to leave alone, what then happens.
    faults: Vec<(u8, usize, Fault)>,
    /// The number of the command at which something happens.
    accident: Option<(usize, When, Accident)>,
    hanging: bool,
    /// Between a command and its answer.
    busy: bool,
    /// Whether `awsmfa enroll`, or a tool of Yubico's, may write to the key.
    writable: bool,
    forbidden: Vec<Vec<u8>>,
    commands: Vec<Vec<u8>>,
    quit: bool,
}

impl State {
    /// What happens in place of an answer to this command.
    fn fault(&mut self, apdu: &[u8]) -> Option<Fault> {
        let index = self
            .faults
            .iter()
            .position(|(ins, ..)| apdu.get(1) == Some(ins))?;
        match &mut self.faults[index].1 {
            0 => Some(self.faults.remove(index).2),
            left => {
                *left -= 1;
                None
            }
        }
    }
}

struct Shared {
    path: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

/// A handle on the key, for the test.
#[derive(Clone)]
pub struct VirtualKey(Arc<Shared>);

impl VirtualKey {
    /// A key that will be plugged into the reader whose socket is `path`.
    pub fn new(path: &Path, config: Config) -> Self {
        let state = State {
            applets: Applets::new(config),
            atr: ATR_USB.to_vec(),
            insertion: 0,
            plugged: false,
            finger: Finger::Away,
            touch_timeout: Duration::from_secs(15),
            touched: false,
            waiting_for_touch: false,
            faults: Vec::new(),
            accident: None,
            hanging: false,
            busy: false,
            writable: false,
            forbidden: Vec::new(),
            commands: Vec::new(),
            quit: false,
        };
        Self(Arc::new(Shared {
            path: path.to_owned(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.0.changed.notify_all();
    }

    pub fn plug(&self) {
        let listener = UnixListener::bind(&self.0.path).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.change(|state| {
            state.insertion += 1;
            state.plugged = true;
        });
        let (key, insertion) = (self.clone(), self.state().insertion);
        std::thread::spawn(move || key.accept(&listener, insertion));
    }

    pub fn unplug(&self) {
        let _ = std::fs::remove_file(&self.0.path);
        self.change(|state| {
            state.insertion += 1;
            state.plugged = false;
            state.applets.reset();
        });
    }

    /// Waits until the key blinks: a touch before counts for nothing.
    pub fn touch(&self) {
        super::wait_until(|| self.is_waiting_for_touch());
        self.change(|state| state.touched = true);
    }

    pub fn set_finger(&self, finger: Finger) {
        self.change(|state| state.finger = finger);
    }

    pub fn set_touch_timeout(&self, timeout: Duration) {
        self.change(|state| state.touch_timeout = timeout);
    }

    pub fn set_atr(&self, atr: &[u8]) {
        self.change(|state| state.atr = atr.to_vec());
    }

    /// The next command with this INS meets `fault`.
    pub fn inject(&self, ins: u8, fault: Fault) {
        self.change(|state| state.faults.push((ins, 0, fault)));
    }

    /// The second command with this INS meets `fault`.
    pub fn inject_second(&self, ins: u8, fault: Fault) {
        self.change(|state| state.faults.push((ins, 1, fault)));
    }

    /// `accident` happens at the command that comes after `commands` more.
    pub fn happens(&self, commands: usize, when: When, accident: Accident) {
        self.change(|state| {
            state.accident = Some((state.commands.len() + commands, when, accident));
        });
    }

    pub fn is_hanging(&self) -> bool {
        self.state().hanging
    }

    /// Ends [`Accident::Hang`], and waits until the key has done what it was told.
    pub fn go_on(&self) {
        self.change(|state| state.hanging = false);
        super::wait_until(|| !self.state().busy);
    }

    /// From here on a program may write to the key.
    pub(super) fn allow_writes(&self) {
        self.change(|state| state.writable = true);
    }

    /// The commands that would have changed something, before anybody was allowed to write.
    pub(super) fn forbidden_writes(&self) -> Vec<Vec<u8>> {
        self.state().forbidden.clone()
    }

    pub fn config(&self) -> Config {
        self.state().applets.config.clone()
    }

    pub fn reconfigure(&self, change: impl FnOnce(&mut Config)) {
        self.change(|state| change(&mut state.applets.config));
    }

    pub fn is_open(&self) -> bool {
        self.state().applets.is_open()
    }

    pub fn is_waiting_for_touch(&self) -> bool {
        self.state().waiting_for_touch
    }

    /// Every APDU so far.
    pub fn commands(&self) -> Vec<Vec<u8>> {
        self.state().commands.clone()
    }

    pub(super) fn stop(&self) {
        self.unplug();
        self.change(|state| state.quit = true);
    }

    fn is_current(&self, insertion: u64) -> bool {
        let state = self.state();
        state.insertion == insertion && !state.quit
    }

    fn accept(&self, listener: &UnixListener, insertion: u64) {
        while self.is_current(insertion) {
            match listener.accept() {
                Ok((connection, _)) => self.serve(connection, insertion),
                Err(_) => sleep(Duration::from_millis(2)),
            }
        }
    }

    /// One connection of the reader. Ends when either side is gone.
    fn serve(&self, mut connection: UnixStream, insertion: u64) {
        connection.set_nonblocking(false).unwrap();
        connection
            .set_read_timeout(Some(Duration::from_millis(5)))
            .unwrap();
        while self.is_current(insertion) {
            let message = match read_message(&mut connection) {
                Ok(Some(message)) => message,
                Ok(None) => continue,
                Err(_) => return,
            };
            let Some(answer) = self.answer(&message, insertion) else {
                return;
            };
            let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
            if connection
                .write_all(&[&length, &answer[..]].concat())
                .is_err()
            {
                return;
            }
        }
    }

    /// `None`: the key is gone.
    fn answer(&self, message: &[u8], insertion: u64) -> Option<Vec<u8>> {
        match message.split_first()? {
            (b'A', apdu) => {
                self.state().busy = true;
                let answer = self.transmit(apdu, insertion);
                self.state().busy = false;
                answer
            }
            (b'O', _) => {
                self.state().applets.reset();
                Some(Vec::new())
            }
            _ => {
                let mut state = self.state();
                state.applets.reset();
                Some(state.atr.clone())
            }
        }
    }

    fn transmit(&self, apdu: &[u8], insertion: u64) -> Option<Vec<u8>> {
        let mut state = self.state();
        let number = state.commands.len();
        state.commands.push(apdu.to_vec());
        if !state.writable && state.applets.would_write(apdu) {
            state.forbidden.push(apdu.to_vec());
        }
        let due = state.accident.filter(|(due, ..)| *due == number);
        if let Some((_, When::Before, accident)) = due {
            state = self.happen(state, accident, insertion)?;
        }
        let answer = self.perform(state, apdu, insertion)?;
        if let Some((_, When::After, accident)) = due {
            drop(self.happen(self.state(), accident, insertion)?);
        }
        Some(answer)
    }

    /// `None`: the key is gone.
    fn happen<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        accident: Accident,
        insertion: u64,
    ) -> Option<MutexGuard<'a, State>> {
        if accident == Accident::Unplug {
            drop(state);
            self.unplug();
            return None;
        }
        state.hanging = true;
        while state.hanging && state.insertion == insertion && !state.quit {
            state = self.pause(state);
        }
        state.hanging = false;
        (state.insertion == insertion && !state.quit).then_some(state)
    }

    fn pause<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let pause = Duration::from_millis(5);
        self.0.changed.wait_timeout(state, pause).unwrap().0
    }

    fn perform(
        &self,
        mut state: MutexGuard<'_, State>,
        apdu: &[u8],
        insertion: u64,
    ) -> Option<Vec<u8>> {
        if let Some(fault) = state.fault(apdu) {
            return match fault {
                Fault::Status(status) => Some(status.to_be_bytes().to_vec()),
                Fault::Answer(answer) => Some(answer),
                Fault::Unplug => {
                    drop(state);
                    self.unplug();
                    None
                }
            };
        }
        match state.applets.transmit(apdu) {
            Outcome::Answer(answer) => Some(answer),
            Outcome::AfterTouch(answer) => self.wait_for_touch(state, answer, insertion),
        }
    }

    fn wait_for_touch(
        &self,
        mut state: MutexGuard<'_, State>,
        answer: Vec<u8>,
        insertion: u64,
    ) -> Option<Vec<u8>> {
        let start = Instant::now();
        state.touched = false;
        state.waiting_for_touch = true;
        let outcome = loop {
            let touched = match state.finger {
                Finger::Away => state.touched,
                Finger::After(time) => state.touched || start.elapsed() >= time,
            };
            if state.insertion != insertion || state.quit {
                break None;
            } else if touched {
                break Some(answer);
            } else if start.elapsed() >= state.touch_timeout {
                break Some(vec![0x69, 0x82]);
            }
            state = self.pause(state);
        };
        state.waiting_for_touch = false;
        outcome
    }
}

/// A message, or nothing where none has begun yet.
fn read_message(connection: &mut UnixStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut first = [0; 1];
    match connection.read(&mut first) {
        Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut second = [0; 1];
    connection.read_exact(&mut second)?;
    let mut message = vec![0; u16::from_be_bytes([first[0], second[0]]).into()];
    connection.read_exact(&mut message)?;
    Ok(Some(message))
}
