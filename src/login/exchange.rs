//! A code for a session: codes are spent until AWS accepts one.

use anyhow::Result;

use super::early::Early;
use crate::aws::{Failure, Kind};
use crate::credentials::Credentials;
use crate::mfa::{CodeOrigin, Codes, TokenCode};
use crate::terminal::Terminal;

/// The parties.
pub struct Exchange<'a, 'b> {
    pub codes: &'a mut Codes<'b>,
    pub early: Early<'a>,
}

impl Exchange<'_, '_> {
    /// Makes `call` with a code, and with the next one where AWS refuses it, until AWS accepts one
    /// or there is no further one to try.
    pub async fn until_accepted(
        self,
        call: impl AsyncFn(&TokenCode) -> Result<Credentials, Failure>,
    ) -> Result<Credentials> {
        let Self { codes, early } = self;
        tokio::select! {
            never = early.run() => match never {},
            outcome = spend(codes, &early, call) => outcome,
        }
    }
}

async fn spend(
    codes: &mut Codes<'_>,
    early: &Early<'_>,
    call: impl AsyncFn(&TokenCode) -> Result<Credentials, Failure>,
) -> Result<Credentials> {
    let mut code = early.while_waiting(codes.first()).await?;
    let mut clock_corrected = false;
    let mut lost = false;
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
            Kind::LostAnswer if lost || (code.is_typed() && Terminal::open().is_err()) => {
                return Err(failure.error);
            }
            Kind::InvalidTokenCode if lost && code.origin != CodeOrigin::Typed => {
                return Err(failure.error);
            }
            Kind::InvalidTokenCode => early.while_waiting(codes.next(&code)).await?,
            // Refused for the time of its signature: nobody looked at the code.
            Kind::ClockSkew if !clock_corrected => {
                clock_corrected = true;
                early.while_waiting(codes.again(code)).await?
            }
            Kind::LostAnswer => {
                lost = true;
                early
                    .while_waiting(codes.after_loss(code, &failure.error))
                    .await?
            }
            // Keys are looked at before codes are.
            Kind::NotSent | Kind::Hopeless => {
                codes.not_used(&code);
                return Err(failure.error);
            }
            _ => return Err(failure.error),
        };
    }
}
