//! Codes are sent until AWS accepts one.

use super::prewarm::Prewarm;
use crate::aws::{Failure, Kind};
use crate::credentials::Credentials;
use crate::mfa::{CodeOrigin, Codes, TokenCode};
use crate::terminal::Terminal;

/// Makes `call` with a code, and with the next one if AWS refuses it, until AWS accepts one or there
/// is no further one to try.
pub async fn spend_codes(
    codes: &mut Codes<'_>,
    prewarm: Prewarm<'_>,
    call: impl AsyncFn(&TokenCode) -> Result<Credentials, Failure>,
) -> Result<Credentials, Failure> {
    tokio::select! {
        never = prewarm.run() => match never {},
        credentials = spend(codes, &prewarm, call) => credentials,
    }
}

async fn spend(
    codes: &mut Codes<'_>,
    prewarm: &Prewarm<'_>,
    call: impl AsyncFn(&TokenCode) -> Result<Credentials, Failure>,
) -> Result<Credentials, Failure> {
    let mut code = prewarm.while_waiting(codes.first()).await?;
    let (mut clock_corrected, mut lost) = (false, false);
    loop {
        let turn = codes.turn(&code).await;
        let failure = match call(&code).await {
            Ok(credentials) => {
                codes.accepted(&code);
                return Ok(credentials);
            }
            Err(failure) => failure,
        };
        drop(turn);
        code = match failure.kind {
            // Of two codes in a row neither was accepted: what can be computed has been tried.
            Kind::InvalidTokenCode if lost && code.origin != CodeOrigin::Typed => {
                return Err(failure);
            }
            Kind::InvalidTokenCode => prewarm.while_waiting(codes.next(&code)).await?,
            // Refused for the time of its signature: nobody looked at the code.
            Kind::ClockSkew if !clock_corrected => {
                clock_corrected = true;
                prewarm.while_waiting(codes.again(code)).await?
            }
            // Nobody can be asked for the next one.
            Kind::LostAnswer if code.is_typed() && Terminal::open().is_err() => {
                return Err(failure);
            }
            Kind::LostAnswer if !lost => {
                lost = true;
                let next = codes.after_loss(code, &failure.error);
                prewarm.while_waiting(next).await?
            }
            // AWS looks at the keys before it looks at the code.
            Kind::NotSent | Kind::Hopeless => {
                codes.not_used(&code);
                return Err(failure);
            }
            _ => return Err(failure),
        };
    }
}
