//! `awsmfa accounts`: the OATH accounts on the connected YubiKeys.

use anyhow::{Context as _, Result};
use serde::Serialize;
use tokio::sync::Notify;
use unicode_width::UnicodeWidthStr as _;

use super::code::read_profile;
use super::done::{Done, wait};
use crate::cli::Accounts;
use crate::context::Context;
use crate::mfa::CodeRequest;
use crate::mfa::yubikey::{self, Account, Search, YubiKey, could_not_read};
use crate::printable::{json, printable};
use crate::ykoath::OathType;

/// An account, as `--json` prints it.
#[derive(Serialize)]
struct Row {
    /// The key's serial number, or its OATH device id if it does not tell the number.
    yubikey: String,
    /// The whole name, as `mfa_yubikey_account` takes it.
    name: String,
    issuer: Option<String>,
    /// `None` if it is neither `TOTP` nor `HOTP`.
    #[serde(rename = "type")]
    oath_type: Option<&'static str>,
    /// Seconds; `None` unless it is TOTP and has a valid period.
    period: Option<u32>,
    /// `None` if the key does not tell.
    digits: Option<u8>,
    touch: Option<bool>,
    /// Whether the profile would use it.
    selected: bool,
}

/// Needs neither AWS keys nor the network.
pub fn run(args: &Accounts, context: &Context<'_>) -> Result<Done> {
    wait(list(args, context)).map(Done::print)
}

async fn list(args: &Accounts, context: &Context<'_>) -> Result<String> {
    let profile = read_profile(&args.login(), context)?;
    let prompted = Notify::new();
    let request = CodeRequest::to_show(&profile, context, &prompted);
    let found = yubikey::accounts(&request).await;
    let found = found.context("could not list the accounts on the YubiKeys")?;
    context.messages.notes(what_is_missing(&found.keys));
    let rows = rows(&found);
    if args.json {
        return Ok(json(&rows)?);
    }
    Ok(table(&rows))
}

/// A sentence for each YubiKey that is not in the table.
fn what_is_missing(keys: &[YubiKey]) -> Vec<String> {
    let is_empty = |key: &&YubiKey| matches!(&key.accounts, Ok(accounts) if accounts.is_empty());
    let empty = keys.iter().filter(is_empty);
    let empty = empty.map(|key| format!("the YubiKey {} has no OATH accounts", key.name()));
    empty.chain(could_not_read(keys, |_| true)).collect()
}

fn rows(found: &Search) -> Vec<Row> {
    let selected = match found.candidates()[..] {
        [one] => Some(one),
        _ => None,
    };
    let is_selected = |account| selected.is_some_and(|one| std::ptr::eq(one, account));
    let row = |account| Row::of(account, is_selected(account));
    found.accounts().map(row).collect()
}

impl Row {
    fn of(account: &Account, selected: bool) -> Self {
        let credential = &account.credential;
        let (issuer, _) = credential.issuer_and_name();
        let (oath_type, period) = match credential.oath_type {
            OathType::Totp => (Some("TOTP"), credential.period().ok()),
            OathType::Hotp => (Some("HOTP"), None),
            OathType::Unknown => (None, None),
        };
        Self {
            yubikey: account.yubikey.clone(),
            name: account.label(),
            issuer: issuer.map(|issuer| String::from_utf8_lossy(issuer).into_owned()),
            oath_type,
            period,
            digits: credential.digits,
            touch: credential.touch,
            selected,
        }
    }

    fn line(&self, width: usize) -> String {
        let mark = if self.selected { '*' } else { ' ' };
        let name = printable(&self.name);
        let padding = " ".repeat(width.saturating_sub(name.width()));
        let period = match (self.oath_type, self.period) {
            (Some("HOTP"), _) => "HOTP".to_owned(),
            (Some(_), Some(period)) => format!("{period}s"),
            (Some(_), None) => "no valid period".to_owned(),
            (None, _) => "unknown type".to_owned(),
        };
        let mut properties = vec![period];
        properties.extend(self.digits.map(|digits| format!("{digits} digits")));
        properties.extend(
            self.touch
                .filter(|touch| *touch)
                .map(|_| "touch".to_owned()),
        );
        format!("{mark} {name}{padding}  {}\n", properties.join(", "))
    }
}

/// One block per key; the account that the profile would use has a star.
fn table(rows: &[Row]) -> String {
    let widths = rows.iter().map(|row| printable(&row.name).width());
    let width = widths.max().unwrap_or_default();
    let mut lines = Vec::new();
    for rows in rows.chunk_by(|one, next| one.yubikey == next.yubikey) {
        lines.push(format!("YubiKey {}\n", printable(&rows[0].yubikey)));
        lines.extend(rows.iter().map(|row| row.line(width)));
    }
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader's name may come from what is plugged in.
    #[test]
    fn control_characters_in_a_readers_name_are_escaped() {
        let row = Row {
            yubikey: "in the reader \u{1b}[31m".to_owned(),
            name: "AWS".to_owned(),
            issuer: None,
            oath_type: Some("TOTP"),
            period: Some(30),
            digits: Some(6),
            touch: None,
            selected: false,
        };
        let text = table(&[row]);
        assert!(
            text.starts_with("YubiKey in the reader \\u{1b}[31m\n"),
            "{text}"
        );
    }
}
