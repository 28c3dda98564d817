//! `awsmfa scrub`: what other tools leave on disk is recognised by its format, and only what is dead or
//! confirmed goes. The files are as the tools write them: aws-mfa 0.0.12, awsume 4.5, botocore 1.44,
//! AWS CLI 2.32 (`configure mfa-login`, `login`), saml2aws 2, gsts 5, keyring 1.2 (aws-vault, granted).

mod asked;
mod caches;
mod crashes;
mod kept;
mod odd;
mod sections;
mod tools;

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::home::{Home, Run};
use crate::support::stand_in::calendar::extended;

const HOUR: i64 = 3600;
const DAY: u64 = 86_400;
const LONG_TERM: &str = "\
[dev-long-term]
# mine
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_mfa_device = arn:aws:iam::123456789012:mfa/alice

";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLETMP";

#[expect(
    clippy::disallowed_methods,
    reason = "files are written by this computer's clock"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Seconds since the Unix epoch, `seconds` from now.
fn epoch(seconds: i64) -> u64 {
    let now = now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs().checked_add_signed(seconds).unwrap()
}

/// `2026-01-02T03:04:05Z`.
fn iso(seconds: i64) -> String {
    extended(epoch(seconds))
}

/// `2026-01-02 03:04:05`, as it is `ahead` of UTC by so many seconds.
fn plain(seconds: i64, ahead: i64) -> String {
    iso(seconds + ahead).replace('T', " ").replace('Z', "")
}

/// A file that was last written so many seconds ago.
fn written(path: &Path, seconds_ago: u64) {
    let file = File::options().append(true).open(path).unwrap();
    let time = now() - Duration::from_secs(seconds_ago);
    file.set_modified(time).unwrap();
}

/// A section with a session's keys, and more lines.
fn section(header: &str, id: &str, more: &str) -> String {
    format!(
        "[{header}]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n\
         aws_session_token = the-token//{header}==\n{more}"
    )
}

/// The answer of STS.
fn answer(id: &str, expiration: &str) -> String {
    let json = serde_json::json!({"Credentials": {
        "AccessKeyId": id, "SecretAccessKey": SECRET, "SessionToken": "the-token",
        "Expiration": expiration,
    }, "ProviderType": "assume-role"});
    json.to_string()
}

/// `scrub --json` with more words: the objects.
fn json(home: &Home, words: &[&str]) -> Vec<Value> {
    let run = home.awsmfa(["scrub", "--json"]).arguments(words).run();
    serde_json::from_str(&run.success().stdout).unwrap()
}

/// What is said of the file or the section.
fn of<'a>(found: &'a [Value], place: &str) -> &'a Value {
    let is_it = |one: &&Value| {
        let path = one["path"].as_str().unwrap();
        path.ends_with(place) || one["section"] == place
    };
    let mut of = found.iter().filter(is_it);
    let one = of.next().unwrap_or_else(|| panic!("{place}: {found:#?}"));
    assert!(of.next().is_none(), "{place} twice: {found:#?}");
    one
}

fn no_secret_in(run: &Run) {
    for secret in [SECRET, "the-token", "the-refresh", "BEGIN"] {
        assert!(!run.stdout.contains(secret), "{}", run.story());
        assert!(!run.stderr.contains(secret), "{}", run.story());
    }
}

fn read(home: &Home, name: &str) -> String {
    fs::read_to_string(home.path().join(name)).unwrap()
}
