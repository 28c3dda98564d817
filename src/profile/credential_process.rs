//! `credential_process`: long-term keys printed by a program, such as aws-vault.
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use tokio::process::Command;

use super::key_pair;
use super::running::running;
use crate::credentials::LongTermKeys;
use crate::duration;
use crate::environment::Environment;
use crate::files::words;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};
use crate::program;
use crate::secret::Secret;

/// The program may ask the user something.
const PATIENCE: Duration = Duration::from_mins(1);
/// Tells the command's descendants which lines are being run, so that none of them runs one of these
/// again: the command may lead to awsmfa without saying so.
pub const RUNNING: &str = "AWSMFA_CREDENTIAL_PROCESS";
/// Bytes. An answer has a few hundred.
const LARGEST: usize = 64 << 10;

/// What the program prints. Never shown.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    version: u64,
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Option<Secret>,
}

/// Runs the command, without a shell. Its stderr is the user's terminal.
pub async fn run(command: &Sourced<String>, environment: &Environment) -> Result<LongTermKeys> {
    let origin = &command.origin;
    let running = running(RUNNING, origin, "the keys", environment)
        .or_hint(|| "let the command print the long-term keys of the IAM user")?;
    let output = tokio::time::timeout(PATIENCE, output(&command.value, &running)).await;
    let output = output
        .unwrap_or_else(|_| {
            let patience = duration::precisely(PATIENCE);
            Err(anyhow!("it was stopped after {patience}"))
        })
        .with_context(|| format!("could not get keys from {origin}"))?;
    let keys = keys(&output).with_context(|| format!("could not use the keys from {origin}"))?;
    Ok(LongTermKeys {
        origin: origin.clone(),
        ..keys
    })
}

async fn output(command: &str, running: &str) -> Result<Vec<u8>> {
    let words = words::split(command).ok_or_else(|| anyhow!("a quote is not closed"))?;
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| anyhow!("it names no program"))?;
    // What follows = in NAME=value, which needs a shell, may be a secret.
    let shown = program.split('=').next().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(arguments).env(RUNNING, running);
    match program::output(&mut command, LARGEST).await {
        Ok(output) => Ok(output),
        Err(program::Error::Start(error)) => Err(error)
            .with_context(|| format!("{shown} could not be started"))
            .or_hint(|| or_shell("name the program by its whole path")),
        Err(program::Error::Read(error)) => Err(error).context("its output could not be read"),
        Err(program::Error::TooMuch) => bail!("it prints more than keys"),
        Err(program::Error::Failed(status)) => Err(anyhow!("{shown} failed ({status})"))
            .or_hint(|| or_shell("run the command yourself to see why")),
    }
}

/// Adds the most likely cause to a hint: the line was written for a shell.
fn or_shell(hint: &str) -> String {
    format!(
        "{hint}; no shell runs it, as in the AWS CLI, so ~, $NAME and | have no effect: for a shell, \
         write credential_process = sh -c '…'"
    )
}

fn keys(output: &[u8]) -> Result<LongTermKeys> {
    // serde's own words may quote what was read.
    let answer: Answer = serde_json::from_slice(output)
        .map_err(|error| {
            let (line, column) = (error.line(), error.column());
            anyhow!("it did not print the JSON of keys (line {line}, column {column})")
        })
        .or_hint(|| {
            let expected = r#"{"Version": 1, "AccessKeyId": "…", "SecretAccessKey": "…"}"#;
            or_shell(&format!("it has to print {expected} and nothing else"))
        })?;
    if answer.version != 1 {
        bail!(
            "it printed Version {}, and awsmfa knows only 1",
            answer.version
        );
    }
    let token = answer.session_token;
    let has_token = token.is_some_and(|token| !token.expose().is_empty());
    if has_token || answer.access_key_id.starts_with("ASIA") {
        return Err(anyhow!(
            "they are temporary, and long-term ones (AKIA…) are needed"
        ))
        .or_hint(
            || "let the command print the keys of the IAM user (aws-vault: export --no-session)",
        );
    }
    let [id, secret] = ["its AccessKeyId", "its SecretAccessKey"].map(Origin::Rule);
    let id = Sourced::new(answer.access_key_id.as_str(), id);
    let secret = Sourced::new(answer.secret_access_key.expose(), secret);
    key_pair::checked(id, &secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn run_it(command: &str) -> Result<LongTermKeys> {
        let command = Sourced::new(command.to_owned(), Origin::Rule("credential_process"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(run(&command, &Environment::default()))
    }

    #[test]
    fn keys_are_read_without_a_shell() -> Result<()> {
        let keys = run_it(
            r#"printf %s '{"Version": 1, "AccessKeyId": "AKIA1", "SecretAccessKey": "s$(x)"}'"#,
        )?;
        assert_eq!(
            (keys.access_key_id.as_str(), keys.secret_access_key.expose()),
            ("AKIA1", "s$(x)")
        );
        Ok(())
    }

    #[test]
    fn failures_say_why_and_show_nothing_of_the_output() {
        for (command, expected) in [
            ("false", "failed (exit status: 1)"),
            ("/nowhere/program", "could not be started"),
            ("", "names no program"),
            ("echo 'hunter2", "quote is not closed"),
            ("echo hunter2", "did not print the JSON"),
            (r#"echo '{"Version": "hunter2"}'"#, "did not print the JSON"),
            (
                r#"echo '{"Version": 2, "AccessKeyId": "hunter2", "SecretAccessKey": "hunter2"}'"#,
                "Version 2",
            ),
            (
                r#"echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "hunter2", "SessionToken": "t"}'"#,
                "temporary",
            ),
            (
                r#"echo '{"Version": 1, "AccessKeyId": "ASIA1", "SecretAccessKey": "hunter2"}'"#,
                "temporary",
            ),
            (
                r#"echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": ""}'"#,
                "SecretAccessKey",
            ),
        ] {
            let error = run_it(command).map(|_| ()).unwrap_err();
            let text = format!("{error:#} {:?}", crate::message::hint_of(&error));
            assert!(text.contains(expected), "{command}: {text}");
            assert!(!text.contains("hunter2"), "{command}: {text}");
        }
    }
}
