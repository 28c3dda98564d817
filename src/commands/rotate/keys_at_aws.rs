//! The access keys that AWS knows of the user.

use anyhow::{Result, anyhow};

use super::access::Access;
use super::command;
use crate::aws::{AccessKey, KeyStatus};
use crate::message::OrHint as _;

/// Makes sure that the user has no key but `own`: AWS allows two, and this program never chooses
/// between them.
pub async fn refuse_second(access: &Access<'_>, own: &str, place: &str, name: &str) -> Result<()> {
    let keys = keys(access).await?;
    let Some(second) = keys.iter().find(|key| key.id != own) else {
        return Ok(());
    };
    let mut described = Vec::new();
    for key in &keys {
        let place = if key.id == own { place } else { "" };
        described.push(describe(access, key, place).await);
    }
    Err(anyhow!(
        "could not rotate the access key {own}: {} has two access keys, and AWS allows no third: {}",
        access.user,
        described.join("; ")
    ))
    .or_hint(|| what_to_do(second, name, &access.user))
}

fn what_to_do(second: &AccessKey, name: &str, user: &str) -> String {
    let id = &second.id;
    if second.status != KeyStatus::Active {
        let delete = command("rotate --delete", name);
        return format!("if nobody needs {id} again, delete it: {delete}");
    }
    let exec = command("exec", name);
    format!(
        "if nothing uses {id} (an earlier run may have been cut off between creating it and saving \
         its secret), delete it: {exec} -- aws iam delete-access-key --user-name {user} \
         --access-key-id {id}"
    )
}

pub async fn keys(access: &Access<'_>) -> Result<Vec<AccessKey>> {
    Ok(access.iam(&access.client()).access_keys().await?)
}

/// `AKIA… (active, created …, last used …; in ~/.aws/credentials:3 [dev])`
pub async fn describe(access: &Access<'_>, key: &AccessKey, place: &str) -> String {
    let words = key.in_words(access.iam(&access.client())).await;
    let place = if place.is_empty() {
        String::new()
    } else {
        format!("; in {place}")
    };
    format!("{} ({words}{place})", key.id)
}
