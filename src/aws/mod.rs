//! The calls to STS and IAM.
//!
//! The SDK builds and signs the requests and parses the answers. Identity, region, HTTP client,
//! clock, retries and time-outs are given to it here; it reads no file and no variable of its own.

mod access_keys;
mod answer;
mod assume_role;
mod attempts;
mod caller_identity;
mod client;
mod endpoint;
mod enrolment;
mod error;
mod explain;
mod iam;
mod iam_action;
mod mfa_devices;
mod request;
mod session_token;
mod settings;
mod signin;
mod transport;
mod xml;

pub use access_keys::{AccessKey, KeyStatus, check_new_key};
pub use assume_role::assume_role;
pub use caller_identity::{accepts, caller_identity};
pub use client::{Client, transport_for};
pub use endpoint::is_opt_in_region;
pub use enrolment::NewDevice;
pub use error::{Failure, Kind};
pub use iam::Iam;
pub use request::RoleRequest;
pub use session_token::session_token;
pub use signin::SignIn;
pub use transport::Transport;
