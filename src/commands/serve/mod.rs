//! What an agent is and does: the sessions that it keeps and makes ([`Supply`]), and the socket at
//! which it answers ([`socket`]). `awsmfa agent` is the one that all terminals share.
//!
//! An agent reads no file of the user's, never sees a long-term key, and never asks for anything.
//!
//! [`overlay`] is the configuration through which other tools ask awsmfa.

mod answers;
mod assume;
mod connections;
pub mod endpoint;
pub mod overlay;
mod role_session;
mod sessions;
mod share;
pub mod socket;
mod supply;

pub use role_session::PLENTY;
pub use supply::Supply;
