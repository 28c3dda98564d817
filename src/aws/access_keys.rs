//! IAM's calls for the access keys of the user whose keys sign.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>

use std::ops::RangeInclusive;
use std::time::Duration;

use super::caller_identity::caller_identity;
use super::client::Client;
use super::error::{CallError, Failure, Kind};
use super::iam::Iam;
use super::iam_action::IamAction;
use super::xml::texts;
use crate::arn::Arn;
use crate::credentials::LongTermKeys;
use crate::origin::Origin;
use crate::secret::Secret;

/// A key as IAM lists it.
#[derive(Debug)]
pub struct AccessKey {
    pub id: String,
    pub status: KeyStatus,
    /// When it was created, as AWS writes it.
    pub created: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStatus {
    Active,
    Inactive,
    /// In AWS's words: `Expired`, say.
    Other(String),
}

impl AccessKey {
    /// `active, created 2026-01-02T03:04:05Z, never used`. When it was last used is left out if AWS
    /// does not say: not everybody may ask.
    pub async fn in_words(&self, iam: Iam<'_>) -> String {
        let status = match &self.status {
            KeyStatus::Active => "active",
            KeyStatus::Inactive => "inactive",
            KeyStatus::Other(status) => status,
        };
        let used = match iam.last_used(&self.id).await {
            Ok(Some(date)) => format!(", last used {date}"),
            Ok(None) => ", never used".to_owned(),
            Err(_) => String::new(),
        };
        format!("{status}, created {}{used}", self.created)
    }
}

/// How far apart the two answers may be that prove a new key. What AWS's servers know of a key differs
/// for a while: a success of long ago proves nothing of now.
const APART: Duration = Duration::from_secs(1);

impl Iam<'_> {
    /// The user's keys, active or not: two at most.
    pub async fn access_keys(self) -> Result<Vec<AccessKey>, Failure> {
        let parameters = [("UserName", self.user)];
        let action = IamAction::ListAccessKeys;
        self.call(action, &parameters, read_keys).await
    }

    /// A new key. If the answer is lost, there may be one whose secret nobody knows.
    pub async fn create_access_key(self) -> Result<LongTermKeys, Failure> {
        let parameters = [("UserName", self.user)];
        let own = &self.client.keys.access_key_id;
        let read = |text: &str| read_new_key(text, own);
        let action = IamAction::CreateAccessKey;
        self.call(action, &parameters, read).await
    }

    pub async fn deactivate_access_key(self, id: &str) -> Result<(), Failure> {
        let parameters = [
            ("UserName", self.user),
            ("AccessKeyId", id),
            ("Status", "Inactive"),
        ];
        let action = IamAction::DeactivateAccessKey;
        self.call(action, &parameters, |_| Ok(())).await
    }

    pub async fn delete_access_key(self, id: &str) -> Result<(), Failure> {
        let parameters = [("UserName", self.user), ("AccessKeyId", id)];
        let action = IamAction::DeleteAccessKey;
        self.call(action, &parameters, |_| Ok(())).await
    }

    /// When the key was last used, as AWS writes it. `None`: never, as far as AWS knows.
    async fn last_used(self, id: &str) -> Result<Option<String>, Failure> {
        let read = |text: &str| Ok(texts(text, "LastUsedDate")?.pop());
        let action = IamAction::GetAccessKeyLastUsed;
        self.call(action, &[("AccessKeyId", id)], read).await
    }
}

/// Proves the key of `client`: STS and IAM accept it, at most a second apart. IAM may deny what is
/// asked (without MFA, say): it knows the key then.
pub async fn check_new_key(client: &Client<'_>) -> Result<(), Failure> {
    let caller = match client.caller_arn() {
        Some(caller) => caller.to_owned(),
        None => caller_identity(client, false).await?,
    };
    let iam = Iam {
        client,
        session: None,
        user: Arn::parse(&caller).map_or("", Arn::name),
    };
    let of_sts = async { caller_identity(client, false).await.map(drop) };
    let of_iam = async {
        match iam.access_keys().await {
            Err(failure) if failure.kind != Kind::Denied => Err(failure),
            _ => Ok(()),
        }
    };
    tokio::pin!(of_sts, of_iam);
    tokio::select! {
        known = &mut of_sts => {
            known?;
            in_time(of_iam).await
        }
        known = &mut of_iam => {
            known?;
            in_time(of_sts).await
        }
    }
}

async fn in_time(other: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let answer = tokio::time::timeout(APART, other).await;
    answer.unwrap_or_else(|_| {
        let text = "the answers of STS and IAM are more than a second apart";
        Err(Failure {
            kind: Kind::UnknownKey,
            error: anyhow::anyhow!(text),
        })
    })
}

fn read_keys(text: &str) -> Result<Vec<AccessKey>, CallError> {
    let [ids, statuses, dates] = [
        texts(text, "AccessKeyId")?,
        texts(text, "Status")?,
        texts(text, "CreateDate")?,
    ];
    if ids.len() != statuses.len() || ids.len() != dates.len() {
        return Err(CallError::Unusable("a part of it is missing"));
    }
    // They become words of commands for a person.
    let is_id = |id: &String| id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !ids.iter().all(is_id) {
        return Err(CallError::Unusable("it has an odd key id"));
    }
    let keys = ids.into_iter().zip(statuses).zip(dates);
    let keys = keys.map(|((id, status), created)| AccessKey {
        id,
        status: match status.as_str() {
            "Active" => KeyStatus::Active,
            "Inactive" => KeyStatus::Inactive,
            _ => KeyStatus::Other(status),
        },
        created,
    });
    Ok(keys.collect())
}

/// Characters of a key id (`accessKeyIdType`).
const ID: RangeInclusive<usize> = 16..=128;

/// `own` is the key that is there already: a new one has another id.
fn read_new_key(text: &str, own: &str) -> Result<LongTermKeys, CallError> {
    let mut ids = texts(text, "AccessKeyId")?;
    let mut secrets = texts(text, "SecretAccessKey")?;
    let is_sound = |text: &String| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    let is_new = |id: &String| is_sound(id) && ID.contains(&id.len()) && id != own;
    let pair = ids.pop().zip(secrets.pop());
    let pair = pair.filter(|(id, secret)| is_new(id) && is_sound(secret));
    let (access_key_id, secret) = pair.ok_or(CallError::Unusable("it has no key"))?;
    Ok(LongTermKeys {
        access_key_id,
        secret_access_key: Secret::new(secret),
        origin: Origin::Rule("just created"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_whole_or_not_at_all() {
        let member = "<member><UserName>a</UserName><AccessKeyId>AKIA1</AccessKeyId>\
            <Status>Expired</Status><CreateDate>2026-01-02T03:04:05Z</CreateDate></member>";
        let list = |members: &str| {
            format!(
                "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata>{members}\
                 </AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>"
            )
        };
        let keys = read_keys(&list(&member.repeat(2))).ok().unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[1].status, KeyStatus::Other("Expired".to_owned()));
        assert_eq!(keys[1].created, "2026-01-02T03:04:05Z");
        assert!(read_keys(&list("")).ok().unwrap().is_empty());
        let cut = member.replace("<Status>Expired</Status>", "");
        assert!(read_keys(&list(&cut)).is_err());
        for odd in [
            "AKIA1</AccessKeyId><SecretAccessKey>",
            "<SecretAccessKey>x y",
            "A B</AccessKeyId><SecretAccessKey>s",
        ] {
            let answer = format!(
                "<R><CreateAccessKeyResult><AccessKey><AccessKeyId>{odd}</SecretAccessKey></AccessKey></CreateAccessKeyResult></R>"
            );
            assert!(read_new_key(&answer, "AKIA1").is_err(), "{odd}");
        }
    }
}
