//! The access keys of the user: two at most, so that a second one stands in the way of `awsmfa rotate`.

use super::super::finding::Finding;
use super::Asked;
use crate::aws::{self, AccessKey, KeyStatus};

const CHECK: &str = "access keys";

pub async fn check(asked: &Asked<'_>, user: &str) -> Option<Finding> {
    let session = asked.session.as_ref();
    let keys = match aws::access_keys(asked.client, session, user).await {
        Ok(keys) => keys,
        Err(failure) => return Some(asked.unanswered(CHECK, &failure)),
    };
    let other = keys.iter().find(|key| key.id != asked.key_id)?;
    let use_of = match aws::last_used(asked.client, session, &other.id).await {
        Ok(Some(date)) => format!(", last used {date}"),
        Ok(None) => ", never used".to_owned(),
        // AWS does not say.
        Err(_) => String::new(),
    };
    Some(of_other(other, user, &use_of))
}

fn of_other(other: &AccessKey, user: &str, use_of: &str) -> Finding {
    let AccessKey {
        id,
        status,
        created,
    } = other;
    let status = match status {
        KeyStatus::Active => "active",
        KeyStatus::Inactive => "inactive",
        KeyStatus::Other(word) => word,
    };
    let text = format!(
        "{user} has a second access key, {id} ({status}, created {created}{use_of}): awsmfa rotate needs its place"
    );
    let delete = format!("aws iam delete-access-key --user-name {user} --access-key-id {id}");
    Finding::warning(CHECK, text, format!("if nothing uses it: {delete}"))
}
