//! A share: a socket for a remote machine, to which ssh forwards it. It gives sessions of the profiles
//! that it was made for and nothing else, for as long as ssh runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio::task::spawn_local;
use tokio::time::sleep;

use super::socket::{self, Answers, PATIENCE, line_of};
use super::supply::Supply;
use crate::agent::{self, Code, HeldShare, Refusal, Request, Session, SessionRequest, SessionSpec};
use crate::dates::Utc;

/// How often the agent checks that ssh is still running.
const LOOK: Duration = Duration::from_millis(500);

/// How much time a session should have left: more than on this computer, because the connection to
/// the agent is less reliable.
const PLENTY: Duration = Duration::from_mins(30);

/// How many requests a remote machine may have under way: each takes one of the files that the
/// agent may open.
const MOST: usize = 128;

pub struct Share {
    supply: Rc<Supply>,
    profiles: BTreeMap<String, SessionSpec>,
    /// By the wall clock. `None`: it ends only with ssh.
    until: Option<SystemTime>,
    ssh: Pid,
    free: Semaphore,
}

/// The file of a share's socket, removed with it.
struct File(PathBuf);

impl Share {
    /// Answers at the socket until the process `client` ends: it asks for the share, then becomes
    /// ssh.
    pub fn open(
        supply: &Rc<Supply>,
        asked: agent::Share,
        client: Option<i32>,
    ) -> Result<(), Refusal> {
        let unusable = |cause: String| Refusal::new(Code::Malformed, cause);
        let ssh = client.and_then(Pid::from_raw);
        let ssh =
            ssh.ok_or_else(|| unusable("the agent cannot see which process asks".to_owned()))?;
        let listener = UnixListener::bind(&asked.socket).map_err(|error| {
            unusable(format!(
                "could not listen at {}: {error}",
                asked.socket.display()
            ))
        })?;
        let limit = asked.seconds.map(Duration::from_secs);
        let share = Rc::new(Self {
            supply: supply.clone(),
            profiles: asked.profiles,
            until: limit.and_then(|limit| supply.now().checked_add(limit)),
            ssh,
            free: Semaphore::new(MOST),
        });
        supply.shares.borrow_mut().push(share.held());
        spawn_local(share.listen(listener, File(asked.socket)));
        Ok(())
    }

    async fn listen(self: Rc<Self>, listener: UnixListener, _file: File) {
        tokio::select! {
            () = socket::serve(listener, self.clone()) => (),
            () = self.ssh_ends() => (),
        }
    }

    async fn ssh_ends(&self) {
        while test_kill_process(self.ssh) != Err(Errno::SRCH) {
            sleep(LOOK).await;
        }
    }

    async fn session(&self, request: SessionRequest) -> Result<Session, Refusal> {
        self.check()?;
        let too_many = |_| Refusal::new(Code::Unavailable, "too many programs ask at once");
        let _place = self.free.try_acquire().map_err(too_many)?;
        let spec = self.profiles.get(&request.profile);
        let spec = spec.ok_or_else(|| self.not_shared(&request.profile))?;
        let request = SessionRequest {
            session: Some(spec.clone()),
            ..request
        };
        let session = self.supply.session_with(&request, PATIENCE, PLENTY).await;
        // It may have waited for a login.
        self.check()?;
        session.map_err(of_other_machine)
    }

    /// # Errors
    /// The share's time is over. The socket stays until ssh ends, so that the remote machine learns
    /// why.
    fn check(&self) -> Result<(), Refusal> {
        match self.until {
            Some(until) if until <= self.supply.now() => {
                let text = format!("the share ended at {}", self.supply.brief(until));
                Err(Refusal::new(Code::NotShared, text)
                    .with_hint("leave ssh and run awsmfa ssh again"))
            }
            _ => Ok(()),
        }
    }

    fn not_shared(&self, profile: &str) -> Refusal {
        let names: Vec<_> = self.profiles.keys().map(String::as_str).collect();
        let names = names.join(",");
        let text = format!("profile {profile} is not shared with this machine, only {names}");
        let hint = format!("leave ssh and run awsmfa ssh --profile {names},{profile}");
        Refusal::new(Code::NotShared, text).with_hint(hint)
    }

    fn held(&self) -> HeldShare {
        HeldShare {
            profiles: self.profiles.keys().cloned().collect(),
            pid: self.ssh.as_raw_nonzero().get(),
            until: self.until.map(Utc),
        }
    }
}

/// Whoever reads it is not where the agent is.
fn of_other_machine(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::NoSession => refusal.with_hint("run aws-mfa-on on the computer that ssh runs on"),
        _ => refusal,
    }
}

impl Answers for Share {
    async fn answer(self: &Rc<Self>, request: Request, _client: Option<i32>) -> String {
        line_of(if let Request::Credentials(request) = request {
            self.session(request).await
        } else {
            let text = "this machine gets sessions of the shared profiles and nothing else";
            Err(Refusal::new(Code::NotShared, text))
        })
    }

    fn reject_user(&self, user: u32) {
        self.supply.reject_user(user);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let held = self.held();
        self.supply
            .shares
            .borrow_mut()
            .retain(|share| *share != held);
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
