//! From a plan to a session: the keys, the device, the code, the call.

use anyhow::{Context as _, Result, anyhow};

use crate::cli::Login;
use crate::commands::Context;
use crate::message::OrHint;
use crate::mfa::{CodeOrigin, Codes, TokenCode};
use crate::plan::Plan;
use crate::profile::Profile;
use crate::sts::mfa_devices::MfaDevices;
use crate::sts::{Credentials, Kind, Sts};
use crate::terminal::Terminal;

/// What every failure of a login begins with; those of `sts` bring it along.
const NO_LOGIN: &str = "could not log in";

/// A session and the device it was made with.
#[derive(Debug)]
pub struct Session {
    pub credentials: Credentials,
    pub mfa_serial: String,
}

/// Makes the calls of `plan`. The error says what could not be done, and what to do.
pub async fn run(
    profile: &Profile,
    plan: &Plan,
    login: &Login,
    context: &Context<'_>,
) -> Result<Session> {
    let given = given_code(login, context).context(NO_LOGIN)?;
    let keys = profile.keys.long_term().await?;
    let Context {
        environment,
        messages,
        clock,
        ..
    } = context;
    let sts = Sts::new(profile, &keys, environment, clock, messages)?;
    let mfa_serial = match &profile.mfa_serial {
        Some(serial) => serial.value.clone(),
        None => find_device(&sts, profile, context).await?,
    };
    let mut codes = Codes::new(&profile.mfa, given, environment, clock, messages);
    let code = first_code(&sts, &mut codes, &mfa_serial).await?;
    let credentials = exchange(&sts, &mut codes, &mfa_serial, code, plan).await?;
    Ok(Session {
        credentials,
        mfa_serial,
    })
}

/// While the code is typed, the connection is opened and the keys are proven; keys that AWS does
/// not know end the prompt before a code is spent. A code that is there at once (given, computed)
/// makes no call of its own.
async fn first_code(sts: &Sts<'_>, codes: &mut Codes<'_>, mfa_serial: &str) -> Result<TokenCode> {
    let code = codes.first(mfa_serial);
    let proof = async { Ok(sts.caller_identity().await?) };
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

/// Spends codes until AWS accepts one, or there is no further one to try.
async fn exchange(
    sts: &Sts<'_>,
    codes: &mut Codes<'_>,
    mfa_serial: &str,
    mut code: TokenCode,
    plan: &Plan,
) -> Result<Credentials> {
    let mut clock_corrected = false;
    loop {
        let failure = match sts
            .session_token(mfa_serial, &code, plan.duration_seconds.value)
            .await
        {
            Ok(credentials) => {
                codes.accepted(mfa_serial, &code);
                return Ok(credentials);
            }
            Err(failure) => failure,
        };
        code = match failure.kind {
            Kind::InvalidTokenCode => codes.next(mfa_serial, &code).await.context(NO_LOGIN)?,
            // Refused for the time of its signature: nobody looked at the code.
            Kind::ClockSkew if !clock_corrected => {
                clock_corrected = true;
                codes.again(mfa_serial, code).await.context(NO_LOGIN)?
            }
            _ => return Err(failure.error),
        };
    }
}

/// No device is configured: AWS knows it.
async fn find_device(sts: &Sts<'_>, profile: &Profile, context: &Context<'_>) -> Result<String> {
    let caller = sts.caller_identity().await?;
    let devices = sts.mfa_devices(&caller).await?;
    let serial = match devices.usable.as_slice() {
        [] => return none_usable(&devices, &caller.arn),
        [serial] => serial.clone(),
        several => choose(several).await?,
    };
    context.messages.note(&format!(
        "AWS says that the MFA device is {serial}; to save the question, add this line beside {}: \
         mfa_serial = {serial}",
        profile.keys.origin()
    ));
    Ok(serial)
}

fn none_usable(devices: &MfaDevices, caller: &str) -> Result<String> {
    match devices.fido.first() {
        None => Err(anyhow!("{NO_LOGIN}: {caller} has no MFA device"))
            .or_hint(|| "add a virtual MFA device to the user in the IAM console".to_owned()),
        Some(fido) => Err(anyhow!(
            "{NO_LOGIN}: {caller} has FIDO devices only ({fido}), which AWS's API does not take"
        ))
        .or_hint(|| "add a virtual MFA device: a user may have up to eight".to_owned()),
    }
}

async fn choose(serials: &[String]) -> Result<String> {
    let asked = async { Terminal::open()?.choose("which MFA device?", serials).await };
    let index = asked
        .await
        .with_context(|| {
            format!(
                "{NO_LOGIN}: there are several MFA devices: {}",
                serials.join(", ")
            )
        })
        .or_hint(|| "name one with --mfa-serial, or as mfa_serial in the profile".to_owned())?;
    Ok(serials[index].clone())
}

/// `--token-code` or the positional code, else `AWSMFA_TOKEN_CODE`.
pub fn given_code(login: &Login, context: &Context<'_>) -> Result<Option<TokenCode>> {
    let variable = || context.environment.get("AWSMFA_TOKEN_CODE");
    let text = login.token_code.as_deref().or_else(variable);
    text.map(|text| TokenCode::parse(text, CodeOrigin::Given))
        .transpose()
}
