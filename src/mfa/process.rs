//! The source `process`: a command of the user's that prints the code (`mfa_process`, as in
//! aws-vault: run by `/bin/sh -c`, its output trimmed).

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use super::{CodeOrigin, CodeRequest, TokenCode};
use crate::message::OrHint;
use crate::program;
use crate::secret::Secret;

/// Ctrl-Z would stop the command and leave the shell that waits for us hanging. An ignored signal
/// stays ignored in the programs that a shell starts.
const IGNORE_STOP: &str = r#"trap '' TSTP; exec /bin/sh -c "$1""#;

/// A code and blanks around it; more than this is something else.
const LONGEST: usize = 1024;

/// `oathtool` takes 5 ms; `ykman`, or `gpg` behind `pass`, takes up to 400.
const COMPUTATION: Duration = Duration::from_millis(500);

/// Runs the command and reads its code. awsmfa cannot see whether the command asks a person or wants
/// a touch, so a command that runs longer than a computation counts as asking.
pub async fn run(command: &str, request: &CodeRequest<'_>) -> Result<TokenCode> {
    let code = request.context.messages.hold_during(code(command));
    tokio::pin!(code);
    if let Ok(code) = tokio::time::timeout(COMPUTATION, &mut code).await {
        return code;
    }
    request.prompted.notify_one();
    code.await
}

async fn code(command: &str) -> Result<TokenCode> {
    let output = printed("mfa_process", "an MFA code", command).await?;
    TokenCode::parse(output.expose(), CodeOrigin::Process)
}

/// What the command of this setting prints, without the line end. `what` it should be is for messages.
pub async fn printed(setting: &str, what: &str, command: &str) -> Result<Secret> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", IGNORE_STOP, "sh", command]);
    let program = program::start(&mut shell)
        .with_context(|| format!("{setting} cannot be run with /bin/sh"))?;
    let printed = program::output(program, LONGEST)
        .await
        .with_context(|| format!("the output of {setting} cannot be read"))?
        .with_context(|| format!("{setting} printed more than {what}"))
        .or_hint(|| format!("its output must be {what} and nothing else"))?;
    let status = printed.status;
    ensure!(status.success(), "{setting} failed: {status}");
    let text = std::str::from_utf8(&printed.output)
        .ok()
        .with_context(|| format!("{setting} did not print text"))?;
    Ok(Secret::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(command: &str) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let code = runtime
            .block_on(code(command))
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

    #[test]
    fn a_command_is_not_stopped_by_ctrl_z() {
        assert_eq!(outcome("kill -TSTP $$; echo 012345").unwrap(), "012345");
    }
}
