//! What can go wrong with YubiKeys, in the user's words, and what to do about it.

use anyhow::anyhow;

use super::key::YubiKey;
use super::search::Search;
use crate::message::hinted;
use crate::ykoath::Error;

/// A message with more names than this is hard to read.
const MOST_NAMES: usize = 10;

/// The error in the user's words, with a hint if there is something to do.
pub fn explained(error: &Error) -> anyhow::Error {
    with_hint(error.to_string(), error)
}

/// A sentence for each key that could not be read and whose error `is_reported`.
pub fn could_not_read(keys: &[YubiKey], is_reported: impl Fn(&Error) -> bool) -> Vec<String> {
    let sentence = |key: &YubiKey| {
        let error = key.accounts.as_ref().err().filter(|e| is_reported(e))?;
        Some(format!(
            "could not read the YubiKey {}: {error}",
            key.name()
        ))
    };
    keys.iter().filter_map(sentence).collect()
}

/// Why no key could be read; `None` if one could.
pub fn why_no_key(search: &Search) -> Option<anyhow::Error> {
    let errors = search.keys.iter().map(|key| key.accounts.as_ref().err());
    let errors: Vec<_> = errors.collect::<Option<_>>()?;
    Some(match errors[..] {
        [] => hinted(
            anyhow!(
                "the configured YubiKey is not connected (connected: {})",
                search.others.join(", ")
            ),
            "--yubikey-serial or mfa_yubikey_serial selects it; awsmfa accounts shows the numbers",
        ),
        [error] => explained(error),
        [first, ..] => with_hint(could_not_read(&search.keys, |_| true).join("; "), first),
    })
}

/// Why no key has the account that is wanted.
pub fn why_no_account(search: &Search) -> anyhow::Error {
    if let Some(error) = why_no_key(search) {
        return error;
    }
    let wanted = &search.wanted;
    let credentials = search.accounts().map(|account| &account.credential);
    let names = listed(&wanted.nearest_first(credentials.collect()));
    let read = search.keys.iter().filter(|key| key.accounts.is_ok());
    let sentence = match read.count() {
        1 => format!("the YubiKey has no account {wanted}: it has {names}"),
        _ => format!("the YubiKeys have no account {wanted}: they have {names}"),
    };
    let sentences = [vec![sentence], could_not_read(&search.keys, |_| true)].concat();
    hinted(
        anyhow!(sentences.join("; ")),
        "--yubikey-account or mfa_yubikey_account selects one; awsmfa accounts lists all",
    )
}

/// The first few names, and how many more there are.
pub fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        _ if names.is_empty() => "none".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `text`, with what to do about `error`.
fn with_hint(text: String, error: &Error) -> anyhow::Error {
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
        Error::NotTouched => "try again, and touch it while it blinks",
        _ => return None,
    })
}
