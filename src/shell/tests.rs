//! The rendered text and the snippets, evaluated by the real shells. A shell that is not installed
//! fails the test.

mod interactive;
#[path = "../../tests/support/shells/list.rs"]
mod list;
mod quoting;
mod scenarios;

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use clap::ValueEnum as _;

use super::{Dialect, Shell};
use crate::base::{Base, Bases};
use crate::credentials::Credentials;
use crate::environment::{self, Environment, NewSession, Setting};
use crate::origin::{Origin, Sourced};
use crate::secret::Secret;

/// Every shell that code is printed for, and how to start it without the user's files.
fn shells() -> [(Dialect, &'static [&'static str]); list::SHELLS.len()] {
    list::SHELLS.map(|shell| (dialect(&shell), shell.words))
}

fn dialect(listed: &list::Shell) -> Dialect {
    let shell = Shell::from_str(listed.dialect, false).unwrap();
    shell.dialect().unwrap()
}

/// How the list names the shell that speaks this dialect.
fn listed(shell: Dialect) -> list::Shell {
    let is_it = |listed: &list::Shell| dialect(listed) == shell;
    list::SHELLS.into_iter().find(is_it).unwrap()
}

pub const SECRET: &str = "the/secret+";

/// The changes of a login for `profile`, whose region is `region`.
fn changes(profile: &str, end: u64, environment: &Environment) -> Vec<super::Change> {
    let credentials = Credentials {
        access_key_id: format!("ASIA{profile}"),
        secret_access_key: Secret::new(SECRET.into()),
        session_token: Secret::new("the/token=".into()),
        expiration: std::time::UNIX_EPOCH + std::time::Duration::from_secs(end),
    };
    let mut bases = Bases::default();
    bases.keep(Base {
        credentials: credentials.clone(),
        long_term_key_id: None,
        mfa_serial: None,
        of_this_run: false,
    });
    let region = Sourced {
        value: "eu-west-1".into(),
        origin: Origin::Rule("the profile"),
    };
    // A setting that only one of the profiles has.
    let settings = ["AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE"].map(|name| Setting::new(name, "it's"));
    let settings: Vec<_> = settings
        .into_iter()
        .flatten()
        .filter(|_| profile == "other")
        .collect();
    let session = NewSession {
        credentials: &credentials,
        profile,
        role_arn: None,
        mfa_serial: None,
        long_term_key_id: None,
        base_expires_at: Some(credentials.expiration),
        bases: bases.text(),
        request: None,
        region: Some(&region),
        settings: &settings,
        overlay: None,
    };
    environment::on(session, environment).unwrap()
}

/// A directory with a stand-in for the program: `awsmfa env PROFILE` and `awsmfa off` print what
/// the renderer makes of the environment that they are given, `fail` fails.
pub struct Program(tempfile::TempDir);

impl Program {
    pub fn new(shell: Dialect) -> Self {
        Self::ending(shell, 4_102_444_800)
    }

    /// With sessions that end at `end`, seconds since the epoch.
    pub fn ending(shell: Dialect, end: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let snippet = Shell::from_str(listed(shell).dialect, false)
            .unwrap()
            .snippet();
        let save = |name: &str, text: &str| {
            std::fs::write(directory.path().join(name), text).unwrap();
        };
        let exported = Environment::of(&[("__awsmfa_off", "x")]);
        let held = Environment::of(&[("AWSMFA_EXPIRES_AT", "1"), ("__awsmfa_off", "x")]);
        let held_own = Environment::of(&[("AWSMFA_EXPIRES_AT", "1")]);
        for (suffix, environment, off) in [
            ("", &Environment::of(&[]), &held_own),
            (".exported", &exported, &held),
        ] {
            for profile in ["work", "other"] {
                let changes = changes(profile, end, &Environment::of(&[]));
                save(
                    &format!("{profile}{suffix}"),
                    &shell.render_on(&changes, environment),
                );
            }
            save(
                &format!("none{suffix}"),
                &shell.render_off(&[], environment),
            );
            let changes = environment::off(off);
            save(
                &format!("held{suffix}"),
                &shell.render_off(&changes, environment),
            );
        }
        save("snippet", snippet);
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shells/program.sh");
        symlink(program, directory.path().join("awsmfa")).unwrap();
        Self(directory)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs `script` with `environment` and nothing else but a PATH and a HOME.
    pub fn run(&self, command: &[&str], script: &str, environment: &[(&str, &str)]) -> Output {
        let file = self.path().join("script");
        std::fs::write(&file, script).unwrap();
        self.command(command)
            .envs(environment.iter().copied())
            .arg(&file)
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", command[0]))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "PATH is how the shells are found"
    )]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .env_clear()
            .current_dir(self.path());
        let mut path = self.path().as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        command
            .env("PATH", path)
            .env("HOME", self.path())
            .env("LC_ALL", list::UTF_8);
        command
    }
}

/// The line that loads the snippet.
pub fn load(shell: Dialect) -> &'static str {
    match shell {
        Dialect::Fish => "source ./snippet",
        Dialect::Bash | Dialect::Zsh | Dialect::Sh => ". ./snippet",
    }
}

/// How the functions are called where hyphens are refused.
pub fn functions(shell: Dialect) -> [&'static str; 2] {
    listed(shell).functions()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Everything that is worth knowing about a failed run.
pub fn report(command: &[&str], script: &str, output: &Output) -> String {
    format!(
        "{command:?}: {}\n--- script\n{script}\n--- stdout\n{}\n--- stderr\n{}",
        output.status,
        stdout(output),
        String::from_utf8_lossy(&output.stderr)
    )
}
