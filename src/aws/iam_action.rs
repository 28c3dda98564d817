//! The actions of IAM that awsmfa calls: what a user hears if one fails, whether it may be sent
//! twice, and the statement of a policy that allows it.

use serde_json::json;

use crate::credentials::Credentials;

/// One action, and what signs the request.
#[derive(Clone, Copy)]
pub struct IamCall<'a> {
    pub action: IamAction,
    /// Without a session, the long-term keys sign.
    pub session: Option<&'a Credentials>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IamAction {
    CreateAccessKey,
    CreateVirtualMfaDevice,
    DeactivateAccessKey,
    DeleteAccessKey,
    DeleteVirtualMfaDevice,
    EnableMfaDevice,
    GetAccessKeyLastUsed,
    ListAccessKeys,
    ListMfaDevices,
    ListVirtualMfaDevices,
    ResyncMfaDevice,
}

/// What is known of an action.
struct Facts {
    /// AWS's name.
    name: &'static str,
    could_not: &'static str,
    /// A second request would create a second thing, or send codes that the first one may have spent.
    acts_once: bool,
    on: Resource,
}

/// What a policy has to name.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
#[derive(Clone, Copy)]
enum Resource {
    User,
    /// Any virtual MFA device of the account: the one that is needed may have to get another name.
    Device,
    /// Everything: the action takes no narrower resource.
    Account,
}

impl IamAction {
    #[expect(clippy::too_many_lines, reason = "a table")]
    const fn facts(self) -> Facts {
        match self {
            Self::CreateAccessKey => Facts {
                name: "CreateAccessKey",
                could_not: "could not create an access key",
                acts_once: true,
                on: Resource::User,
            },
            Self::DeactivateAccessKey => Facts {
                name: "UpdateAccessKey",
                could_not: "could not deactivate the access key",
                acts_once: false,
                on: Resource::User,
            },
            Self::DeleteAccessKey => Facts {
                name: "DeleteAccessKey",
                could_not: "could not delete the access key",
                acts_once: false,
                on: Resource::User,
            },
            Self::GetAccessKeyLastUsed => Facts {
                name: "GetAccessKeyLastUsed",
                could_not: "could not find out when the access key was last used",
                acts_once: false,
                on: Resource::User,
            },
            Self::ListAccessKeys => Facts {
                name: "ListAccessKeys",
                could_not: "could not list the user's access keys",
                acts_once: false,
                on: Resource::User,
            },
            Self::CreateVirtualMfaDevice => Facts {
                name: "CreateVirtualMFADevice",
                could_not: "could not create the MFA device",
                acts_once: true,
                on: Resource::Device,
            },
            Self::DeleteVirtualMfaDevice => Facts {
                name: "DeleteVirtualMFADevice",
                could_not: "could not delete the MFA device",
                acts_once: false,
                on: Resource::Device,
            },
            Self::EnableMfaDevice => Facts {
                name: "EnableMFADevice",
                could_not: "could not enable the MFA device",
                acts_once: true,
                on: Resource::User,
            },
            Self::ResyncMfaDevice => Facts {
                name: "ResyncMFADevice",
                could_not: "could not resynchronize the MFA device",
                acts_once: true,
                on: Resource::User,
            },
            Self::ListMfaDevices => Facts {
                name: "ListMFADevices",
                could_not: "could not find the MFA device",
                acts_once: false,
                on: Resource::User,
            },
            Self::ListVirtualMfaDevices => Facts {
                name: "ListVirtualMFADevices",
                could_not: "could not look for MFA devices that belong to nobody",
                acts_once: false,
                on: Resource::Account,
            },
        }
    }

    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    pub const fn could_not(self) -> &'static str {
        self.facts().could_not
    }

    pub const fn acts_once(self) -> bool {
        self.facts().acts_once
    }

    /// The action as policies name it: `iam:ListMFADevices`.
    pub fn in_policies(self) -> String {
        format!("iam:{}", self.name())
    }

    /// The statement that allows `caller` the action, in one line.
    pub fn statement(self, caller: Option<&str>) -> String {
        let caller = caller.unwrap_or("arn:aws:iam::ACCOUNT:user/USER");
        let resource = match self.facts().on {
            Resource::User => caller.to_owned(),
            Resource::Account => "*".to_owned(),
            Resource::Device => {
                let (head, _) = caller.split_once(":user/").unwrap_or((caller, ""));
                format!("{head}:mfa/*")
            }
        };
        json!({ "Effect": "Allow", "Action": self.in_policies(), "Resource": resource }).to_string()
    }
}
