//! Files as they are found on people's disks: a bad line is named and does not hide the rest, and
//! nothing of it is shown.

mod botocore;
mod unreadable;

use crate::support::home::{Home, Run};
use crate::support::stand_in::{Options, StandIn};

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

const KEYS: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

const CONFIG: &str = ".aws/config";

const CREDENTIALS: &str = ".aws/credentials";

fn filled(text: &str) -> String {
    text.replace("KEYS", KEYS).replace("SERIAL", SERIAL)
}

/// A login to `dev` with more variables, and where it was made.
fn login_with(home: &Home, variables: &[(&str, &str)]) -> (Run, StandIn) {
    let aws = StandIn::start(Options::default());
    let arguments = [
        "env",
        "dev",
        "--shell",
        "sh",
        "--timeout",
        "4",
        "-c",
        &aws.code(),
    ];
    let run = home
        .awsmfa(arguments)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .envs(variables.iter().copied())
        .run();
    (run, aws)
}

fn login(home: &Home) -> Run {
    login_with(home, &[]).0
}

/// Nothing of a secret, no trace of a panic, one error.
#[track_caller]
fn discreet(run: &Run) {
    for word in ["wJalr", "hunter2", "panicked", "\u{1b}"] {
        run.keeps_quiet_about(word);
    }
    assert!(
        run.stderr.matches("could not").count() <= 1,
        "{}",
        run.story()
    );
}

/// Credentials that are taken without a word.
const FINE: [&str; 6] = [
    "\u{feff}[dev]\nKEYS",
    "[dev]\r\nKEYS\r\n",
    "[x]\ra = b\r[dev]\nKEYS",
    "[dev]\nKEYSregion = eu-west-1",
    "  [dev]\n  aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n  aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "# mine\n\n;\n[dev] # mine\nKEYS",
];

/// Credentials, and the line and problem to be told; `dev` can be logged in to all the same.
const ODD_CREDENTIALS: [(&str, &str); 10] = [
    (
        "[x]\nhunter2\n[dev]\nKEYS",
        "2: the line is neither a [section] nor \"key = value\"; correct it",
    ),
    (
        "aws_secret_access_key = hunter2\n[dev]\nKEYS",
        "1: the line comes before any [section]; move it below one",
    ),
    (
        "[x\naws_secret_access_key = hunter2\n[dev]\nKEYS",
        "1: the section's name has no closing ]",
    ),
    (
        "[]\naws_secret_access_key = hunter2\n[dev]\nKEYS",
        "1: the section has no name",
    ),
    (
        "[dev]\nKEYS[x]\na=b\n[x]\n",
        "6: [x] appears a second time (first in line 4)",
    ),
    (
        "[dev]\nKEYSaws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "4: aws_secret_access_key appears twice in its section (first in line 3)",
    ),
    (
        "[dev]\nKEYS  region = hunter2\n",
        "4: the line is indented, so it belongs to aws_secret_access_key above it",
    ),
    ("[x]\na = b\n  [dev]\nKEYS", "3: the section is indented"),
    ("[dev]\nKEYS= hunter2\n", "4: the line is neither"),
    (
        "[x]\na = hunter2\0\n[dev]\nKEYS",
        "2: the line is not UTF-8 text",
    ),
];

/// The same of the config file.
const ODD_CONFIGS: [(&str, &str); 8] = [
    (
        "[default]\nmfa_serial = hunter2\n[profile default]\n",
        "3: [profile default] repeats [default] of line 1, and the AWS CLI reads only this one; merge the two",
    ),
    ("[profile x\n", "1: the section's name has no closing ]"),
    (
        "[profile 'x]\n",
        "1: a quote in the section's name is not closed",
    ),
    (
        "[profile two words]\n",
        "1: a profile name with blanks needs quotes",
    ),
    ("hunter2\n", "1: the line comes before any [section]"),
    (
        "[services x]\nsts =\n  hunter2\n",
        "3: the indented line is not \"key = value\"",
    ),
    (
        "<html>\u{1b}[2Jhunter2</html>",
        "1: the line comes before any [section]",
    ),
    (
        "{\"a\": \"hunter2\"}",
        "1: the line comes before any [section]",
    ),
];

#[test]
fn odd_credentials_are_taken() {
    for credentials in FINE {
        let home = Home::new();
        home.write(CREDENTIALS, filled(credentials));
        let run = login(&home);
        // Nothing but the device that was found.
        assert_eq!(run.success().stderr.lines().count(), 1, "{}", run.story());
    }
}

#[test]
fn a_bad_line_is_told_and_does_not_hide_the_rest() {
    let credentials = ODD_CREDENTIALS.map(|(text, problem)| ("", text, CREDENTIALS, problem));
    let configs = ODD_CONFIGS.map(|(text, problem)| (text, "[dev]\nKEYS", CONFIG, problem));
    for (config, credentials, file, problem) in credentials.into_iter().chain(configs) {
        let home = Home::new();
        home.write(CONFIG, config);
        home.write(CREDENTIALS, filled(credentials));
        let run = login(&home);
        run.success().complains(&format!("~/{file}:{problem}"));
        discreet(&run);
        // The problem, once, and the device that was found.
        assert_eq!(run.stderr.lines().count(), 2, "{}", run.story());
    }
}

/// Where the bad line is what was looked for, the error names it, and nothing is said twice.
#[test]
fn an_error_names_the_line_that_may_have_caused_it() {
    for (credentials, cause, problem) in [
        (
            "[dev\nKEYS",
            "there is no such profile",
            "look at ~/.aws/credentials:1: the section's name has no closing ]",
        ),
        (
            "[dev]\naws_access_key_id AKIA\naws_secret_access_key hunter2\n",
            "no long-term keys in ~/.aws/credentials:1 [dev]",
            "look at ~/.aws/credentials:2: the line is neither",
        ),
        (
            "[dev]\naws_access_key_id = AKIA1\naws_secret_access_key hunter2\n",
            "~/.aws/credentials:2 [dev] aws_access_key_id has no aws_secret_access_key beside it",
            "look at ~/.aws/credentials:3: the line is neither",
        ),
        (
            "KEYS",
            "there is no such profile",
            "look at ~/.aws/credentials:1: the line comes before any [section]",
        ),
    ] {
        for quiet in [&[][..], &["--quiet"]] {
            let home = Home::new();
            home.write(CREDENTIALS, filled(credentials));
            let run = home.awsmfa(["env", "dev"]).arguments(quiet).run();
            run.failure(1)
                .complains(cause)
                .complains(problem)
                .complains("hint: ");
            discreet(&run);
            assert_eq!(run.stderr.lines().count(), 2, "{}", run.story());
        }
    }
}

#[test]
fn invalid_keys_are_reported_with_their_line() {
    let long = "A".repeat(100_000);
    for (pair, cause) in [
        (
            "aws_access_key_id = AKIA1",
            "2 [dev] aws_access_key_id has no aws_secret_access_key beside it",
        ),
        (
            "aws_access_key_id =\naws_secret_access_key = hunter2",
            "3 [dev] aws_secret_access_key has no aws_access_key_id beside it",
        ),
        (
            "aws_access_key_id = \"AKIA1\"\naws_secret_access_key = \"hunter2\"",
            "2 [dev] aws_access_key_id is not a valid key",
        ),
        (
            "aws_access_key_id = AKIA1\naws_secret_access_key = 'hunter2'",
            "3 [dev] aws_secret_access_key is not a valid key",
        ),
        (
            "aws_access_key_id = AKIA1 # mine\naws_secret_access_key = hunter2",
            "2 [dev] aws_access_key_id is not a valid key",
        ),
        (
            "aws_access_key_id = AKIA1\naws_secret_access_key = hunter2 hunter2",
            "3 [dev] aws_secret_access_key is not a valid key",
        ),
        (
            "aws_access_key_id = AKIA\u{1b}[2J\naws_secret_access_key = hunter2",
            "2 [dev] aws_access_key_id is not a valid key",
        ),
        (
            "aws_access_key_id = ASIA1\naws_secret_access_key = hunter2",
            "2 [dev] aws_access_key_id begins with ASIA: those keys are temporary",
        ),
        (
            "region = eu-west-1",
            "no long-term keys in ~/.aws/credentials:1 [dev]",
        ),
        (
            &format!("aws_access_key_id = {long}"),
            "2 [dev] aws_access_key_id has no",
        ),
    ] {
        let home = Home::new();
        home.write(CREDENTIALS, format!("[dev]\n{pair}\n"));
        let run = home.awsmfa(["env", "dev"]).run();
        run.failure(1)
            .complains("could not log in to profile dev: ")
            .complains(cause)
            .complains("hint: ");
        discreet(&run);
        assert!(run.stderr.len() < 600, "{}", run.story());
    }
}
