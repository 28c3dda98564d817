//! The access keys of the user: two at most, so that a second one stands in the way of `awsmfa rotate`.

use super::super::finding::Finding;
use super::Asked;

const CHECK: &str = "access keys";

pub async fn check(asked: &Asked<'_>) -> Option<Finding> {
    let keys = match asked.iam.access_keys().await {
        Ok(keys) => keys,
        Err(failure) => return Some(asked.unanswered(CHECK, &failure)),
    };
    let other = keys.iter().find(|key| key.id != asked.key_id)?;
    let (id, user, words) = (&other.id, asked.iam.user, other.in_words(asked.iam).await);
    let text =
        format!("{user} has a second access key, {id} ({words}): awsmfa rotate needs its place");
    let delete = format!("aws iam delete-access-key --user-name {user} --access-key-id {id}");
    Some(Finding::warning(
        CHECK,
        text,
        format!("if nothing uses it: {delete}"),
    ))
}
