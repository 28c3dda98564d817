//! A stand-in for AWS on loopback: STS, the little of IAM that a login needs, and what is denied
//! without MFA and allowed with it: IAM's `ListUsers`, and S3, as much of it as Terraform's backend
//! needs.
//!
//! It checks what AWS checks: the signature of every request, its clock, keys, session tokens
//! and their end, codes (RFC 6238, one step either way, each once), parameters, trust policies;
//! and it refuses in AWS's words. It records every request and who signed it, and goes wrong on
//! request: for an answer or two ([`StandIn::fail`]) or until it is told ([`StandIn::outage`],
//! [`Door`]). Its sessions can be made to end early ([`Options::longest_role_session`]).
//!
//! ```ignore
//! let aws = StandIn::start(Options::default());
//! home.env("AWS_ENDPOINT_URL", aws.endpoint());
//! aws.fail("GetSessionToken", Fault::Close, 1);
//! … aws.code() … aws.requests() …
//! ```

#![allow(
    dead_code,
    unused_imports,
    reason = "the tests and the demo each use a part of it"
)]

mod assume_role;
pub mod calendar;
mod connection;
mod constraints;
mod delivery;
pub mod directory;
mod errors;
mod faults;
mod federation;
mod front;
mod gate;
pub mod http;
mod iam;
mod listener;
mod proxy;
mod s3;
mod service;
pub mod sigv4;
mod state;
mod sts;
mod tls;
pub mod totp;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;

pub use directory::{AccessKey, Certificate, Device, NewKeyUnknown, Options, Role, User};
pub use errors::Refusal;
pub use faults::{ConnectionFault, Fault};
pub use front::Front;
pub use iam::policy::Policy;
pub use proxy::{Proxy, Visit};
pub use service::{Recorded, Signer};

use listener::Listener;
use state::State;
use tls::Authority;

/// A running stand-in; it stops, with all its connections, when it is dropped.
pub struct StandIn {
    listener: Listener,
    shared: Arc<Shared>,
    authority: Option<Arc<Authority>>,
    config: Option<Arc<ServerConfig>>,
}

/// One more address of a stand-in.
pub struct Door {
    listener: Listener,
    scheme: &'static str,
}

impl Door {
    /// `http://127.0.0.1:PORT`, or https
    pub fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.listener.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// Connections are refused; those that are open end.
    pub fn shut(&self) {
        self.listener.shut();
    }

    pub fn reopen(&self) {
        self.listener.reopen();
    }
}

fn listener(shared: &Arc<Shared>, config: Option<&Arc<ServerConfig>>) -> Listener {
    let (shared, config) = (shared.clone(), config.cloned());
    Listener::start(move |stream, number| {
        // A client that goes away is none of the stand-in's troubles.
        let _ = connection::serve(&shared, stream, number, config.clone());
    })
}

/// What the connections share.
struct Shared {
    state: Mutex<State>,
    requests: Mutex<Vec<Recorded>>,
    faults: Mutex<VecDeque<(String, Fault)>>,
    outages: Mutex<Vec<(String, Fault)>>,
    connection_faults: Mutex<VecDeque<ConnectionFault>>,
    /// From which request on, by its number from 1, no answer comes.
    silent_from: Mutex<Option<usize>>,
    /// How long a connection without a request stays open.
    idle: Mutex<Option<Duration>>,
}

impl StandIn {
    pub fn start(options: Options) -> Self {
        let authority = options
            .tls
            .then(|| Arc::new(Authority::new(options.certificate)));
        let config = authority
            .clone()
            .map(|authority| Arc::new(tls::server_config(authority)));
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(options)),
            requests: Mutex::default(),
            faults: Mutex::default(),
            outages: Mutex::default(),
            connection_faults: Mutex::default(),
            silent_from: Mutex::default(),
            idle: Mutex::default(),
        });
        Self {
            listener: listener(&shared, config.as_ref()),
            shared,
            authority,
            config,
        }
    }

    /// Another address of the same AWS, which can be shut while the first one goes on: for
    /// `AWS_ENDPOINT_URL_STS`. It counts its connections on its own.
    pub fn door(&self) -> Door {
        Door {
            listener: listener(&self.shared, self.config.as_ref()),
            scheme: self.scheme(),
        }
    }

    /// `http://127.0.0.1:PORT`, or https
    pub fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme(), self.address())
    }

    fn scheme(&self) -> &'static str {
        if self.authority.is_some() {
            "https"
        } else {
            "http"
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// The CA's certificate, to be put into a file for `AWS_CA_BUNDLE`. Needs `Options::tls`.
    pub fn ca_pem(&self) -> String {
        self.authority
            .as_ref()
            .expect("started with tls: true")
            .pem()
    }

    /// TLS with certificates of the same CA in front of `server`. Needs `Options::tls`.
    pub fn tls_front(&self, server: SocketAddr) -> Front {
        let authority = self.authority.clone().expect("started with tls: true");
        Front::start(server, Arc::new(tls::server_config(authority)))
    }

    /// The requests so far, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.shared.requests).clone()
    }

    /// The actions so far, oldest first.
    pub fn actions(&self) -> Vec<String> {
        self.requests()
            .into_iter()
            .map(|request| request.action)
            .collect()
    }

    /// The requests that carried a code.
    pub fn spent(&self) -> Vec<Recorded> {
        let mut requests = self.requests();
        requests.retain(|request| request.parameter("TokenCode").is_some());
        requests
    }

    /// The sign-in tokens that were given.
    pub fn signin_tokens(&self) -> Vec<String> {
        lock(&self.shared.state).signin_tokens.clone()
    }

    /// The codes that were sent.
    pub fn codes(&self) -> Vec<String> {
        let spent = self.spent();
        let codes = spent.iter().filter_map(|one| one.parameter("TokenCode"));
        codes.map(str::to_owned).collect()
    }

    /// How often this action was asked for.
    pub fn count(&self, action: &str) -> usize {
        let actions = self.actions();
        actions.iter().filter(|done| *done == action).count()
    }

    /// How often AssumeRole was asked for this role, by the last part of its ARN.
    pub fn assumed(&self, role: &str) -> usize {
        let requests = self.requests();
        let roles = requests
            .iter()
            .filter_map(|request| request.parameter("RoleArn"));
        roles
            .filter(|arn| arn.rsplit('/').next() == Some(role))
            .count()
    }

    /// The serial number of the first user's first device.
    pub fn serial(&self) -> String {
        self.user().devices[0].serial_number.clone()
    }

    /// The secret of that device, in base32.
    pub fn secret(&self) -> String {
        let secret = self.user().devices[0].secret.clone();
        secret.expect("the device has a secret")
    }

    /// The first user, as he is now.
    pub fn user(&self) -> User {
        lock(&self.shared.state).options.users[0].clone()
    }

    /// Changes users, roles, disabled regions or the clock while the stand-in runs.
    pub fn change(&self, change: impl FnOnce(&mut Options)) {
        change(&mut lock(&self.shared.state).options);
    }

    /// The server's time, in seconds since the epoch.
    pub fn now(&self) -> u64 {
        lock(&self.shared.state).now()
    }

    /// Lets the server's time go on, so that a new code is due or a session is over.
    pub fn advance(&self, seconds: i64) {
        self.change(|options| options.clock_offset += seconds);
    }

    /// Lets the server's time go on to the middle of the next time step, so that no code goes
    /// stale between two lines of a test.
    pub fn settle(&self) {
        self.advance(45 - (self.now() % totp::STEP).cast_signed());
    }

    /// Waits, for five seconds at most, until the time step has as many left: an answer that comes in
    /// the next one leaves no code to wait for.
    pub fn wait_for_room(&self) {
        while totp::STEP - self.now() % totp::STEP <= 5 {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The code that the first user's first TOTP device shows now, by the server's clock.
    pub fn code(&self) -> String {
        self.code_in(0)
    }

    /// Seconds of a time step.
    fn time_step(&self) -> u64 {
        lock(&self.shared.state).options.time_step
    }

    /// The same, `steps` time steps later (negative: earlier).
    pub fn code_in(&self, steps: i64) -> String {
        let user = self.user();
        let secret = user
            .devices
            .iter()
            .find_map(|device| totp::base32(device.secret.as_ref()?));
        let secret = secret.expect("the first user has a TOTP device");
        totp::code(
            &secret,
            (self.now() / self.time_step()).saturating_add_signed(steps),
            6,
        )
    }

    /// A code that is wrong now and in the steps around.
    pub fn wrong_code(&self) -> String {
        let right: Vec<String> = (-2..=2).map(|steps| self.code_in(steps)).collect();
        let codes = ["123456", "234567", "345678", "456789", "567890", "678901"];
        let wrong = codes
            .iter()
            .find(|code| right.iter().all(|other| other != *code));
        (*wrong.expect("five codes cannot be six")).to_owned()
    }

    /// The next `times` answers to `action` (empty: to any) go wrong.
    pub fn fail(&self, action: &str, fault: Fault, times: usize) {
        lock(&self.shared.faults).extend(vec![(action.to_owned(), fault); times]);
    }

    /// Every answer to `action` (or to the service of this name: `sts`; empty: to any) goes wrong
    /// until [`recover`](Self::recover).
    pub fn outage(&self, action: &str, fault: Fault) {
        lock(&self.shared.outages).push((action.to_owned(), fault));
    }

    /// Carries out request `number` (from 1) and those after it, and answers none of them.
    pub fn silence_from(&self, number: usize) {
        *lock(&self.shared.silent_from) = Some(number);
    }

    /// Ends all outages and faults. Who has been answered with silence goes on waiting.
    pub fn recover(&self) {
        lock(&self.shared.outages).clear();
        lock(&self.shared.faults).clear();
        *lock(&self.shared.silent_from) = None;
    }

    /// From now on, new connections on which nothing is asked for so long are closed, as AWS's
    /// servers do.
    pub fn close_idle_connections_after(&self, time: Duration) {
        *lock(&self.shared.idle) = Some(time);
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        self.listener.open_connections()
    }

    /// The number of the newest connection among those that are open, from 1; 0 for none.
    pub fn newest_connection(&self) -> usize {
        self.listener.newest_connection()
    }

    /// The next `times` connections go wrong.
    pub fn fail_connections(&self, fault: ConnectionFault, times: usize) {
        lock(&self.shared.connection_faults).extend(vec![fault; times]);
    }
}

/// A thread that panicked has failed its test already; the others may go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
