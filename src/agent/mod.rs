//! The agent, as its clients see it: a process that keeps base sessions in memory and assumes roles
//! with them, so that one code serves all terminals of the user. It answers one line of JSON
//! ([`Request`]) with another ([`answer`]) on a Unix socket; [`place`] says where that is.
//!
//! What an agent does is in `commands/serve`.

pub mod answer;
mod client;
mod login;
pub mod place;
mod request;

pub use answer::{Code, Held, HeldShare, Refusal, Session, Status};
pub use client::{Agent, AgentError};
pub use login::Login;
pub use request::{
    Connection, Deposit, Forget, LONGEST, Request, SessionRequest, SessionSpec, Share,
};
