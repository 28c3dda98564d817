//! The user's browser: what `BROWSER` names, else what the system has.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::commands::child;
use crate::environment::{Environment, KEYS};
use crate::files::words;
use crate::message::hinted;

/// How long a browser may take to ask for the page. One that has to be started takes seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// What opens an address in the user's browser; the first is WSL's, and leads to Windows.
const OPENERS: &[&str] = if cfg!(target_os = "macos") {
    &["open"]
} else {
    &["wslview", "xdg-open", "x-www-browser"]
};

const HINT: &str = "awsmfa console --print prints the address, which signs in whoever opens it";

/// A command line; `%s` stands for the address.
pub struct Browser(Vec<String>);

/// Those that are installed, in the order in which they are tried: at least one.
pub fn find(environment: &Environment) -> Result<Vec<Browser>> {
    let named = environment.get("BROWSER").unwrap_or_default();
    let named = named.split(':').filter_map(Browser::read);
    let openers = OPENERS.iter().map(|name| Browser(vec![(*name).to_owned()]));
    let is_there = |browser: &Browser| {
        let program = browser.0.first().map(OsString::from);
        child::find(program.as_slice(), environment).is_ok()
    };
    let browsers: Vec<_> = named.chain(openers).filter(is_there).collect();
    if !browsers.is_empty() {
        return Ok(browsers);
    }
    let openers = OPENERS.join(", ");
    let error = anyhow!("there is no browser here: BROWSER names none, and there is no {openers}");
    Err(hinted(error, HINT))
}

/// Starts one browser after the other as long as they fail, and gives the last one time to ask for
/// the page. Ends only with the reason why none has.
pub async fn start_one(browsers: &[Browser], address: &str) -> Error {
    let mut failures = Vec::new();
    for browser in browsers {
        let name = browser.name();
        let mut started = match browser.start(address) {
            Ok(started) => started,
            Err(error) => {
                failures.push(format!("could not run {name}: {error}"));
                continue;
            }
        };
        match timeout(PATIENCE, started.wait()).await {
            Ok(Ok(status)) if !status.success() => {
                failures.push(format!("{name} failed: {status}"));
            }
            // What opens an address does not wait for the browser.
            Ok(_) => {
                sleep(PATIENCE).await;
                return nobody_came(name);
            }
            Err(_) => return nobody_came(name),
        }
    }
    hinted(anyhow!("{}", failures.join("; ")), HINT)
}

fn nobody_came(name: &str) -> Error {
    let seconds = PATIENCE.as_secs();
    hinted(
        anyhow!("no browser asked for the page within {seconds} s of running {name}"),
        HINT,
    )
}

impl Browser {
    /// `None` if the text is blank.
    fn read(text: &str) -> Option<Self> {
        let split = || text.split_whitespace().map(str::to_owned).collect();
        let mut words = words::split(text).unwrap_or_else(split);
        // In a shell it would go to the background, as every browser does here.
        words.pop_if(|word| word == "&");
        (!words.is_empty()).then_some(Self(words))
    }

    fn name(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// It gets neither the terminal nor its session, and outlives this process.
    fn start(&self, address: &str) -> std::io::Result<Child> {
        let mut command = child::command(&self.line(address), &[]);
        for name in KEYS {
            command.env_remove(name);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        Command::from(command).spawn()
    }

    fn line(&self, address: &str) -> Vec<OsString> {
        let words = self.0.iter().map(|word| word.replace("%s", address));
        let mut line: Vec<OsString> = words.map(OsString::from).collect();
        if !self.0.iter().any(|word| word.contains("%s")) {
            line.push(address.into());
        }
        line
    }
}
