//! The terminal's modes: line mode for a question, and the way back.

use std::fs::File;
use std::io::Write;
use std::sync::Mutex;

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, OutputModes, QueueSelector, Termios, tcflush,
    tcgetattr, tcsetattr,
};

/// The modes a terminal had, put back on drop: for the time in which another program may change
/// them and be killed before it has put them back.
pub struct Modes {
    device: File,
    before: Option<Termios>,
}

impl Modes {
    /// Keeps the modes of the terminal, which must be this process's foreground terminal.
    pub fn keep(terminal: super::Terminal) -> Self {
        let before = tcgetattr(&terminal.device).ok();
        Self {
            device: terminal.device,
            before,
        }
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            put_back(&self.device, before);
        }
    }
}

/// Whether what is typed is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Echo {
    On,
    /// For a password. The signal keys stay on.
    Off,
}

const ECHO: LocalModes = LocalModes::ECHO
    .union(LocalModes::ECHOE)
    .union(LocalModes::ECHOK)
    .union(LocalModes::ECHONL);

/// What [`put_back_at_once`] needs while a question has changed the modes.
static CHANGED: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// Puts the modes back that an open question has changed, where nothing will be dropped any more:
/// the program has a mistake and ends (`main`). Otherwise dropping [`LineMode`] does it.
pub fn put_back_at_once() {
    // Never waits: whoever holds the lock may be the one that failed.
    if let Ok(mut changed) = CHANGED.try_lock()
        && let Some((device, before)) = changed.take()
    {
        put_back(&device, &before);
    }
}

/// The lock is held for a moment only, and nothing panics meanwhile.
fn remember(changed: Option<(File, Termios)>) {
    if let Ok(mut remembered) = CHANGED.lock() {
        *remembered = changed;
    }
}

/// Line mode with echo and signal keys, for as long as a question is open.
pub(super) struct LineMode<'a> {
    device: &'a File,
    /// What to put back; nothing where the terminal was in line mode already, as it nearly always is.
    before: Option<Termios>,
    answered: bool,
}

impl<'a> LineMode<'a> {
    pub(super) fn set(device: &'a File, echo: Echo) -> Self {
        let before = tcgetattr(device)
            .ok()
            .filter(|modes| echo == Echo::Off || !reads_lines(modes));
        if let Some(before) = &before {
            let mut modes = before.clone();
            read_lines(&mut modes);
            if echo == Echo::Off {
                modes.local_modes.remove(ECHO);
            }
            remember(device.try_clone().ok().zip(Some(before.clone())));
            // A terminal that refuses is asked all the same: a line may still come.
            let _ = tcsetattr(device, OptionalActions::Now, &modes);
        }
        Self {
            device,
            before,
            answered: false,
        }
    }

    pub(super) fn answered(&mut self) {
        self.answered = true;
    }
}

impl Drop for LineMode<'_> {
    fn drop(&mut self) {
        if !self.answered {
            // The half-typed line would otherwise be the shell's next command. A terminal that is
            // gone (SIGHUP) refuses both calls, and needs neither.
            let _ = tcflush(self.device, QueueSelector::IFlush);
            let mut device = self.device;
            let _ = device.write_all(b"\n");
        }
        if let Some(before) = &self.before {
            put_back(self.device, before);
            remember(None);
        }
    }
}

fn put_back(device: &File, before: &Termios) {
    let changed = tcgetattr(device).is_ok_and(|now| !same(&now, before));
    if changed {
        // The terminal may have gone away meanwhile (SIGHUP).
        let _ = tcsetattr(device, OptionalActions::Now, before);
    }
}

const LINE_INPUT: InputModes = InputModes::ICRNL;
const RAW_INPUT: InputModes = InputModes::INLCR.union(InputModes::IGNCR);
const LINE_OUTPUT: OutputModes = OutputModes::OPOST.union(OutputModes::ONLCR);
const LINE_LOCAL: LocalModes = LocalModes::ICANON
    .union(LocalModes::ECHO)
    .union(LocalModes::ECHOE)
    .union(LocalModes::ECHOK)
    .union(LocalModes::ISIG)
    .union(LocalModes::IEXTEN);

fn reads_lines(modes: &Termios) -> bool {
    modes.input_modes.contains(LINE_INPUT)
        && !modes.input_modes.intersects(RAW_INPUT)
        && modes.output_modes.contains(LINE_OUTPUT)
        && modes.local_modes.contains(LINE_LOCAL)
        && !modes.local_modes.contains(LocalModes::NOFLSH)
}

fn read_lines(modes: &mut Termios) {
    modes.input_modes.insert(LINE_INPUT);
    modes.input_modes.remove(RAW_INPUT);
    modes.output_modes.insert(LINE_OUTPUT);
    modes.local_modes.insert(LINE_LOCAL);
    modes.local_modes.remove(LocalModes::NOFLSH);
}

fn same(one: &Termios, other: &Termios) -> bool {
    one.input_modes == other.input_modes
        && one.output_modes == other.output_modes
        && one.control_modes == other.control_modes
        && one.local_modes == other.local_modes
}
