//! What is wrong with the variables of the terminal.

use super::{Home, doctor, finds, home};

const ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
const SECRET: (&str, &str) = (
    "AWS_SECRET_ACCESS_KEY",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
);
const SESSION_ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
const TOKEN: (&str, &str) = ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEOLD");

fn default_home() -> Home {
    home(
        "[default]\nmfa_serial = SERIAL\n[profile stage]\nregion = eu-west-1\n",
        "[default]\nKEYS[stage]\nKEYS",
    )
}

#[test]
fn each_mistake_names_the_variable_and_what_to_type() {
    let otp = "cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj";
    for (variables, words) in [
        (
            &[("AWS_SECURITY_TOKEN", "FwoGOTHER")][..],
            &["warning ", "AWS_SECURITY_TOKEN", "unset AWS_SECURITY_TOKEN"][..],
        ),
        (
            &[
                SESSION_ID,
                SECRET,
                TOKEN,
                ("AWS_SECURITY_TOKEN", "FwoGOTHER"),
            ],
            &["warning ", "differs", "unset AWS_SECURITY_TOKEN"],
        ),
        (
            &[ID, SECRET, ("AWS_PROFILE", "stage")],
            &[
                "warning ",
                "AWS_PROFILE names stage",
                "unset AWS_PROFILE, or unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
            ],
        ),
        (
            &[ID, SECRET, TOKEN],
            &["warning ", "long-term key", "unset AWS_SESSION_TOKEN"],
        ),
        (
            &[SESSION_ID, SECRET],
            &["warning ", "AWS_SESSION_TOKEN is not set"],
        ),
        (
            &[ID],
            &[
                "warning ",
                "without AWS_SECRET_ACCESS_KEY",
                "unset AWS_ACCESS_KEY_ID",
            ],
        ),
        (
            &[TOKEN],
            &[
                "warning ",
                "AWS_SESSION_TOKEN is left over",
                "unset AWS_SESSION_TOKEN",
            ],
        ),
        (
            &[
                ID,
                (
                    "AWS_SECRET_ACCESS_KEY",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r",
                ),
            ],
            &["error ", "AWS_SECRET_ACCESS_KEY is not a valid key"],
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", SECRET.1),
                ("AWS_SECRET_ACCESS_KEY", ID.1),
            ],
            &["error ", "are swapped"],
        ),
        (
            &[("AWS_PROFILE", "")],
            &["warning ", "AWS_PROFILE is empty", "unset AWS_PROFILE"],
        ),
        (
            &[("AWS_PROFILE", "satge")],
            &["error ", "named by AWS_PROFILE", "did you mean stage"],
        ),
        (
            &[("AWS_PROFILE", "stage"), ("AWS_DEFAULT_PROFILE", "satge")],
            &[
                "error ",
                "AWS_DEFAULT_PROFILE names satge",
                "did you mean stage",
            ],
        ),
        (
            &[("AWS_PROFILE", "stage"), ("AWS_DEFAULT_PROFILE", "default")],
            &[
                "warning ",
                "the AWS CLI uses default",
                "unset AWS_DEFAULT_PROFILE",
            ],
        ),
        (
            &[("AWS_CONFIG_FILE", "/nowhere/config")],
            &[
                "warning ",
                "AWS_CONFIG_FILE names /nowhere/config",
                "unset AWS_CONFIG_FILE",
            ],
        ),
        (
            &[("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")],
            &[
                "warning ",
                "AWS_SHARED_CREDENTIALS_FILE",
                "depends on the directory",
            ],
        ),
        (
            &[("AWSMFA_TOKEN_CODE", "123456")],
            &[
                "warning ",
                "AWSMFA_TOKEN_CODE",
                "once",
                "unset AWSMFA_TOKEN_CODE",
            ],
        ),
        (
            &[("AWSMFA_TOKEN_CODE", otp)],
            &["warning ", "AWSMFA_TOKEN_CODE", "YubiKey's own", "unset"],
        ),
        (
            &[("MFA_DEVICE", "arn:aws:iam::123456789012:user/alice")],
            &["error ", "MFA_DEVICE is not an MFA device", "mfa/alice"],
        ),
        (
            &[
                ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
                ("AWS_REGION", "af-south-1"),
            ],
            &["warning ", "af-south-1", "unset AWS_STS_REGIONAL_ENDPOINTS"],
        ),
        (
            &[("AWS_REGION", "eu-west-1b")],
            &["error ", "AWS_REGION is an availability zone"],
        ),
    ] {
        let home = if words
            .iter()
            .any(|word| word.starts_with("MFA_DEVICE") || word.starts_with("AWS_REGION"))
        {
            home("", "[default]\nKEYS")
        } else {
            default_home()
        };
        let run = doctor(&home, &[], variables);
        finds(&run, words);
        for secret in ["wJalr", "FwoG", otp] {
            run.keeps_quiet_about(secret);
        }
    }
}

/// A session that awsmfa has exported.
#[test]
fn a_session_in_the_terminal_is_looked_at() {
    let ended = |minutes| {
        let end = if minutes == 0 {
            "1000000000".to_owned()
        } else {
            crate::support::landing::end_in(minutes)
        };
        [
            SESSION_ID,
            SECRET,
            TOKEN,
            ("AWSMFA_PROFILE", "default"),
            ("AWSMFA_ACCESS_KEY_ID", SESSION_ID.1),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into_iter()
        .chain([("AWSMFA_EXPIRES_AT", end)])
        .collect::<Vec<_>>()
    };
    for (minutes, other, words) in [
        (0, None, &["warning ", "has expired", "aws-mfa-on"][..]),
        (
            12,
            None,
            &[
                "warning ",
                "the session of default has 11m",
                "aws-mfa-on --force",
            ],
        ),
        (
            300,
            Some(("AWS_PROFILE", "stage")),
            &[
                "warning ",
                "AWS_PROFILE names stage",
                "the session of default",
                "unset AWS_PROFILE, or aws-mfa-on stage",
            ],
        ),
        (
            300,
            Some(("AWS_ACCESS_KEY_ID", "ASIAI44QH8DHBEXAMPLE")),
            &["warning ", "the session of default has been replaced"],
        ),
    ] {
        let session = ended(minutes);
        let mut variables: Vec<_> = session
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        variables.extend(other);
        finds(&doctor(&default_home(), &["default"], &variables), words);
    }
}
