//! Profiles that cannot be used: what is said of each.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn failures_name_the_line_and_what_to_do() {
    let k = KEYS;
    for (config, credentials, name, expected) in [
        ("", format!("[dev]\n{k}"), "dve", "did you mean dev?"),
        (
            "[profile dev",
            format!("[dv]\n{k}"),
            "dev",
            "~/.aws/config:1: the section's name has no closing ]",
        ),
        (
            "",
            "[dev]\naws_access_key_id = AKIA1\n".to_owned(),
            "dev",
            "~/.aws/credentials:2 [dev] aws_access_key_id has no aws_secret_access_key",
        ),
        (
            "",
            "[dev]\naws_secret_access_key = hunter2\n".to_owned(),
            "dev",
            "has no aws_access_key_id",
        ),
        (
            "",
            "[dev]\naws_access_key_id = \"AKIA1\"\naws_secret_access_key = hunter2\n".to_owned(),
            "dev",
            "remove the quotes",
        ),
        (
            "",
            "[dev]\naws_access_key_id = AKIA1\naws_secret_access_key = hunter2 # mine\n".to_owned(),
            "dev",
            "aws_secret_access_key is not a valid key",
        ),
        (
            "",
            "[dev]\naws_access_key_id = ASIA1\naws_secret_access_key = hunter2\n".to_owned(),
            "dev",
            "begins with ASIA",
        ),
        (
            "[profile dev]\nregion = x",
            String::new(),
            "dev",
            "no long-term keys in ~/.aws/config:1 [profile dev]",
        ),
        (
            "[profile dev]\nsso_session = x",
            String::new(),
            "dev",
            "from IAM Identity Center (~/.aws/config:2 [profile dev] sso_session)",
        ),
        (
            "[profile dev]\nsource_profile = dev",
            String::new(),
            "dev",
            "source_profile goes in a circle: dev, dev",
        ),
        (
            "[profile dev]\nsource_profile = b\n[profile b]\nsource_profile = dev",
            String::new(),
            "dev",
            "circle: dev, b, dev",
        ),
        (
            "[profile dev]\nsource_profile = gone",
            String::new(),
            "dev",
            "does not exist: gone",
        ),
        (
            "[profile dev]\nregion = EU/1",
            format!("[dev]\n{k}"),
            "dev",
            "~/.aws/config:2 [profile dev] region is not the name of a region",
        ),
        (
            "[profile dev]\nmfa_serial = arn:aws:iam::1:u2f/user/a",
            format!("[dev]\n{k}"),
            "dev",
            "FIDO",
        ),
        (
            "[profile dev]\nmfa_serial = \"arn:aws:iam::1:mfa/a\"",
            format!("[dev]\n{k}"),
            "dev",
            "no MFA serial has",
        ),
        (
            "[profile dev]\nmfa_source = file, dice",
            format!("[dev]\n{k}"),
            "dev",
            "\"dice\"; hint: the sources of codes are prompt, file, yubikey, process",
        ),
        (
            "[profile dev]\nendpoint_url = sts.local",
            format!("[dev]\n{k}"),
            "dev",
            "endpoint_url is not a URL",
        ),
        (
            "[profile dev]\nendpoint_url = http://me:hunter2@sts.local",
            format!("[dev]\n{k}"),
            "dev",
            "endpoint_url has a user or a password in it",
        ),
        (
            "[profile dev]\nservices = gone",
            format!("[dev]\n{k}"),
            "dev",
            "services names a section that is not there: [services gone]",
        ),
        (
            "[profile dev]\nduration_seconds = 5",
            format!("[dev]\n{k}"),
            "dev",
            "15m to 36h",
        ),
        (
            "[profile dev]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base",
            format!("[base]\n{k}"),
            "dev",
            "~/.aws/config:2 [profile dev] role_arn is not the ARN of a role",
        ),
    ] {
        let error = Home::new(config, credentials).error(name);
        assert!(error.contains(expected), "{expected}\n{error}");
    }
}
