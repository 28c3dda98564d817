//! A failed call, as its caller sees it.

/// Why a call failed, as far as the program branches on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `MultiFactorAuthentication failed with invalid MFA one time pass code.`
    InvalidTokenCode,
    /// The signature's time was off; the clock now knows by how much. The code was not looked at.
    ClockSkew,
    /// The request was sent, a usable answer never came: the code may be spent.
    LostAnswer,
    /// The session that signed is over or not known to AWS: the long-term keys can make another.
    SessionRefused,
    /// The connection was never made, or AWS refused the request unread: the code, if there was one,
    /// is unspent.
    NotSent,
    /// The keys are refused, or no request can be made with these settings: no code would help.
    Hopeless,
    Other,
}

/// A failed call: the kind, and the explained error (with its hint) to show.
#[derive(Debug)]
pub struct Failure {
    pub kind: Kind,
    pub error: anyhow::Error,
}

impl From<Failure> for anyhow::Error {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}
