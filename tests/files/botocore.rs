//! What botocore reads is read the same.

use super::{CONFIG, CREDENTIALS, filled, login_with};
use crate::support::home::Home;
use crate::support::tools::venv;

/// Config files that botocore takes, odd as they are.
const CONFIGS: [&str; 17] = [
    "[profile dev]\nregion = eu-west-1\n",
    "[profile dev]\nregion:eu-west-1",
    "[profile dev]\nREGION = eu-west-1\nMFA_Serial=SERIAL\n",
    "[profile \"dev\"]\nregion = eu-west-1\n[profile other]\nregion = eu-west-2",
    "[profile 'dev']\r\nregion = eu-west-1\r\n",
    "[profile    dev]\n\n\nregion\t=\teu-west-1\t\n",
    "[profile dev] ; mine\nregion = eu-west-1",
    "  [profile dev]\n  region = eu-west-1\n",
    "[profile dev]\ns3 =\n  region = eu-west-2\n  # a\n\n  max = 3\nregion = eu-west-1\n",
    "[profile dev]\ns3 =\n\tregion = eu-west-2\nregion = eu-west-1",
    "[profile dev]\nregion = eu-west-1\ncli_pager = a=b:c#d;e %s %(x)s\n",
    "[profile dev]\nregion = eu-west-1\n[profile \"dev\"] # [2]\nregion = eu-west-2\n",
    "[profile dev]\nregion = eu-west-2\n[profile \"dev\"]\nregion = eu-west-1\n",
    "[profile dev]\nmfa_serial = arn:aws:iam::123456789012:mfa/bob\nregion = eu-west-2\n[profile  dev]\nregion = eu-west-1\n",
    "[DEFAULT]\nregion = eu-west-1\nmfa_serial = SERIAL\n[profile dev]\n",
    "[profile DEFAULT]\nregion = eu-west-3\n[default]\nregion = eu-west-3\n[DEFAULT]\nregion = eu-west-2\n[profile dev]\nregion = eu-west-1\n",
    "[profile d\u{e9}v]\nregion = eu-west-2\n[profile dev]\nregion = eu-west-1\n\u{fc} = \u{df}\n",
];

/// Config and credentials that it takes.
const PAIRS: [(&str, &str); 5] = [
    ("[profile dev]\rregion = eu-west-1\r", "[dev]\rKEYS"),
    (
        "[profile dev]\nregion = eu-west-2\n",
        "[dev]\nKEYSregion = eu-west-1\n",
    ),
    (
        "[profile dev]\nregion =\n",
        "[dev]\nKEYSregion = eu-west-1\n",
    ),
    (
        "# c\n;d\n[profile dev]\n#region = eu-west-2\n ; x\nregion = eu-west-1",
        "[dev]\n# a = b\n\nKEYS",
    ),
    (
        "[profile dev]\nregion = eu-west-2\n",
        "[DEFAULT]\nKEYSregion = eu-west-1\n[dev]\n",
    ),
];

#[test]
fn what_botocore_takes_is_read_the_same() {
    let configs = CONFIGS.map(|config| (config, "[dev]\nKEYS"));
    for (config, credentials) in configs.into_iter().chain(PAIRS) {
        let home = Home::new();
        home.write(CONFIG, filled(config));
        home.write(CREDENTIALS, filled(credentials));
        let theirs = home
            .program(venv("python"), ["-c", include_str!("botocore.py")])
            .run();
        let (run, aws) = login_with(&home, &[]);
        assert!(
            theirs.status.success() && run.status.success(),
            "{config}{}{}",
            theirs.story(),
            run.story()
        );
        let login = aws.requests().pop().expect("a login");
        let lines: Vec<_> = theirs.stdout.lines().collect();
        let ours = [login.access_key_id.as_str(), &login.region];
        assert_eq!(ours, lines[..2], "{config}\n{credentials}");
        if lines[2].is_empty() {
            assert!(
                run.stderr.contains("AWS lists the MFA device "),
                "{}",
                run.story()
            );
        } else {
            assert!(run.stderr.is_empty(), "{}", run.story());
        }
    }
}
