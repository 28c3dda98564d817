//! Secrets in odd places are never printed, and are said to be out of place.

use super::{doctor, finds, home};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SEED: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx9ZyWzK1v0wJ8s";

#[test]
fn a_secret_in_a_wrong_place_is_never_printed() {
    for (config, credentials) in [
        ("", "[SECRET]\nKEYS"),
        (
            "[profile SECRET]\nrole_arn = ROLE\nsource_profile = base\n",
            "[base]\nKEYS",
        ),
        (
            "[SECRET]\nregion = x\n[SECRET]\nregion = y\n",
            "[default]\nKEYS",
        ),
        (
            "# SECRET\n[default]\n; SEED\nmfa_serial = SECRET\n",
            "[default]\nKEYS",
        ),
        ("[default]\nmfa_serial = SEED\n", "[default]\nKEYS"),
        (
            "[default]\nmfa_serial = arn:aws:iam::123456789012:user/SECRET\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\nmfa_serial = otpauth://totp/AWS:alice?secret=SEED\n",
            "[default]\nKEYS",
        ),
        ("[default]\nmfa_secret_file = SEED\n", "[default]\nKEYS"),
        (
            "[default]\nmfa_secret_file = JBSW Y3DP EHPK 3PXP hunter2\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\nmfa_secret_file = otpauth://totp/AWS:alice?secret=SEED\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\nregion = SECRET\noutput = SECRET\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\nregion = TOKEN\nrole_arn = TOKEN\nsource_profile = SECRET\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\nmfa_process = oathtool -b --totp SEED\nmfa_yubikey_account = SEED\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\ncredential_process = /bin/echo hunter2 SECRET\nrole_session_name = SECRET\n",
            "",
        ),
        ("[default]\ninclude_profile = SECRET\n", "[default]\nKEYS"),
        (
            "[default]\nsession_tags = SECRET\nexternal_id = hunter2 !\n",
            "[default]\nKEYS",
        ),
        (
            "[default]\nservices = SECRET\nendpoint_url = https://alice:hunter2@x\n",
            "[default]\nKEYS",
        ),
        (
            "",
            "SECRET\n[default]\nSECRET\nSECRET = SECRET\n  SECRET\nexport X=SECRET\nKEYS",
        ),
        (
            "",
            "[default]\naws_access_key_id = SECRET\naws_secret_access_key = AKIAIOSFODNN7EXAMPLE\n",
        ),
        (
            "",
            "[default]\naws_access_key_id = TOKEN\naws_secret_access_key = SECRET#\naws_session_token = TOKEN\n",
        ),
        (
            "",
            "[default]\naws_secret_access_key = SECRET\n[SECRET\nx = y\n[a]\nregion=x[SECRET]\nKEYS",
        ),
    ] {
        let filled = |text: &str| {
            text.replace("SECRET", SECRET)
                .replace("SEED", SEED)
                .replace("TOKEN", TOKEN)
        };
        let home = home(&filled(config), &filled(credentials));
        let variables = [
            ("AWS_PROFILE", SECRET),
            ("AWS_DEFAULT_PROFILE", SEED),
            ("AWS_REGION", TOKEN),
        ];
        let arguments: [&[&str]; 4] = [&[], &["--json"], &[SECRET], &["default"]];
        for words in arguments {
            for variables in [&[][..], &variables] {
                let run = doctor_any(&home, words, variables);
                for secret in [SECRET, SEED, TOKEN, "hunter2", "EHPK", "/K7MDENG/"] {
                    run.keeps_quiet_about(secret);
                    assert!(
                        !run.stdout.contains(secret),
                        "{secret} {config}{credentials}{}",
                        run.story()
                    );
                }
            }
        }
    }
}

fn doctor_any(home: &super::Home, words: &[&str], variables: &[(&str, &str)]) -> super::Run {
    home.awsmfa(["doctor"])
        .arguments(words)
        .envs(variables.iter().copied())
        .run()
}

#[test]
fn a_secret_in_a_wrong_place_is_said_to_be_there() {
    for (config, credentials, words) in [
        (
            "",
            format!("[{SECRET}]\nKEYS"),
            &[
                "error ",
                "~/.aws/credentials:1",
                "section's name looks like a secret",
            ][..],
        ),
        (
            "[default]\nmfa_serial = SECRET\n",
            "[default]\nKEYS".to_owned(),
            &[
                "error ",
                "~/.aws/config:2",
                "mfa_serial looks like a secret",
            ],
        ),
        (
            "[default]\nmfa_serial = SEED\n",
            "[default]\nKEYS".to_owned(),
            &[
                "error ",
                "~/.aws/config:2",
                "mfa_serial looks like a secret",
            ],
        ),
        (
            "[default]\nmfa_secret_file = SEED\n",
            "[default]\nKEYS".to_owned(),
            &[
                "error ",
                "~/.aws/config:2",
                "mfa_secret_file looks like a secret",
            ],
        ),
        (
            "[default]\nmfa_process = oathtool -b --totp SEED\n",
            "[default]\nKEYS".to_owned(),
            &["warning ", "~/.aws/config:2", "which ps shows"],
        ),
    ] {
        let config = config.replace("SECRET", SECRET).replace("SEED", SEED);
        finds(&doctor(&home(&config, &credentials), &[], &[]), words);
    }
}

#[test]
fn a_secret_in_a_wrong_place_is_said_once() {
    for secret in [SECRET, SEED] {
        for key in [
            "aws_mfa_device",
            "include_profile",
            "mfa_secret_file",
            "mfa_serial",
            "region",
            "role_arn",
            "source_profile",
        ] {
            let home = home(&format!("[default]\n{key} = {secret}\n"), "[default]\nKEYS");
            let run = doctor_any(&home, &[], &[]);
            let place = format!("~/.aws/config:2 [default] {key} ");
            let lines = run.stdout.lines().filter(|line| line.contains(&place));
            let lines: Vec<_> = lines.collect();
            assert_eq!(lines.len(), 1, "{}", run.story());
            assert!(lines[0].contains("looks like a secret; a secret access key"));
        }
    }
}

/// Nor does any other command show such a device, or send it.
#[test]
fn a_secret_is_no_device() {
    for serial in [SECRET, SEED, &SEED.to_lowercase()] {
        let home = home(
            &format!("[default]\nmfa_serial = {serial}\n"),
            "[default]\nKEYS",
        );
        for command in ["plan", "env", "status"] {
            let run = home.awsmfa([command]).run();
            run.keeps_quiet_about(serial);
            assert!(!run.stdout.contains(serial), "{}", run.story());
        }
        home.awsmfa(["plan"])
            .run()
            .failure(1)
            .complains("~/.aws/config:2 [default] mfa_serial looks like a secret");
    }
}
