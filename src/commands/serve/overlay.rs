//! The overlay on disk: a directory in the user's runtime directory with a config file for other tools
//! (`files::overlay` writes its text), an empty credentials file, and a link to awsmfa. No secret is in
//! it, and tools that would write into it fail.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rustix::fs::{AtFlags, CWD, Mode, mkdirat, renameat, symlinkat, unlinkat};
use rustix::process::getpid;
pub use tokio::net::UnixListener as Listener;

use crate::agent::place::{self, SOCKET};
use crate::context::Context;
use crate::environment::Environment;
use crate::environment::overlay::FILES;
use crate::files::Files;
use crate::files::overlay::{Regions, Source};
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};
use crate::processes::look_up;
use crate::profile::{self, Keys, Profile};
use crate::runtime_dir;

/// The link to awsmfa: old SDKs for Go cannot run a program whose path has a space.
const PROGRAM: &str = "awsmfa";
/// SDKs for Go give a command 60 s.
const WAIT: &str = "--wait 50s";
/// Begins the name of a command's overlay; the id of its process follows.
const OF_COMMAND: &str = "exec-";
const OF_TERMINALS: &str = "profiles-";

/// A directory that tools read in place of the user's files.
pub struct Overlay {
    runtime: OwnedFd,
    path: PathBuf,
    name: String,
    is_temporary: bool,
    regions: Regions,
}

impl Overlay {
    /// For every terminal with the same files. It stays until the runtime directory is cleared; what
    /// the user's files say now replaces what they said before.
    pub fn of_terminals(context: &Context<'_>) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for [variable, ..] in FILES {
            context.environment.file_path(variable).hash(&mut hasher);
        }
        let name = format!("{OF_TERMINALS}{:016x}", hasher.finish());
        Self::make(name, None, context)
    }

    /// For the command that this process runs; dropping it removes the directory. The environment of
    /// the command has the session of `profile`, for tools that ask for no profile.
    pub fn of_command(profile: &Profile, context: &Context<'_>) -> Result<Self> {
        let name = format!("{OF_COMMAND}{}", getpid().as_raw_pid());
        let overlay = Self::make(name, Some(profile), context)?;
        sweep(&overlay.runtime, &overlay.path);
        Ok(overlay)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the command's own agent listens.
    pub fn socket(&self) -> PathBuf {
        self.path.join(SOCKET)
    }

    /// Listens there. No other user can: the directory belongs to this user only.
    pub fn listen(&self) -> Result<Listener> {
        let socket = self.socket();
        // A killed process with the same id may have left its socket behind.
        let _ = unlinkat(CWD, &socket, AtFlags::empty());
        let failed = || format!("could not listen at {}", socket.display());
        let listener = Listener::bind(&socket).with_context(failed)?;
        rustix::fs::chmod(&socket, Mode::RUSR | Mode::WUSR).with_context(failed)?;
        Ok(listener)
    }

    /// The region of `profile`, if it may be exported: a variable wins over the regions of all
    /// profiles.
    pub fn exported_region<'p>(&self, profile: &'p Profile) -> Option<&'p Sourced<String>> {
        let region = profile.session_region.as_ref();
        let is_flag = |region: &&Sourced<String>| matches!(region.origin, Origin::Flag(_));
        region.filter(|region| self.regions == Regions::One || is_flag(region))
    }

    fn make(name: String, served: Option<&Profile>, context: &Context<'_>) -> Result<Self> {
        let failed = "could not let tools use the profiles";
        let made = match served {
            Some(_) => runtime_dir::make(place::directories(context.environment).into_iter()),
            None => lasting(context.environment),
        };
        let (runtime, directory) = made.context(failed)?;
        let path = runtime.join(&name);
        let files = Files::read(context.environment);
        let overlay = Self {
            runtime: directory,
            path,
            name,
            // Set first, so that the directory is removed even if the disk is full.
            is_temporary: served.is_some(),
            regions: files.regions(),
        };
        let written = overlay.write(&files, served, context);
        written.context(failed)?;
        Ok(overlay)
    }

    fn write(&self, files: &Files, served: Option<&Profile>, context: &Context<'_>) -> Result<()> {
        let program = self.path.join(PROGRAM);
        let program = program.to_str().context("its path is not UTF-8")?;
        let environment = context.environment;
        let overlay = files.overlay(|name| {
            if let Some(profile) = served.filter(|profile| is_served(name, profile)) {
                let region = profile.session_region.as_ref();
                let region = region.map(|region| region.value.clone());
                return Source::Environment(profile.name.value.clone(), region);
            }
            if profile::is_of_others(files, name, environment) {
                return Source::Own;
            }
            let region = profile::region_of(files, name, environment);
            let region = region.filter(|_| self.regions == Regions::Several);
            Source::Process(line(program, name), region)
        });
        for name in overlay.left_out {
            context.messages.note(&format!(
                "no tool can use the profile {name:?}: its name is not plain text"
            ));
        }
        let own = std::env::current_exe()?;
        // An error shows in the next step.
        let _ = mkdirat(&self.runtime, &self.name, Mode::RWXU);
        let directory = runtime_dir::open(&self.path)?;
        for (file, text) in [("config", overlay.text.as_str()), ("credentials", "")] {
            let text = text.as_bytes();
            runtime_dir::replace(&directory, file, &new(file), Mode::RUSR, text)?;
        }
        symlinkat(own, &directory, &*new(PROGRAM))?;
        Ok(renameat(&directory, &*new(PROGRAM), &directory, PROGRAM)?)
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        if self.is_temporary {
            remove(&self.runtime, &self.path, &self.name);
        }
    }
}

/// The runtime directory, else one that stays although nobody uses it for days.
fn lasting(environment: &Environment) -> Result<(PathBuf, OwnedFd)> {
    let places = place::lasting_directories(environment);
    if let [only] = &places[..] {
        runtime_dir::make_parents(only);
    }
    let made = runtime_dir::make(places.into_iter());
    made.or_hint(|| "let XDG_RUNTIME_DIR name a directory that only you can write to")
}

/// Whether tools that ask for `name` find the session of `profile` in their environment. A session
/// that was made with the terminal's session exists nowhere else.
fn is_served(name: &str, profile: &Profile) -> bool {
    let is_of_terminal = matches!(profile.keys, Keys::Terminal(_));
    name == "default" || (is_of_terminal && name == profile.name.value)
}

/// The `credential_process` of a profile.
fn line(program: &str, name: &str) -> String {
    let [program, word] = [program, name].map(word);
    if name.starts_with('-') {
        format!("{program} credentials {WAIT} -- {word}")
    } else {
        format!("{program} credentials {word} {WAIT}")
    }
}

/// Quotes a word for sh and Python's `shlex`. For some SDKs, a space before `#` or `;` begins a
/// comment, even in quotes.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@+/:%=,".contains(c);
    if text.chars().all(is_plain) && !text.is_empty() {
        return text.to_owned();
    }
    let quoted = text.replace('\'', r"'\''");
    format!("'{}'", quoted.replace(" #", " ''#").replace(" ;", " '';"))
}

/// The name under which a file is written before it is renamed, so that a tool sees the old file or
/// the new one.
fn new(file: &str) -> String {
    format!("{file}.{}", getpid().as_raw_pid())
}

/// Removes the overlays of commands whose process was killed.
fn sweep(runtime: &OwnedFd, path: &Path) {
    let Some(entries) = path.parent().and_then(|path| path.read_dir().ok()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix(OF_COMMAND)?.parse().ok());
        if number.is_some_and(|number: i32| look_up(number).is_none()) {
            remove(runtime, &entry.path(), &name.to_string_lossy());
        }
    }
}

fn remove(runtime: &OwnedFd, path: &Path, name: &str) {
    if let Ok(directory) = runtime_dir::open(path) {
        for file in ["config", "credentials", PROGRAM, SOCKET] {
            let _ = unlinkat(&directory, file, AtFlags::empty());
        }
    }
    let _ = unlinkat(runtime, name, AtFlags::REMOVEDIR);
}
