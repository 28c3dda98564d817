//! What a signal does not cut short.

use std::convert::Infallible;
use std::future::pending;

use anyhow::Result;

use crate::terminal::until_interrupted;

/// Does `work` to its end, then ends the run if a signal has asked for that meanwhile. Between AWS's
/// answer and the disk, nobody else knows the new key's secret.
pub async fn finished_first<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let interruption = until_interrupted(pending::<Result<Infallible>>());
    tokio::pin!(work, interruption);
    tokio::select! {
        done = &mut work => done,
        interrupted = &mut interruption => {
            work.await?;
            match interrupted {
                Err(error) => Err(error),
                Ok(never) => match never {},
            }
        }
    }
}
