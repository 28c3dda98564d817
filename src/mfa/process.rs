//! The sources that are commands of the user's: `process` prints the code (`mfa_process`, as in
//! aws-vault), `secret_process` the secret that it is computed from. `/bin/sh -c` runs them.

use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Error, Result, anyhow};

use super::totp::Totp;
use super::{CodeOrigin, CodeRequest, TokenCode, printed_secret};
use crate::environment::Environment;
use crate::message::{OrHint as _, hinted};
use crate::origin::Sourced;
use crate::profile::running;
use crate::program;
use crate::secret::Secret;

const CODE: &str = "mfa_process";
const SECRET: &str = "mfa_secret_process";

/// Tells the command's descendants which of these lines are being run.
const RUNNING: &str = "AWSMFA_MFA_PROCESS";

/// Bytes. A code or a secret, and blanks around it; more than this is something else.
const LONGEST: usize = 1024;

/// `oathtool` takes 5 ms; `ykman`, or `gpg` behind `pass`, takes up to 400.
const COMPUTATION: Duration = Duration::from_millis(500);

/// The code that the command of `mfa_process` prints.
///
/// # Errors
/// The command fails, or prints anything but six digits.
pub async fn code(command: &Sourced<String>, request: &CodeRequest<'_>) -> Result<TokenCode> {
    let printed = printed(CODE, "an MFA code", command, request.context.environment);
    let output = waiting(request, printed).await?;
    TokenCode::parse(output.expose(), CodeOrigin::Process)
}

/// The secret that the command of `mfa_secret_process` prints.
///
/// # Errors
/// The command fails, or the first line of its output is no secret.
pub async fn secret(command: &Sourced<String>, request: &CodeRequest<'_>) -> Result<Totp> {
    let printed = printed(SECRET, "a secret", command, request.context.environment);
    let output = waiting(request, printed).await?;
    printed_secret::parse(SECRET, output.expose())
}

/// awsmfa cannot see whether the command asks a person or wants a touch, so a command that runs
/// longer than a computation counts as asking.
async fn waiting<T>(
    request: &CodeRequest<'_>,
    answer: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut answer = pin!(request.context.messages.hold_during(answer));
    if let Ok(answer) = tokio::time::timeout(COMPUTATION, &mut answer).await {
        return answer;
    }
    request.prompted.notify_one();
    answer.await
}

/// What the command of this setting prints, without the line end. `what` it should be is for messages.
///
/// # Errors
/// The command fails, prints more than 1024 bytes or no text, or leads back to its own line. None of
/// them quotes the output.
pub async fn printed(
    setting: &str,
    what: &str,
    command: &Sourced<String>,
    environment: &Environment,
) -> Result<Secret> {
    let running = running(RUNNING, &command.origin, what, environment).or_hint(|| {
        "let the command print it without awsmfa, or from another source: awsmfa code --source SOURCE"
    })?;
    let mut shell = program::shell_command(&command.value);
    let output = program::output(shell.env(RUNNING, running), LONGEST).await;
    let output = output.map_err(|error| explain(setting, what, error))?;
    let text = std::str::from_utf8(&output)
        .ok()
        .with_context(|| format!("{setting} did not print text"))?;
    Ok(Secret::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

fn explain(setting: &str, what: &str, error: program::Error) -> Error {
    let (error, hint) = match error {
        program::Error::Start(error) => {
            return Error::new(error).context(format!("{setting} cannot be run with /bin/sh"));
        }
        program::Error::Read(error) => {
            return Error::new(error).context(format!("the output of {setting} cannot be read"));
        }
        program::Error::TooMuch => (
            anyhow!("{setting} printed more than {what}"),
            format!("its output must be {what} and nothing else"),
        ),
        program::Error::Failed(status) => (
            anyhow!("{setting} failed: {status}"),
            "run the command yourself to see why; a password manager may be locked, or have no \
             such entry"
                .to_owned(),
        ),
    };
    hinted(error, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn outcome(command: &str) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let code = runtime
            .block_on(async {
                let command = Sourced::new(command.to_owned(), Origin::Rule(CODE));
                let environment = Environment::default();
                let output = printed(CODE, "an MFA code", &command, &environment).await?;
                TokenCode::parse(output.expose(), CodeOrigin::Process)
            })
            .map_err(|error| format!("{error:#}"))?;
        assert_eq!(code.origin, CodeOrigin::Process);
        Ok(code.expose().to_owned())
    }

    #[test]
    fn the_output_is_trimmed() {
        assert_eq!(outcome("echo; echo ' 012345 '").unwrap(), "012345");
        assert_eq!(
            outcome("a=012; b='345'; printf %s \"$a$b\"").unwrap(),
            "012345"
        );
    }

    #[test]
    fn a_failure_shows_the_status_and_not_the_output() {
        let message = outcome("echo 999999; exit 3").unwrap_err();
        assert!(
            message.contains("exit status: 3") && !message.contains("999999"),
            "{message}"
        );
        assert!(
            outcome("no-such-program-xyz 2>/dev/null")
                .unwrap_err()
                .contains("127")
        );
        assert!(outcome("yes").unwrap_err().contains("more than"));
        assert!(
            outcome("printf '\\377'")
                .unwrap_err()
                .contains("did not print")
        );
    }
}
