//! Profiles that cannot be used: what is said of each.

use super::*;

#[test]
fn failures_name_the_line_and_what_to_do() {
    for (settings, expected) in [
        (
            "sso_session = x",
            "from IAM Identity Center (~/.aws/config:2 [profile dev] sso_session)",
        ),
        (
            "source_profile = dev",
            "no long-term keys in ~/.aws/config:1 [profile dev]",
        ),
        (
            "source_profile = b\n[profile b]\nsource_profile = dev",
            "circle: dev, b, dev",
        ),
        (
            "region = EU/1\nKEYS",
            "~/.aws/config:2 [profile dev] region is not the name of a region",
        ),
        (
            "mfa_source = file, dice\nKEYS",
            "\"dice\"; hint: the sources of codes are prompt, file, secret_process, yubikey, process",
        ),
    ] {
        let config = format!("[profile dev]\n{}", settings.replace("KEYS", KEYS));
        let error = Home::new(config, "").error("dev");
        assert!(error.contains(expected), "{expected}\n{error}");
    }
}
