//! What the user can do about each thing that can go wrong with a YubiKey, on this system.

use anyhow::anyhow;

use crate::message::hinted;
use crate::ykoath::{Error, usb};

/// The error in the user's words, with a hint if there is something to do.
pub fn explained(error: &Error) -> anyhow::Error {
    let (words, hint) = (in_words(error), hint(error));
    match hint {
        Some(hint) => hinted(anyhow!(words), hint),
        None => anyhow!(words),
    }
}

/// What happened. A typed password is asked for again, so that a wrong one that is told of here
/// came from the command.
pub fn in_words(error: &Error) -> String {
    match error {
        Error::WrongPassword { .. } => {
            "the YubiKey refused the password that mfa_yubikey_password_process printed".to_owned()
        }
        Error::NoReader | Error::NoYubiKey(_) if usb::yubikey_is_plugged_in() => {
            "a YubiKey is plugged in, but the PC/SC service does not see it".to_owned()
        }
        other => other.to_string(),
    }
}

/// What to do.
pub fn hint(error: &Error) -> Option<String> {
    let text = match error {
        Error::NoLibrary => install(),
        Error::NoService | Error::ServiceStopped => start(),
        Error::Refused => {
            "polkit lets only the session at the screen use smart cards; for another one (SSH, cron) \
             allow your user org.debian.pcsc-lite.access_pcsc and org.debian.pcsc-lite.access_card \
             with a rule in /etc/polkit-1/rules.d"
        }
        Error::NoReader | Error::NoYubiKey(_) => {
            "plug it in; if it is, gpg's scdaemon may drive it by itself (disable-ccid in \
             ~/.gnupg/scdaemon.conf), or its CCID interface is switched off (ykman config usb)"
        }
        Error::NoCard(_) => "plug the YubiKey in again, or lay it on the reader",
        Error::HeldExclusively => {
            "often it is gpg's scdaemon: gpgconf --kill scdaemon frees the YubiKey, and the line \
             pcsc-shared in ~/.gnupg/scdaemon.conf lets both use it"
        }
        Error::Removed | Error::AnotherKey => "plug it in and try again",
        Error::NoApplet => "ykman config usb --enable OATH switches it on",
        Error::Locked { .. } => {
            "without a terminal, mfa_yubikey_password_process names a command that prints it"
        }
        Error::WrongProof => {
            "this is not the YubiKey on which the password was set, or something stands between"
        }
        Error::NotTouched => "try again, and touch it while it blinks",
        _ => return None,
    };
    Some(text.to_owned())
}

/// How the PC/SC library and service are installed.
fn install() -> &'static str {
    if cfg!(target_feature = "crt-static") {
        "use a binary that is linked dynamically, or another source of codes"
    } else {
        "install it: pcscd and libpcsclite1 on Debian and Ubuntu, pcsc-lite and pcsc-lite-ccid on \
         Fedora, pcsclite and ccid on Arch; or log in another way (--source prompt)"
    }
}

fn start() -> &'static str {
    if cfg!(target_os = "linux") {
        "sudo systemctl enable --now pcscd.socket (without systemd: sudo pcscd)"
    } else if cfg!(target_os = "macos") {
        "macOS starts it when a key is plugged in: plug the YubiKey in again"
    } else {
        "start pcscd"
    }
}
