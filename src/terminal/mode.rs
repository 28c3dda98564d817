//! The terminal's modes: line mode for a question, and what was there before.

use std::fs::File;
use std::sync::Mutex;

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, OutputModes, QueueSelector, SpecialCodeIndex, Termios,
    tcflush, tcgetattr, tcsetattr,
};

use super::Terminal;

/// The modes a terminal had, put back on drop: for the time in which a question or another program
/// changes them.
pub struct Modes {
    device: File,
    before: Termios,
}

impl Modes {
    /// `None` if the terminal does not say. It must be this process's foreground terminal.
    pub fn keep(terminal: Terminal) -> Option<Self> {
        let device = terminal.device;
        let before = tcgetattr(&device).ok()?;
        Some(Self { device, before })
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        let Self { device, before } = self;
        // Only a change is undone: the terminal may be another job's by now, and a write to its modes
        // would stop this process. It may also be gone (SIGHUP).
        if tcgetattr(&*device).is_ok_and(|now| !same(&now, before)) {
            let _ = tcsetattr(device, OptionalActions::Now, before);
        }
    }
}

/// What is typed. The signal keys stay on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// A line, which is shown.
    Line,
    /// A line that is not shown.
    Password,
    /// Keys, each read at once and none shown; a read without one ends after [`Input::PAUSE`].
    Keys,
}

impl Input {
    /// Tenths of a second.
    pub(super) const PAUSE: u8 = 2;
}

/// What the open question has changed.
static CHANGED: Mutex<Option<Modes>> = Mutex::new(None);

/// Puts the modes back that an open question has changed. Dropping [`LineMode`] does it, but after a
/// panic nothing is dropped.
pub fn put_back() {
    // Never waits: the thread that holds the lock may be the one that panicked.
    if let Ok(mut changed) = CHANGED.try_lock() {
        changed.take();
    }
}

/// Line mode with signal keys, and with echo unless it is for a password, until it is dropped.
pub(super) struct LineMode {
    terminal: Terminal,
    answered: bool,
}

impl LineMode {
    pub(super) fn set(terminal: Terminal, input: Input) -> Self {
        if let Some(modes) = terminal.try_clone().ok().and_then(Modes::keep) {
            let wanted = modes_for(&modes.before, input);
            // A terminal that refuses is asked all the same: a line may still come.
            let _ = tcsetattr(&modes.device, OptionalActions::Now, &wanted);
            if let Ok(mut changed) = CHANGED.lock() {
                *changed = Some(modes);
            }
        }
        let answered = false;
        Self { terminal, answered }
    }

    pub(super) fn answered(&mut self) {
        self.answered = true;
    }
}

impl Drop for LineMode {
    fn drop(&mut self) {
        if !self.answered {
            // The half-typed line would otherwise be the shell's next command. A terminal that is
            // gone (SIGHUP) refuses both calls, and needs neither.
            let _ = tcflush(&self.terminal.device, QueueSelector::IFlush);
            let _ = self.terminal.write("\n");
        }
        put_back();
    }
}

const ECHO: LocalModes = LocalModes::ECHO
    .union(LocalModes::ECHOE)
    .union(LocalModes::ECHOK);

/// `modes` with what a question needs.
fn modes_for(modes: &Termios, input: Input) -> Termios {
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
    match input {
        Input::Line => modes.local_modes.insert(ECHO),
        Input::Password => modes.local_modes.remove(ECHO | LocalModes::ECHONL),
        Input::Keys => {
            let in_lines = LocalModes::ICANON | LocalModes::IEXTEN;
            modes
                .local_modes
                .remove(ECHO | LocalModes::ECHONL | in_lines);
            modes.special_codes[SpecialCodeIndex::VMIN] = 0;
            modes.special_codes[SpecialCodeIndex::VTIME] = Input::PAUSE;
        }
    }
    modes
}

fn same(one: &Termios, other: &Termios) -> bool {
    one.input_modes == other.input_modes
        && one.output_modes == other.output_modes
        && one.control_modes == other.control_modes
        && one.local_modes == other.local_modes
}
