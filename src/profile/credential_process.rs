//! `credential_process`: long-term keys printed by a program (how aws-vault's users bring theirs).
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use tokio::process::Command;
use zeroize::Zeroizing;

use super::{key_pair, shell_syntax};
use crate::credentials::LongTermKeys;
use crate::files::words;
use crate::message::OrHint;
use crate::origin::Sourced;
use crate::program;
use crate::secret::Secret;

/// The program may ask the user something.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes. An answer has some hundred.
const LARGEST: usize = 64 << 10;

/// What the program prints. Never shown.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    version: u64,
    access_key_id: String,
    secret_access_key: Wiped,
    session_token: Option<Wiped>,
}

#[derive(Deserialize)]
#[serde(from = "String")]
struct Wiped(Secret);

impl From<String> for Wiped {
    fn from(value: String) -> Self {
        Self(Secret::new(value))
    }
}

/// Runs the command, without a shell. Its stderr is the user's terminal.
pub async fn run(command: &Sourced<String>) -> Result<LongTermKeys> {
    let output = tokio::time::timeout(PATIENCE, output(command)).await;
    let output = output
        .unwrap_or_else(|_| {
            Err(anyhow!(
                "it was stopped after {}",
                crate::duration::precisely(PATIENCE)
            ))
        })
        .with_context(|| format!("could not get keys from {}", command.origin))?;
    keys(&output, command)
        .with_context(|| format!("could not use the keys from {}", command.origin))
}

async fn output(command: &Sourced<String>) -> Result<Zeroizing<Vec<u8>>> {
    let words = words::split(&command.value).ok_or_else(|| anyhow!("a quote is not closed"))?;
    let (name, arguments) = words
        .split_first()
        .ok_or_else(|| anyhow!("it names no program"))?;
    let program = program::start(Command::new(name).args(arguments))
        .with_context(|| format!("{} could not be started", shell_syntax::shown(name)))
        .or_hint(|| {
            shell_syntax::hint(&command.value, || {
                "name the program by its whole path; it is run without a shell".to_owned()
            })
        })?;
    let printed = program::output(program, LARGEST)
        .await?
        .context("it prints more than keys")?;
    if !printed.status.success() {
        return Err(anyhow!("{name} failed ({})", printed.status)).or_hint(|| {
            shell_syntax::hint(&command.value, || {
                "run the command yourself to see why".to_owned()
            })
        });
    }
    Ok(printed.output)
}

fn keys(output: &[u8], command: &Sourced<String>) -> Result<LongTermKeys> {
    // serde's own words may quote what was read.
    let answer: Result<Answer> = serde_json::from_slice(output).map_err(|error| {
        anyhow!("it did not print JSON with Version, AccessKeyId and SecretAccessKey (line {}, column {})", error.line(), error.column())
    });
    let answer = answer.or_hint(|| {
        shell_syntax::hint(&command.value, || {
            r#"it has to print {"Version": 1, "AccessKeyId": "…", "SecretAccessKey": "…"} and nothing else"#.to_owned()
        })
    })?;
    if answer.version != 1 {
        bail!("it prints Version {}, and only 1 is known", answer.version);
    }
    if answer
        .session_token
        .is_some_and(|token| !token.0.expose().is_empty())
        || answer.access_key_id.starts_with("ASIA")
    {
        return Err(anyhow!(
            "they are temporary, and long-term ones (AKIA…) are needed"
        ))
        .or_hint(|| {
            "let the command print the keys of the IAM user (aws-vault: export --no-session)"
                .to_owned()
        });
    }
    let (id, secret) = (answer.access_key_id, answer.secret_access_key.0);
    key_pair::check(
        [&id, secret.expose()],
        [&"its AccessKeyId", &"its SecretAccessKey"],
    )?;
    Ok(LongTermKeys {
        access_key_id: id,
        secret_access_key: secret,
        origin: command.origin.clone(),
    })
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
        runtime.block_on(run(&command))
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
            ("echo hunter2", "did not print JSON"),
            (r#"echo '{"Version": "hunter2"}'"#, "did not print JSON"),
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
