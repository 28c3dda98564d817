//! `awsmfa code`: the current MFA code, for the web console's login form.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::Result;
use zeroize::Zeroizing;

use crate::message::Messages;
use crate::mfa::{CodeOrigin, Codes};
use crate::sts::clock::Clock;

/// A code that is good for less than this cannot be typed any more.
const SHORTEST: Duration = Duration::from_secs(1);

/// AWS's time step (RFC 6238, section 4: X).
const PERIOD: Duration = Duration::from_secs(30);

/// The code and a line end; the seconds that are left are said on stderr.
pub async fn run(
    codes: &mut Codes<'_>,
    serial_number: &str,
    clock: &Clock,
    messages: &Messages,
) -> Result<Zeroizing<String>> {
    loop {
        let code = codes.first(serial_number).await?;
        if let CodeOrigin::Computed { .. } = code.origin {
            let left = left(clock);
            if left < SHORTEST {
                tokio::time::sleep(left).await;
                continue;
            }
            messages.note(&format!("{} s left", left.as_secs()));
        }
        return Ok(Zeroizing::new(format!("{}\n", code.expose())));
    }
}

fn left(clock: &Clock) -> Duration {
    let now = clock.aws().duration_since(UNIX_EPOCH).unwrap_or_default();
    let into = Duration::new(now.as_secs() % PERIOD.as_secs(), now.subsec_nanos());
    PERIOD.saturating_sub(into)
}
