//! `awsmfa accounts`: the OATH accounts on the YubiKeys that are there.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::Context;
use crate::cli::Accounts;
use crate::mfa::yubikey::{Found, Yubikey};
use crate::profile::{CodeProfile, Files};
use crate::ykoath::credential::readable;
use crate::ykoath::{Credential, OathType};

/// An account, as `--json` prints it.
#[derive(Serialize)]
struct Row {
    /// Serial number of the key, or its OATH device id where it does not tell.
    yubikey: String,
    /// The whole name, as `mfa_yubikey_account` takes it.
    name: String,
    issuer: Option<String>,
    #[serde(rename = "type")]
    oath_type: &'static str,
    /// Seconds; nothing for HOTP, and where the name asks for a period that cannot be one.
    period: Option<u32>,
    /// Nothing where the key does not tell.
    digits: Option<u8>,
    touch: Option<bool>,
    /// Whether the profile would use it.
    selected: bool,
}

/// Needs neither keys nor network.
pub async fn run(args: &Accounts, context: &Context<'_>) -> Result<String> {
    let files = Files::read(context.environment)?;
    let profile = CodeProfile::resolve(&files, &args.login(), context.environment)?;
    for problem in files.problems() {
        context.messages.note(&problem);
    }
    let yubikey = Yubikey {
        settings: &profile.mfa.yubikey,
        clock: context.clock,
        messages: context.messages,
    };
    let found = yubikey
        .accounts()
        .await
        .context("could not list the accounts on the YubiKeys")?;
    let rows = rows(&found, &yubikey, profile.serial_number());
    if args.json {
        return Ok(format!("{}\n", serde_json::to_string_pretty(&rows)?));
    }
    Ok(table(&rows))
}

fn rows(found: &Found, yubikey: &Yubikey<'_>, serial_number: &str) -> Vec<Row> {
    let selected = match found.candidates(&yubikey.wanted(serial_number))[..] {
        [one] => Some(one),
        _ => None,
    };
    let row = |place| {
        let (listing, credential) = found.at(place);
        Row::of(listing.name(), credential, selected == Some(place))
    };
    found.all().into_iter().map(row).collect()
}

impl Row {
    fn of(yubikey: String, credential: &Credential, selected: bool) -> Self {
        let totp = credential.oath_type == OathType::Totp;
        Self {
            yubikey,
            name: credential.label().into_owned(),
            issuer: credential
                .parts()
                .issuer
                .map(|issuer| readable(issuer).into_owned()),
            oath_type: if totp { "TOTP" } else { "HOTP" },
            period: credential.period().ok().filter(|_| totp).map(u32::from),
            digits: credential.digits,
            touch: credential.touch,
            selected,
        }
    }

    fn line(&self, width: usize) -> String {
        let mark = if self.selected { '*' } else { ' ' };
        let name = crate::message::printable(&self.name);
        let period = match (self.oath_type, self.period) {
            ("HOTP", _) => "HOTP".to_owned(),
            (_, Some(period)) => format!("{period}s"),
            (_, None) => "no valid period".to_owned(),
        };
        let digits = self
            .digits
            .map(|digits| format!(", {digits} digits"))
            .unwrap_or_default();
        let touch = if self.touch == Some(true) {
            ", touch"
        } else {
            ""
        };
        format!("{mark} {name:width$}  {period}{digits}{touch}")
    }
}

/// One block per key; the account that the profile would use has a star.
fn table(rows: &[Row]) -> String {
    let width = rows
        .iter()
        .map(|row| row.name.chars().count())
        .max()
        .unwrap_or_default();
    let mut lines = Vec::new();
    let mut key = None;
    for row in rows {
        if key != Some(&row.yubikey) {
            lines.push(format!("YubiKey {}", row.yubikey));
            key = Some(&row.yubikey);
        }
        lines.push(row.line(width));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}
