//! Asks an agent. There is no event loop, because a login with the agent's session must cost next
//! to nothing. Every wait has a limit, because an agent may be stopped.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use rustix::io::{Errno, FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, connect, socket};
use rustix::process::geteuid;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answer::{Code, Refusal, Session, Status};
use super::place;
use super::request::{Deposit, Forget, Request, SessionRequest, Share};
use crate::environment::Environment;
use crate::message::with_hint;
use crate::runtime_dir;

/// A working agent sends something at least every second. If this long passes without a byte, the
/// agent is stopped or the program is not an agent.
const SILENCE: Duration = Duration::from_secs(3);

/// An agent takes 10 s at most, besides the wait for a deposit. A program that takes longer is not
/// an agent.
const SECONDS: u64 = 30;

/// Bytes: a status with the sessions of thousands of roles.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Bytes. An answer that has been written comes in larger parts.
const SMALL_PART: usize = 1024;

/// The agent that the environment names.
#[derive(Clone)]
pub struct Agent {
    /// The socket.
    path: PathBuf,
    /// Whether [`place::VARIABLE`] names it.
    is_named: bool,
}

/// Why the agent cannot be used, as a whole sentence: `no agent runs`. A login goes on without the
/// agent in every case.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("no agent runs")]
    Missing,
    /// The variable names a socket at which nothing listens any more.
    #[error("no agent answers at {}, which {} names", .0.display(), place::VARIABLE)]
    Stale(PathBuf),
    #[error("the agent does not answer: it is stopped, or {} belongs to another program", .0.display())]
    Hung(PathBuf),
    #[error("could not use the agent's socket {path}: {cause}", path = .0.display(), cause = .1)]
    Unusable(PathBuf, String),
    /// Stop it, and start one of this version.
    #[error("the agent is of another version of awsmfa")]
    Version,
    #[error(transparent)]
    Refused(Refusal),
}

impl AgentError {
    /// What the user can do, if anything.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Missing => Some("to start one: awsmfa agent start"),
            Self::Stale(_) => {
                Some("it has ended, or the ssh connection that made the socket is closed")
            }
            Self::Hung(_) | Self::Version => {
                Some("end that one, then start another: awsmfa agent start")
            }
            Self::Unusable(..) => None,
            Self::Refused(refusal) => refusal.hint.as_deref(),
        }
    }

    /// With its hint, for a command that needs the agent.
    pub fn into_error(self) -> anyhow::Error {
        let hint = self.hint().map(str::to_owned);
        with_hint(self.into(), hint)
    }
}

/// The answer to a request that asks for no data.
#[derive(Deserialize)]
struct Empty {}

impl Agent {
    /// # Errors
    /// There is no socket.
    pub fn find(environment: &Environment) -> Result<Self, AgentError> {
        let named = place::named(environment);
        let is_named = named.is_some();
        let path = named.or_else(|| place::existing(environment));
        let path = path.ok_or(AgentError::Missing)?;
        Ok(Self { path, is_named })
    }

    /// The agent, if there is one and the user has not switched it off.
    pub fn wanted(environment: &Environment) -> Option<Self> {
        let is_off = environment.get("AWSMFA_AGENT") == Some("off");
        Self::find(environment).ok().filter(|_| !is_off)
    }

    /// The socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A session, from memory or from AWS. Waits up to 10 s for AWS, and as long as `request` says for
    /// a deposit.
    pub fn session(&self, request: SessionRequest) -> Result<Session, AgentError> {
        let session: Session = self.ask(&Request::Credentials(request))?;
        if session.is_sound() {
            return Ok(session);
        }
        let cause = "the credentials in its answer are malformed";
        Err(AgentError::Unusable(self.path.clone(), cause.to_owned()))
    }

    pub fn deposit(&self, deposit: Deposit) -> Result<(), AgentError> {
        let Empty {} = self.ask(&Request::Deposit(deposit))?;
        Ok(())
    }

    /// Until this process ends, whatever program it becomes.
    pub fn share(&self, share: Share) -> Result<(), AgentError> {
        let Empty {} = self.ask(&Request::Share(share))?;
        Ok(())
    }

    pub fn status(&self) -> Result<Status, AgentError> {
        self.ask(&Request::Status)
    }

    pub fn forget(&self, forget: Forget) -> Result<(), AgentError> {
        let Empty {} = self.ask(&Request::Forget(forget))?;
        Ok(())
    }

    pub fn stop(&self) -> Result<(), AgentError> {
        let Empty {} = self.ask(&Request::Stop)?;
        Ok(())
    }

    /// Whether the socket still exists.
    pub fn is_there(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    fn ask<T: DeserializeOwned>(&self, request: &Request) -> Result<T, AgentError> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Answer<T> {
            Refusal(Refusal),
            Answer(T),
        }
        let wait = match request {
            Request::Credentials(request) => request.wait,
            _ => 0,
        };
        let unusable = |cause: &str| AgentError::Unusable(self.path.clone(), cause.to_owned());
        let line = request
            .line()
            .map_err(|error| unusable(&error.to_string()))?;
        let answer = self.exchange(&line, wait.saturating_add(SECONDS))?;
        match serde_json::from_slice(&answer) {
            Ok(Answer::Answer(answer)) => Ok(answer),
            Ok(Answer::Refusal(refusal)) if refusal.code == Code::Version => {
                Err(AgentError::Version)
            }
            Ok(Answer::Refusal(refusal)) => Err(AgentError::Refused(refusal)),
            Err(_) => Err(unusable("the program that answers is not an awsmfa agent")),
        }
    }

    /// One line each way. The answer comes in at most `reads` small parts, one for each second of
    /// work, and any number of large ones.
    fn exchange(&self, line: &str, reads: u64) -> Result<Vec<u8>, AgentError> {
        self.check()?;
        let mut stream = open(&self.path).map_err(|error| self.classify(&error))?;
        let limit = Some(SILENCE);
        let limited = stream.set_read_timeout(limit);
        let limited = limited.and_then(|()| stream.set_write_timeout(limit));
        let sent = limited.and_then(|()| stream.write_all(line.as_bytes()));
        sent.map_err(|error| self.classify(&error))?;
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        let mut count = 0;
        while count < reads.saturating_add((answer.len() / SMALL_PART) as u64) {
            count += 1;
            let length = stream.read(&mut part);
            let length = length.map_err(|error| self.classify(&error))?;
            answer.extend_from_slice(&part[..length]);
            if length == 0 || answer.len() > LONGEST_ANSWER || part[..length].contains(&b'\n') {
                return Ok(answer);
            }
        }
        Err(AgentError::Hung(self.path.clone()))
    }

    /// Another user's socket would receive the sessions that are deposited. Root trusts the user's
    /// socket.
    fn check(&self) -> Result<(), AgentError> {
        let unusable = |cause: String| AgentError::Unusable(self.path.clone(), cause);
        let status = fs::symlink_metadata(&self.path).map_err(|error| self.classify(&error))?;
        let user = geteuid();
        if status.uid() != user.as_raw() && !user.is_root() {
            return Err(unusable("it belongs to another user".to_owned()));
        }
        if !status.file_type().is_socket() {
            return Err(unusable("it is not a socket".to_owned()));
        }
        match self.path.parent() {
            Some(directory) if !self.is_named => runtime_dir::open(directory)
                .map(drop)
                .map_err(|error| unusable(format!("{}: {error:#}", directory.display()))),
            _ => Ok(()),
        }
    }

    fn classify(&self, error: &io::Error) -> AgentError {
        use io::ErrorKind::{ConnectionRefused, NotFound, TimedOut, WouldBlock};
        match error.kind() {
            NotFound | ConnectionRefused if self.is_named => AgentError::Stale(self.path.clone()),
            NotFound | ConnectionRefused => AgentError::Missing,
            WouldBlock | TimedOut => AgentError::Hung(self.path.clone()),
            _ => AgentError::Unusable(self.path.clone(), error.to_string()),
        }
    }
}

/// Connects without waiting: the queue of a stopped agent may be full.
fn open(path: &Path) -> io::Result<UnixStream> {
    let stream = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    fcntl_setfd(&stream, FdFlags::CLOEXEC)?;
    ioctl_fionbio(&stream, true)?;
    let address = SocketAddrUnix::new(path).map_err(|error| match error {
        Errno::NAMETOOLONG => io::Error::other("the path is too long for a socket"),
        error => error.into(),
    })?;
    connect(&stream, &address)?;
    ioctl_fionbio(&stream, false)?;
    Ok(stream.into())
}
