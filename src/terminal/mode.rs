//! The terminal's modes: line mode for a question, and what was there before.

use std::fs::File;
use std::io::Write;
use std::sync::Mutex;

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, OutputModes, QueueSelector, Termios, tcflush,
    tcgetattr, tcsetattr,
};

use super::Terminal;

/// The modes a terminal had, put back on drop.
pub struct Modes {
    device: File,
    before: Option<Termios>,
}

impl Modes {
    /// For the time in which another program may change the modes and be killed before it has put
    /// them back. The terminal must be this process's foreground terminal.
    pub fn keep(terminal: Terminal) -> Self {
        let device = terminal.device;
        Self {
            before: tcgetattr(&device).ok(),
            device,
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

/// What [`put_back_at_once`] needs while a question has changed the modes.
static CHANGED: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// Puts the modes back that an open question has changed, if nothing will be dropped any more: after
/// a panic. Otherwise dropping [`LineMode`] does it.
pub fn put_back_at_once() {
    // Never waits: the thread that holds the lock may be the one that panicked.
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

/// Line mode with signal keys, and with echo unless it is for a password, until it is dropped.
pub(super) struct LineMode {
    modes: Modes,
    changed: bool,
    answered: bool,
}

impl LineMode {
    pub(super) fn set(terminal: Terminal, echo: Echo) -> Self {
        let modes = Modes::keep(terminal);
        let mut changed = false;
        if let Some(before) = &modes.before {
            let wanted = lines(before, echo);
            changed = !same(&wanted, before);
            if changed {
                remember(modes.device.try_clone().ok().zip(Some(before.clone())));
                // A terminal that refuses is asked all the same: a line may still come.
                let _ = tcsetattr(&modes.device, OptionalActions::Now, &wanted);
            }
        }
        let answered = false;
        Self {
            modes,
            changed,
            answered,
        }
    }

    pub(super) fn answered(&mut self) {
        self.answered = true;
    }
}

impl Drop for LineMode {
    fn drop(&mut self) {
        if self.changed {
            remember(None);
        }
        if !self.answered {
            // The half-typed line would otherwise be the shell's next command. A terminal that is
            // gone (SIGHUP) refuses both calls, and needs neither.
            let _ = tcflush(&self.modes.device, QueueSelector::IFlush);
            let _ = self.modes.device.write_all(b"\n");
        }
    }
}

fn put_back(device: &File, before: &Termios) {
    if tcgetattr(device).is_ok_and(|now| !same(&now, before)) {
        // The terminal may have gone away meanwhile (SIGHUP).
        let _ = tcsetattr(device, OptionalActions::Now, before);
    }
}

const ECHO: LocalModes = LocalModes::ECHO
    .union(LocalModes::ECHOE)
    .union(LocalModes::ECHOK);

/// `modes` with what a question needs.
fn lines(modes: &Termios, echo: Echo) -> Termios {
    let mut modes = modes.clone();
    modes.input_modes.insert(InputModes::ICRNL);
    modes
        .input_modes
        .remove(InputModes::INLCR | InputModes::IGNCR);
    modes
        .output_modes
        .insert(OutputModes::OPOST | OutputModes::ONLCR);
    modes.local_modes.remove(LocalModes::NOFLSH);
    modes
        .local_modes
        .insert(LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN);
    match echo {
        Echo::On => modes.local_modes.insert(ECHO),
        Echo::Off => modes.local_modes.remove(ECHO | LocalModes::ECHONL),
    }
    modes
}

fn same(one: &Termios, other: &Termios) -> bool {
    one.input_modes == other.input_modes
        && one.output_modes == other.output_modes
        && one.control_modes == other.control_modes
        && one.local_modes == other.local_modes
}
