//! A code for a session: codes are spent until AWS accepts one.

use anyhow::{Context as _, Result};

use super::NO_LOGIN;
use crate::mfa::{Codes, TokenCode};
use crate::sts::{Credentials, Failure, Kind, Repeats, Sts};

/// The parties.
pub struct Exchange<'a, 'b> {
    pub sts: &'a Sts<'a>,
    pub codes: &'a mut Codes<'b>,
    pub mfa_serial: &'a str,
}

impl Exchange<'_, '_> {
    /// Makes `call` with a code, and with the next one where AWS refuses it, until AWS accepts one
    /// or there is no further one to try.
    pub async fn until_accepted(
        &mut self,
        call: impl AsyncFn(&TokenCode) -> Result<Credentials, Failure>,
    ) -> Result<Credentials> {
        let mut code = self.first_code().await?;
        let mut clock_corrected = false;
        loop {
            let failure = match call(&code).await {
                Ok(credentials) => {
                    self.codes.accepted(self.mfa_serial, &code);
                    return Ok(credentials);
                }
                Err(failure) => failure,
            };
            code = match failure.kind {
                Kind::InvalidTokenCode => {
                    let next = self.codes.next(self.mfa_serial, &code).await;
                    next.context(NO_LOGIN)?
                }
                // Refused for the time of its signature: nobody looked at the code.
                Kind::ClockSkew if !clock_corrected => {
                    clock_corrected = true;
                    self.codes
                        .again(self.mfa_serial, code)
                        .await
                        .context(NO_LOGIN)?
                }
                Kind::NotSent => {
                    self.codes.not_sent(self.mfa_serial, &code);
                    return Err(failure.error);
                }
                _ => return Err(failure.error),
            };
        }
    }

    /// While the code is typed, the connection is opened and the keys are proven; keys that AWS
    /// does not know end the prompt before a code is spent. A code that is there at once (given,
    /// computed) makes no call of its own.
    async fn first_code(&mut self) -> Result<TokenCode> {
        let code = self.codes.first(self.mfa_serial);
        let proof = async { Ok(self.sts.caller_identity(Repeats::Silent).await?) };
        tokio::pin!(code);
        tokio::select! {
            biased;
            code = &mut code => return code.context(NO_LOGIN),
            () = std::future::ready(()) => {}
        }
        let code = async { code.await.context(NO_LOGIN) };
        let (code, _) = tokio::try_join!(code, proof)?;
        Ok(code)
    }
}
