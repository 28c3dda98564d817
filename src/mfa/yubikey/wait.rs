//! Blocking work with a YubiKey on a thread of its own, and what the user is told meanwhile.
//!
//! When the future is dropped (Ctrl-C) nobody listens to the thread any more; it ends with the
//! process, which is all that PC/SC needs to take its locks back.

use std::cell::Cell;
use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::duration::in_words;
use crate::message::{Held, Messages};
use crate::terminal::Terminal;
use crate::ykoath::key::Progress;

/// Waits shorter than this need no words.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a key that nobody asked for may cost: with what follows, less than 10 ms.
const AT_ONCE: Duration = Duration::from_millis(7);

/// A YubiKey waits this long for a touch (seen in practice; Yubico does not say).
const TOUCH_SECONDS: u64 = 15;

/// Who is told, and how long a touch is good for.
pub struct Wait<'a> {
    pub messages: &'a Messages,
    pub prompted: &'a Notify,
    /// Seconds until the code that is asked for is out of date.
    pub seconds_left: u64,
}

impl<'a> Wait<'a> {
    /// Runs `work`, which tells what it waits for.
    pub async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Fn(Progress)) -> T + Send + 'static,
    ) -> Result<T> {
        let Thread {
            mut told,
            mut outcome,
        } = Thread::start(work)?;
        let mut progress = Progress::Looking;
        let held = Cell::new(None);
        loop {
            let next = tokio::select! {
                biased;
                outcome = &mut outcome => Err(outcome),
                next = another(&mut told, progress) => Ok(next),
                never = self.explain(progress, &held) => match never {},
            };
            if let Some(held) = held.take() {
                Held::release(held);
            }
            match next {
                Ok(next) => progress = next,
                Err(outcome) => return outcome.context(ENDED),
            }
        }
    }

    /// Says what is being waited for, and waits for ever.
    async fn explain(&self, progress: Progress, held: &Cell<Option<Held<'a>>>) -> Infallible {
        match progress {
            Progress::Touch => self.ask_for_touch(held).await,
            Progress::PerhapsTouch => {
                tokio::time::sleep(PATIENCE).await;
                self.ask_for_touch(held).await;
            }
            Progress::Looking => self.note_later("waiting for the PC/SC service").await,
            Progress::NoKey => self.note_later("waiting for a YubiKey").await,
            Progress::Connecting | Progress::Queueing => {
                self.note_later("waiting for the YubiKey: another program is using it")
                    .await;
            }
            Progress::HeldExclusively => {
                self.note_later(
                    "waiting for the YubiKey: another program has exclusive access to it",
                )
                .await;
            }
            Progress::Asking => {}
        }
        std::future::pending().await
    }

    async fn note_later(&self, text: &str) {
        tokio::time::sleep(PATIENCE).await;
        self.messages.note(text);
    }

    /// With the seconds left on the terminal, where other messages are held back meanwhile, or as a
    /// note where there is none.
    async fn ask_for_touch(&self, held: &Cell<Option<Held<'a>>>) {
        self.prompted.notify_one();
        let seconds = self.seconds_left.min(TOUCH_SECONDS);
        let shown = match Terminal::open() {
            Ok(terminal) => {
                held.set(Some(self.messages.hold()));
                terminal.count_down("touch your YubiKey:", seconds).await
            }
            Err(error) => Err(error),
        };
        if shown.is_err() {
            self.messages
                .note(&format!("touch your YubiKey ({} left)", in_words(seconds)));
        }
    }
}

/// Runs `work` for as long as a person would not notice: nothing where the service, or another
/// program's transaction, keeps it waiting. A key that is free may take its time.
pub async fn at_once<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn(Progress)) -> T + Send + 'static,
) -> Result<Option<T>> {
    let Thread {
        mut told,
        mut outcome,
    } = Thread::start(work)?;
    let mut progress = Progress::Looking;
    loop {
        let limit = match progress {
            Progress::Looking | Progress::NoKey | Progress::Queueing => AT_ONCE,
            _ => PATIENCE,
        };
        progress = tokio::select! {
            biased;
            outcome = &mut outcome => return Ok(Some(outcome.context(ENDED)?)),
            next = another(&mut told, progress) => next,
            () = tokio::time::sleep(limit) => return Ok(None),
        };
    }
}

const ENDED: &str = "the thread that asks the YubiKey ended";

/// The thread, from outside.
struct Thread<T> {
    told: mpsc::UnboundedReceiver<Progress>,
    outcome: oneshot::Receiver<T>,
}

impl<T: Send + 'static> Thread<T> {
    fn start(work: impl FnOnce(&dyn Fn(Progress)) -> T + Send + 'static) -> Result<Self> {
        let (tell, told) = mpsc::unbounded_channel();
        let (done, outcome) = oneshot::channel();
        std::thread::Builder::new()
            .name("yubikey".to_owned())
            .spawn(move || {
                // Nobody listens any more when the wait was dropped.
                let outcome = work(&|progress| {
                    let _ = tell.send(progress);
                });
                let _ = done.send(outcome);
            })
            .context("the system has no thread for it")?;
        Ok(Self { told, outcome })
    }
}

/// The next progress that is not the same again; waits for ever when there will be none.
async fn another(told: &mut mpsc::UnboundedReceiver<Progress>, progress: Progress) -> Progress {
    loop {
        match told.recv().await {
            Some(next) if next == progress => {}
            Some(next) => return next,
            None => std::future::pending().await,
        }
    }
}
