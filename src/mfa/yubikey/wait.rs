//! Runs blocking work with a YubiKey on a thread of its own, and tells the user what it waits for.
//!
//! If the future is dropped (Ctrl-C, a time-out), the thread goes on unheard and ends with the
//! process at the latest. PC/SC then releases its locks.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use super::hints::explained;
use crate::duration::in_words;
use crate::mfa::CodeRequest;
use crate::terminal::Terminal;
use crate::ykoath::Error;
use crate::ykoath::card::{Progress, Service};

/// Shorter waits are not announced.
const PATIENCE: Duration = Duration::from_millis(500);

/// A YubiKey waits this long for a touch (seen in practice; Yubico does not say).
const TOUCH_SECONDS: u64 = 15;

/// Runs `work` with the PC/SC service, and announces what it waits for. `seconds_left` is the time
/// until the code that it computes expires.
pub async fn on_thread<T: Send + 'static>(
    request: &CodeRequest<'_>,
    seconds_left: u64,
    work: impl FnOnce(&Service) -> Result<T, Error> + Send + 'static,
) -> Result<T> {
    let (mut told, mut outcome) = start(work).context("the system cannot start another thread")?;
    let mut progress = Progress::Looking;
    loop {
        let terminal = match progress {
            Progress::Touch | Progress::PerhapsTouch => Terminal::open().ok(),
            _ => None,
        };
        let held = terminal.as_ref().map(|_| request.context.messages.hold());
        let next = tokio::select! {
            biased;
            outcome = &mut outcome => Err(outcome),
            Ok(next) = told.wait_for(|next| *next != progress) => Ok(*next),
            never = announce(request, progress, terminal.as_ref(), seconds_left) => match never {},
        };
        if let Some(held) = held {
            held.release();
        }
        match next {
            Ok(next) => progress = next,
            Err(outcome) => {
                let outcome = outcome.context("the thread that asks the YubiKey ended")?;
                return outcome.map_err(|error| explained(&error));
            }
        }
    }
}

/// A thread's progress and its outcome.
type Channels<T> = (
    watch::Receiver<Progress>,
    oneshot::Receiver<Result<T, Error>>,
);

fn start<T: Send + 'static>(
    work: impl FnOnce(&Service) -> Result<T, Error> + Send + 'static,
) -> std::io::Result<Channels<T>> {
    let (tell, told) = watch::channel(Progress::Looking);
    let (done, outcome) = oneshot::channel();
    let run = move || {
        // Sending fails if the future was dropped.
        let tell = |progress| {
            let _ = tell.send(progress);
        };
        let _ = done.send(Service::connect(&tell).and_then(|service| work(&service)));
    };
    let thread = std::thread::Builder::new().name("yubikey".to_owned());
    thread.spawn(run)?;
    Ok((told, outcome))
}

/// Says what awsmfa is waiting for. Never returns.
async fn announce(
    request: &CodeRequest<'_>,
    progress: Progress,
    terminal: Option<&Terminal>,
    seconds_left: u64,
) -> Infallible {
    if progress != Progress::Touch {
        sleep(PATIENCE).await;
    }
    let note = |text| request.context.messages.note(text);
    match progress {
        Progress::Looking => note("waiting for the PC/SC service"),
        Progress::NoKey => note("waiting for a YubiKey"),
        Progress::Connecting => note("waiting for the YubiKey: another program is using it"),
        Progress::HeldExclusively => {
            note("waiting for the YubiKey: another program has exclusive access to it");
        }
        Progress::Asking => {}
        Progress::Touch | Progress::PerhapsTouch => {
            ask_for_touch(request, terminal, seconds_left.min(TOUCH_SECONDS)).await;
        }
    }
    pending().await
}

/// Counts the seconds down on the terminal. Without one, prints a note.
async fn ask_for_touch(request: &CodeRequest<'_>, terminal: Option<&Terminal>, seconds: u64) {
    request.prompted.notify_one();
    let shown = match terminal {
        Some(terminal) => terminal
            .count_down("touch your YubiKey:", seconds)
            .await
            .is_ok(),
        None => false,
    };
    if !shown {
        let text = format!("touch your YubiKey ({} left)", in_words(seconds));
        request.context.messages.note(&text);
    }
}
