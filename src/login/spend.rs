//! Codes are sent until AWS accepts one.

use anyhow::Result;

use super::prewarm::Prewarm;
use crate::aws::{Failure, Kind};
use crate::cli::Login;
use crate::context::Context;
use crate::credentials::Credentials;
use crate::mfa::{CodeOrigin, Codes, TokenCode};

/// `--token-code` or the positional code, else `AWSMFA_TOKEN_CODE`.
pub fn given_code(login: &Login, context: &Context<'_>) -> Result<Option<TokenCode>> {
    let variable = || context.environment.get("AWSMFA_TOKEN_CODE");
    let text = login.code.token_code.as_deref().or_else(variable);
    text.map(|text| TokenCode::parse(text, CodeOrigin::Given))
        .transpose()
}

/// Makes `call` with one code after another until AWS accepts one or there are no more.
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
    let mut recovered = Recovered::default();
    loop {
        let turn = codes.steps.turn(&code).await;
        let failure = match call(&code).await {
            Ok(credentials) => {
                codes.steps.accepted(&code);
                return Ok(credentials);
            }
            Err(failure) => failure,
        };
        drop(turn);
        code = next(codes, prewarm, code, failure, &mut recovered).await?;
    }
}

/// What this login has recovered from: each once.
#[derive(Default)]
struct Recovered {
    clock_skew: bool,
    lost_answer: bool,
}

/// The code to send after `code` has failed, if there is one.
async fn next(
    codes: &mut Codes<'_>,
    prewarm: &Prewarm<'_>,
    code: TokenCode,
    failure: Failure,
    recovered: &mut Recovered,
) -> Result<TokenCode, Failure> {
    match failure.kind {
        // After a lost answer, only a person gets another try.
        Kind::InvalidTokenCode if !recovered.lost_answer || code.origin == CodeOrigin::Typed => {
            prewarm.while_waiting(codes.next(&code)).await
        }
        Kind::ClockSkew if !recovered.clock_skew => {
            recovered.clock_skew = true;
            prewarm.while_waiting(codes.again(code)).await
        }
        Kind::LostAnswer if !recovered.lost_answer && code.has_next() => {
            recovered.lost_answer = true;
            let code = codes.after_loss(code, &failure.error);
            prewarm.while_waiting(code).await
        }
        _ => {
            // AWS looks at the keys before it looks at the code.
            let is_unread = [Kind::Hopeless, Kind::NotSent, Kind::UnknownKey];
            if is_unread.contains(&failure.kind) {
                codes.steps.not_used(&code);
            }
            Err(failure)
        }
    }
}
