//! What to do about an error of PC/SC or of the YubiKey's applet.

use anyhow::anyhow;

use crate::message::hinted;
use crate::ykoath::Error;

/// The error in the user's words, with a hint if there is something to do.
pub fn explained(error: &Error) -> anyhow::Error {
    with_hint(error.to_string(), error)
}

/// `text`, with what to do about `error`.
pub fn with_hint(text: String, error: &Error) -> anyhow::Error {
    match hint(error) {
        Some(hint) => hinted(anyhow!(text), hint),
        None => anyhow!(text),
    }
}

/// What to do. awsmfa asks again for a typed password, so a wrong one here came from the command.
#[expect(clippy::too_many_lines, reason = "a table")]
fn hint(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::NoLibrary if cfg!(target_feature = "crt-static") => {
            "use a binary that is linked dynamically, or another source of codes"
        }
        Error::NoLibrary => {
            "install it: pcscd and libpcsclite1 on Debian and Ubuntu, pcsc-lite and pcsc-lite-ccid \
             on Fedora, pcsclite and ccid on Arch; or log in another way (--source prompt)"
        }
        Error::NoService | Error::ServiceStopped if cfg!(target_os = "macos") => {
            "macOS starts it when a key is plugged in: plug the YubiKey in again"
        }
        Error::NoService | Error::ServiceStopped => {
            "sudo systemctl enable --now pcscd.socket (without systemd: sudo pcscd)"
        }
        Error::Refused => {
            "polkit lets only the session at the screen use smart cards; for another one (SSH, cron) \
             allow your user org.debian.pcsc-lite.access_pcsc and org.debian.pcsc-lite.access_card \
             with a rule in /etc/polkit-1/rules.d"
        }
        Error::NoReader | Error::NoYubiKey(_) | Error::NotSeen => {
            "plug it in; if it is, gpg's scdaemon may be using it directly (disable-ccid in \
             ~/.gnupg/scdaemon.conf), or its CCID interface is switched off (ykman config usb)"
        }
        Error::NoCard(_) => "plug the YubiKey in again, or put it on the reader",
        Error::HeldExclusively => {
            "often it is gpg's scdaemon: gpgconf --kill scdaemon frees the YubiKey, and the line \
             pcsc-shared in ~/.gnupg/scdaemon.conf lets both use it"
        }
        Error::Removed | Error::AnotherKey => "plug it in and try again",
        Error::NoApplet => "ykman config usb --enable OATH switches it on",
        Error::Locked => {
            "if there is no terminal to ask on, set mfa_yubikey_password_process to a command that \
             prints it"
        }
        Error::WrongPassword => "mfa_yubikey_password_process printed it",
        Error::WrongProof => {
            "this is not the YubiKey on which the password was set, or something intercepts the \
             connection"
        }
        // Both read in ykman and in threads, not seen.
        Error::Status(put, 0x6581 | 0x6982 | 0x6985 | 0x6F00) if put.name == "PUT" => {
            "a YubiKey NEO answers this if it is full, and a YubiKey FIPS if it has no password yet \
             (ykman oath access change)"
        }
        Error::NotTouched => "try again, and touch it while it blinks",
        _ => return None,
    })
}
