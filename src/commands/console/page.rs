//! The page of the console that is opened.

use std::fmt;

use anyhow::{Context as _, Result, anyhow};

use crate::arn::{Arn, Partition};
use crate::environment::Held;
use crate::message::OrHint as _;
use crate::profile::{Profile, Role};

/// Names of the AWS CLI whose pages are called otherwise. (From other tools; not tried at AWS.)
const OTHER_NAMES: [(&str, &str); 4] = [
    ("dynamodb", "dynamodbv2"),
    ("sfn", "states"),
    ("ssm", "systems-manager"),
    ("stepfunctions", "states"),
];

/// Where a browser goes, and as whom.
pub struct Page {
    pub partition: Partition,
    pub url: String,
    account: String,
    role: String,
    region: String,
}

impl Page {
    /// The page of `service`, or the console's home, in the region of the terminal's session or of
    /// the profile.
    ///
    /// # Errors
    /// The partition's console is not known, or `service` cannot be a service's name.
    pub fn of(
        role: &Role,
        service: Option<&str>,
        profile: &Profile,
        held: Option<&Held>,
    ) -> Result<Self> {
        let arn = Arn::parse(&role.role_arn.value).context("the role has no ARN")?;
        let partition = Partition::of_arn(arn);
        let domain = partition.and_then(Partition::console_domain);
        let (Some(partition), Some(domain)) = (partition, domain) else {
            let error = anyhow!(
                "the console of the partition {} is not known",
                arn.partition
            );
            return Err(error)
                .or_hint(|| "the tools in the terminal can use the session: aws-mfa-on");
        };
        let region = region(partition, profile, held);
        let path = service.map_or(Ok("console"), path)?;
        // Other partitions have one host for all regions.
        let host = match partition {
            Partition::AWS => format!("{region}.console.{domain}"),
            _ => format!("console.{domain}"),
        };
        Ok(Self {
            partition,
            url: format!("https://{host}/{path}/home?region={region}"),
            account: arn.account.to_owned(),
            role: arn.name().to_owned(),
            region,
        })
    }
}

/// Whose page it is, for a person.
impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            account,
            role,
            region,
            ..
        } = self;
        write!(f, "account {account}, role {role}, region {region}")
    }
}

/// `--region`, the terminal's if its session is the one that is used, the profile's. The console has
/// only real regions of the role's own partition.
fn region(partition: Partition, profile: &Profile, held: Option<&Held>) -> String {
    let flag = profile.session_region.as_ref();
    let flag = flag.filter(|region| region.origin.is_flag());
    let held = held.and_then(|held| held.region.as_deref());
    let regions = [
        flag.map(|region| region.value.as_str()),
        held,
        Some(&profile.region.value),
    ];
    let is_real = |region: &&str| {
        let in_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        Partition::of_region(region) == partition
            && region.bytes().all(in_name)
            && region.contains('-')
            && !region.ends_with("-global")
    };
    let region = regions.into_iter().flatten().find(is_real);
    region.unwrap_or(partition.main_region).to_owned()
}

/// The first part of the page's path.
fn path(service: &str) -> Result<&str> {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(in_name);
    if !service.split('/').all(is_part) {
        return Err(anyhow!("{service:?} is not the name of a service"))
            .or_hint(|| "a service is named as in the console's addresses: s3, ec2, cloudwatch");
    }
    let mut others = OTHER_NAMES.iter();
    let other = others.find(|(name, _)| *name == service);
    Ok(other.map_or(service, |(_, page)| page))
}
