//! AWS's servers do not all learn of a new key at once: some refuse it for a while, or a session that
//! was made with it.

use std::time::Duration;

use crate::aws::{Failure, Kind};
use crate::message::Messages;

/// Seconds between attempts, 90 in all. Vault waits 10, aws-vault up to 20; a minute has been seen.
const PAUSES: [u64; 9] = [1, 2, 4, 8, 15, 15, 15, 15, 15];

/// Makes `call` until AWS knows the new key, or until patience is over.
pub async fn patiently(
    messages: &Messages,
    call: impl AsyncFn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    for seconds in PAUSES {
        match call().await {
            Err(failure) if is_unknown(failure.kind) => {}
            outcome => return outcome,
        }
        let pause = Duration::from_secs(seconds);
        messages.retry("AWS does not know the new key everywhere yet", pause);
        tokio::time::sleep(pause).await;
    }
    call().await
}

fn is_unknown(kind: Kind) -> bool {
    matches!(kind, Kind::UnknownKey | Kind::SessionRefused)
}
