//! What a command comes to, and how it is waited for.

use std::pin::Pin;

use anyhow::{Context as _, Result};
use zeroize::Zeroizing;

use super::each;
use crate::context::Context;
use crate::limits;
use crate::secret::Dumps;
use crate::terminal::until_interrupted;

/// What a command leaves behind: the whole of stdout, and whether its answer is yes.
#[derive(Default)]
pub struct Output {
    pub text: Zeroizing<String>,
    /// 0; 1 where `status` finds no valid session, which is an answer and no error.
    pub status: u8,
    /// What this process is to become; then nothing is printed.
    pub replacement: Option<std::process::Command>,
    /// The commands of `exec --each`, to be run to their ends; the worst of them is the status.
    pub each: Option<each::Runs>,
}

impl From<Zeroizing<String>> for Output {
    fn from(text: Zeroizing<String>) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

/// What a command comes to. Most of the shells' calls have their answer at once, and neither signal
/// handlers nor an event loop are set up for them.
pub enum Outcome<'a> {
    Answer(Box<Output>),
    /// Waits for the network, a key or a person.
    Work(Pin<Box<dyn Future<Output = Result<Output>> + 'a>>),
}

impl<'a> Outcome<'a> {
    pub fn work(work: impl Future<Output = Result<Output>> + 'a) -> Self {
        Self::Work(Box::pin(work))
    }
}

impl<T: Into<Output>> From<T> for Outcome<'_> {
    fn from(answer: T) -> Self {
        Self::Answer(Box::new(answer.into()))
    }
}

/// Runs `work` until it is done, or a signal ends it.
pub fn wait_for(
    work: impl Future<Output = Result<Output>>,
    context: &Context<'_>,
    dumps: &Dumps,
) -> Result<Output> {
    limits::check_files()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("could not start")?;
    let result = runtime.block_on(async {
        let mut output = until_interrupted(work).await?;
        // A signal does not end this part at once: the commands are children that it waits for.
        if let Some(runs) = output.each.take() {
            output.status = runs.finish(context, dumps).await?;
        }
        Ok(output)
    });
    // A thread may still be reading the terminal; nobody waits for it.
    runtime.shutdown_background();
    result
}
