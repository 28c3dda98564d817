//! Set-ups in which nothing is wrong: a false alarm is as bad as a miss.

use super::{Home, doctor, home, is_content};
use crate::support::landing::Landing;

const AWS_MFA: &str = "[default-long-term]\naws_mfa_device = SERIAL\nKEYS[other-long-term]\nKEYSaws_mfa_device = SERIAL\nassume_role = ROLE\n";
const REUSABIT: &str = "[dev]\nregion = eu-west-1\nsource_profile = devPerm\n[devPerm]\nmfa_serial = SERIAL\nuser_arn = arn:aws:iam::123456789012:user/alice\n";
const VAULT: &str = "[profile keys]\nmfa_serial = SERIAL\ncredential_process = true\nmfa_process = true; keepassxc-cli show -qt db aws\n[profile dev]\nsource_profile = keys\nrole_arn = ROLE\ninclude_profile = common\n[profile common]\nregion = eu-west-1\nsession_tags = a=b\n";
const SSO: &str = "[default]\nregion = eu-west-1\n[profile work]\nKEYSmfa_serial = SERIAL\n[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\n[profile machine]\nrole_arn = ROLE\ncredential_source = Ec2InstanceMetadata\n[profile token]\nweb_identity_token_file = /token\nrole_arn = ROLE\n[services s]\nsts =\n  endpoint_url = https://sts.eu-west-1.amazonaws.com\n[plugins]\ncli_legacy_plugin_path = /x\n";
const OWN: &str = "[default]\nmfa_serial = SERIAL\n[profile tools]\ncredential_process = awsmfa credentials default\n";

#[test]
fn what_people_have_is_fine() {
    for (config, credentials, words) in [
        (
            "[default]\nregion = eu-central-1\nmfa_serial = SERIAL\n",
            "[default]\nKEYS",
            &[][..],
        ),
        (
            "[default]\nmfa_serial = GAHT12345678\n",
            "\u{feff}[default]\r\nKEYS",
            &[],
        ),
        ("", AWS_MFA, &[]),
        ("", AWS_MFA, &["other"]),
        (REUSABIT, "[devPerm]\nKEYS", &["dev"]),
        (REUSABIT, "[devPerm]\nKEYS", &[]),
        (VAULT, "", &["dev"]),
        (VAULT, "", &[]),
        (SSO, "", &[]),
        (SSO, "", &["work"]),
        (OWN, "[default]\nKEYS", &[]),
        (OWN, "[default]\nKEYS", &["tools"]),
        (
            "[profile dev]\nrole_arn = ROLE\nmfa_serial = SERIAL\nsource_profile = base\nduration_seconds = 7200\n",
            "[base]\nKEYS",
            &["dev"],
        ),
        (
            "[DEFAULT]\nregion = eu-west-1\n[profile \"two words\"]\nmfa_serial = SERIAL\n",
            "[two words]\nKEYS",
            &[],
        ),
        (
            "[profile 'profile dev']\nmfa_serial = SERIAL\n",
            "[profile dev]\nKEYS",
            &["profile dev"],
        ),
        (
            "[default]\ns3 =\n  max_concurrent_requests = 20\ncli_pager =\n",
            "# AKIAIOSFODNN7EXAMPLE is old\n[default]\nKEYSaws_session_token =\n",
            &[],
        ),
    ] {
        is_content(&doctor(&home(config, credentials), words, &[]));
    }
}

#[test]
fn a_home_of_an_oathtool_script_is_fine() {
    let home = home(
        "[default]\nregion = us-east-2\n[profile dev]\nmfa_serial = SERIAL\nmfa_secret_file = ~/.aws-mfa\n",
        "[default]\nKEYS[dev]\nKEYS",
    );
    home.write(".aws-mfa", "GEZD GNBV gy3t qojq GEZD GNBV GY3T QOJQ\n");
    is_content(&doctor(&home, &[], &[]));
    is_content(&doctor(&home, &["dev"], &[]));
}

/// But for the role of the chain that asks for more than an hour.
#[test]
fn a_landing_account_is_fine() {
    let landing = Landing::new();
    let run = doctor(&landing.home, &[], &[]);
    let complaints: Vec<_> = run
        .stdout
        .lines()
        .filter(|line| !line.starts_with("ok "))
        .collect();
    assert!(
        complaints.len() == 1
            && complaints[0].contains("~/.aws/config:14 [profile admin] duration_seconds"),
        "{}",
        run.story()
    );
    is_content(&doctor(&landing.home, &["dev"], &[]));
    is_content(&doctor(&landing.home, &["long"], &[]));
}

/// Long-term keys of the environment, and a session that awsmfa has exported.
#[test]
fn a_terminal_with_keys_is_fine() {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        (
            "AWS_SECRET_ACCESS_KEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ),
    ];
    is_content(&doctor(&Home::new(), &[], &keys));
    let end = crate::support::landing::end_in(600);
    let session = [
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        keys[1],
        ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEOLD"),
        ("AWSMFA_PROFILE", "default"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWSMFA_EXPIRES_AT", &end),
    ];
    let home = home("[default]\nmfa_serial = SERIAL\n", "[default]\nKEYS");
    is_content(&doctor(&home, &[], &session));
}
