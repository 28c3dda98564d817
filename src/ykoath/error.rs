//! What can go wrong between here and a key. The program branches on it, so it is an enum; the
//! caller says what to do about each.

use super::apdu::Instruction;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the PC/SC library (libpcsclite) cannot be loaded")]
    NoLibrary,
    #[error("the PC/SC service is not running")]
    NoService,
    #[error("the PC/SC service does not let this session use smart cards")]
    Refused,
    #[error("the PC/SC service stopped while the YubiKey was being asked")]
    ServiceStopped,
    #[error("no YubiKey is plugged in")]
    NoReader,
    /// With the names of the readers that are there.
    #[error("no YubiKey is plugged in (there is {0})")]
    NoYubiKey(String),
    #[error("a YubiKey is plugged in, but the PC/SC service does not see it")]
    NotSeen,
    #[error("the reader {0} is empty")]
    NoCard(String),
    #[error("another program has exclusive access to the YubiKey")]
    HeldExclusively,
    #[error("another program is using the YubiKey")]
    InUse,
    #[error("the YubiKey was removed")]
    Removed,
    #[error("this is not the YubiKey that was there a moment ago")]
    AnotherKey,
    #[error("another program reset the YubiKey")]
    Reset,
    #[error("the YubiKey has no OATH application, or it is switched off")]
    NoApplet,
    #[error("another program switched the YubiKey to another application")]
    Deselected,
    #[error("the YubiKey's OATH accounts are protected by a password")]
    Locked,
    #[error("the YubiKey refused the password")]
    WrongPassword,
    #[error("the YubiKey did not prove that it knows the password")]
    WrongProof,
    #[error("the YubiKey was not touched in time")]
    NotTouched,
    #[error("the YubiKey has no room for another account")]
    NoSpace,
    #[error("the YubiKey already has an account of this name")]
    Exists,
    #[error("the YubiKey does not confirm that it will ask for a touch")]
    TouchNotTaken,
    #[error("the YubiKey computes a code that is not the secret's")]
    WrongCode,
    #[error("the account's period is not a number of seconds from 1 to 4294967295")]
    Period,
    #[error("the account's codes have {0} digits")]
    Digits(u8),
    #[error("the YubiKey answered {} with {:04X}", .0.name, .1)]
    Status(Instruction, u16),
    #[error("the YubiKey's answer makes no sense: {0}")]
    Malformed(&'static str),
    #[error("the account's name is too long for a YubiKey")]
    TooLong,
    #[error("the system provides no random numbers")]
    Random,
    #[error("PC/SC says: {0}")]
    Pcsc(pcsc::Error),
}

impl From<pcsc::Error> for Error {
    fn from(error: pcsc::Error) -> Self {
        use pcsc::Error as Pcsc;
        match error {
            Pcsc::NoService => Self::NoService,
            Pcsc::SecurityViolation | Pcsc::NoAccess => Self::Refused,
            Pcsc::ServiceStopped | Pcsc::CommError | Pcsc::InvalidHandle => Self::ServiceStopped,
            Pcsc::NoReadersAvailable => Self::NoReader,
            Pcsc::SharingViolation => Self::HeldExclusively,
            Pcsc::ResetCard | Pcsc::UnpoweredCard => Self::Reset,
            Pcsc::RemovedCard
            | Pcsc::NoSmartcard
            | Pcsc::NotTransacted
            | Pcsc::UnknownReader
            | Pcsc::ReaderUnavailable
            | Pcsc::UnresponsiveCard => Self::Removed,
            other => Self::Pcsc(other),
        }
    }
}
