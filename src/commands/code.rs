//! `awsmfa code`: the current MFA code, for the web console's login form.

use std::time::Duration;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::message::Messages;
use crate::mfa::Codes;

/// A code that is good for less than this cannot be typed any more.
const SHORTEST: Duration = Duration::from_secs(1);

/// The code and a line end; the seconds that are left are said on stderr. `codes` are for show.
pub async fn run(
    codes: &mut Codes<'_>,
    serial_number: &str,
    messages: &Messages,
) -> Result<Zeroizing<String>> {
    loop {
        let code = codes.first(serial_number).await?;
        match codes.time_left(&code) {
            Some(left) if left < SHORTEST => tokio::time::sleep(left).await,
            left => {
                if let Some(left) = left {
                    messages.note(&format!("{} s left", left.as_secs()));
                }
                return Ok(Zeroizing::new(format!("{}\n", code.expose())));
            }
        }
    }
}
