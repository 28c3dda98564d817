//! Profiles whose credentials come another way, without long-term keys: what that way is, and which
//! command serves it.

use anyhow::anyhow;

use super::chain::Hop;
use crate::message::hinted;

/// A setting, what it stands for, and the command that logs in with it.
const WAYS: [(&str, &str, &str); 4] = [
    ("sso_session", "IAM Identity Center", "aws sso login"),
    ("sso_start_url", "IAM Identity Center", "aws sso login"),
    ("login_session", "a sign-in to the AWS console", "aws login"),
    ("web_identity_token_file", "a web identity token", ""),
];

pub fn find(hop: &Hop<'_>) -> Option<anyhow::Error> {
    let (setting, way, command) = WAYS
        .into_iter()
        .find_map(|(key, way, command)| Some((hop.get(key)?, way, command)))?;
    let name = &hop.name;
    let error = anyhow!(
        "profile {name} gets its credentials from {way} ({}), and has no long-term keys",
        setting.origin
    );
    let ours = "aws-mfa-on needs a profile of an IAM user with access keys";
    let argument = shell_escape::escape(name.into());
    let hint = match command {
        "" => format!("with AWS_PROFILE={argument}, tools use it without a code; {ours}"),
        command => format!("log in with {command} --profile {argument}; {ours}"),
    };
    Some(hinted(error, hint))
}
