//! Who there is: users with their keys and MFA devices, and roles. Data only.

use super::iam::policy::Policy;
use super::totp;
use std::collections::BTreeMap;

/// What an account of AWS knows before the first request comes.
#[derive(Clone, Debug)]
pub struct Options {
    pub users: Vec<User>,
    pub roles: Vec<Role>,
    /// https with a certificate of a CA made for this run (`StandIn::ca_pem`)
    pub tls: bool,
    /// what is wrong with the certificate
    pub certificate: Certificate,
    /// seconds that the server's clock is ahead of the computer's (negative: behind)
    pub clock_offset: i64,
    /// seconds of a time step; AWS's have 30, shorter ones let a test wait for several
    pub time_step: u64,
    /// how many time steps before and after the current one a code is taken from
    pub steps_around: u64,
    /// virtual devices that belong to no user
    pub unassigned_devices: Vec<Device>,
    /// how many requests that need a newly enabled device do not know it yet
    pub settling: usize,
    /// how many requests with a new access key are refused, because a server does not know it yet
    pub new_key_unknown: NewKeyUnknown,
    /// by how many time steps a device's clock is ahead, as AWS knows it
    pub drift: BTreeMap<String, i64>,
    /// regions in which STS is switched off
    pub disabled_regions: Vec<String>,
    /// seconds after which GetSessionToken's sessions end at the latest, whatever was asked for
    pub longest_session: Option<u64>,
    /// the same for sessions of roles
    pub longest_role_session: Option<u64>,
}

impl Default for Options {
    /// One user, alice, with one key and one virtual MFA device.
    fn default() -> Self {
        Self {
            users: vec![User::default()],
            roles: Vec::new(),
            tls: false,
            certificate: Certificate::Good,
            clock_offset: 0,
            time_step: totp::STEP,
            steps_around: 1,
            unassigned_devices: Vec::new(),
            settling: 0,
            new_key_unknown: NewKeyUnknown::default(),
            drift: BTreeMap::new(),
            disabled_regions: Vec::new(),
            longest_session: None,
            longest_role_session: None,
        }
    }
}

/// What AWS's servers do not know at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewKeyUnknown {
    pub sts: usize,
    pub iam: usize,
}

/// A certificate for `Options::tls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    Good,
    /// ended on 2020-01-01
    Expired,
    /// begins on 3020-01-01
    NotYetValid,
    /// for `other.example.com`
    OfOtherHost,
    /// signed by itself, not by the CA
    SelfSigned,
    /// signed by what is no CA (`CA:FALSE`): another server's key
    OfAServer,
}

/// An IAM user, or the root of the account.
#[derive(Clone, Debug)]
pub struct User {
    /// `aws`, `aws-us-gov` or `aws-cn`
    pub partition: String,
    pub account: String,
    pub name: String,
    pub root: bool,
    pub keys: Vec<AccessKey>,
    pub devices: Vec<Device>,
    pub policy: Policy,
}

impl Default for User {
    fn default() -> Self {
        Self::named("alice", "AKIAIOSFODNN7EXAMPLE")
    }
}

impl User {
    /// A user of account 123456789012 with an active key and a virtual device of his name.
    pub fn named(name: &str, access_key_id: &str) -> Self {
        Self {
            partition: "aws".to_owned(),
            account: "123456789012".to_owned(),
            name: name.to_owned(),
            root: false,
            keys: vec![AccessKey::active(
                access_key_id,
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            )],
            devices: vec![Device::totp(&format!(
                "arn:aws:iam::123456789012:mfa/{name}"
            ))],
            policy: Policy::default(),
        }
    }

    /// The same user in another partition (`aws-us-gov`, `aws-cn`), the devices' ARNs too.
    pub fn in_partition(mut self, partition: &str) -> Self {
        for device in &mut self.devices {
            let old = format!("arn:{}:", self.partition);
            device.serial_number = device
                .serial_number
                .replace(&old, &format!("arn:{partition}:"));
        }
        partition.clone_into(&mut self.partition);
        self
    }

    pub fn arn(&self) -> String {
        let resource = if self.root {
            "root".to_owned()
        } else {
            format!("user/{}", self.name)
        };
        format!("arn:{}:iam::{}:{resource}", self.partition, self.account)
    }
}

#[derive(Clone, Debug)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
    pub active: bool,
}

impl AccessKey {
    pub fn active(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            active: true,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Device {
    /// an ARN, or the serial number of a hardware token
    pub serial_number: String,
    /// base32; none for FIDO devices, whose codes do not exist
    pub secret: Option<String>,
}

impl Device {
    /// A device that computes codes from the secret of RFC 6238's vectors.
    pub fn totp(serial_number: &str) -> Self {
        Self {
            serial_number: serial_number.to_owned(),
            secret: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned()),
        }
    }

    /// A FIDO device: `arn:aws:iam::123456789012:u2f/user/alice/name-ID`.
    pub fn fido(serial_number: &str) -> Self {
        Self {
            serial_number: serial_number.to_owned(),
            secret: None,
        }
    }
}

/// A role, its trust policy and its limits.
#[derive(Clone, Debug)]
pub struct Role {
    pub arn: String,
    /// principals of the trust policy: ARNs of users, of roles, or `arn:aws:iam::ACCOUNT:root`
    pub trusts: Vec<String>,
    /// the trust policy asks for `aws:MultiFactorAuthPresent`
    pub trust_needs_mfa: bool,
    /// the policy on the role asks for it, which no role session ever satisfies
    pub policy_needs_mfa: bool,
    pub external_id: Option<String>,
    /// seconds, 3600 to 43200
    pub max_session_duration: u64,
}

impl Role {
    /// The last part of its ARN.
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// A role for as long as two hours, which only a code of its own can get.
    pub fn for_two_hours(name: &str) -> Self {
        Self {
            max_session_duration: 7_200,
            ..Self::named(name)
        }
    }

    /// A role of account 123456789012 that trusts the whole account, with MFA, for an hour.
    pub fn named(name: &str) -> Self {
        Self {
            arn: format!("arn:aws:iam::123456789012:role/{name}"),
            trusts: vec!["arn:aws:iam::123456789012:root".to_owned()],
            trust_needs_mfa: true,
            policy_needs_mfa: false,
            external_id: None,
            max_session_duration: 3600,
        }
    }
}

impl Options {
    /// AWS over TLS, with a CA of its own.
    pub fn tls() -> Self {
        Self {
            tls: true,
            ..Self::default()
        }
    }

    /// AWS's clock is so many seconds ahead of this computer's.
    pub fn ahead(clock_offset: i64) -> Self {
        Self {
            clock_offset,
            ..Self::default()
        }
    }

    /// AWS with this user.
    pub fn of(user: User) -> Self {
        Self {
            users: vec![user],
            ..Self::default()
        }
    }

    /// AWS with these roles.
    pub fn with_roles(roles: impl Into<Vec<Role>>) -> Self {
        Self {
            roles: roles.into(),
            ..Self::default()
        }
    }
}
