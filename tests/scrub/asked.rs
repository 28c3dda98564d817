//! AWS is asked about sessions without an expiry, and a person about all.

use std::process::{Command, Stdio};

use super::*;
use crate::support::home::account;
use crate::support::stand_in::Fault;

/// A session of the stand-in's, as a section without an expiry.
fn real(home: &Home, aws: &crate::support::stand_in::StandIn, header: &str) -> String {
    let run = home.login(&aws.code()).run();
    let value = |name| run.exports(name);
    format!(
        "[{header}]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\n",
        value("AWS_ACCESS_KEY_ID"),
        value("AWS_SECRET_ACCESS_KEY"),
        value("AWS_SESSION_TOKEN")
    )
}

#[test]
fn a_session_without_an_expiry_is_dead_when_it_is_old_and_does_not_work() {
    let (aws, home) = account();
    let works = real(&home, &aws, "123456789012-alice");
    let (long_term, unknown) = (
        read(&home, ".aws/credentials"),
        section("session-temp", "ASIAIOSFODNN7UNKNOWN", ""),
    );
    let path = home.write(".aws/credentials", format!("{long_term}{works}{unknown}"));
    let states = |found: &[Value]| {
        ["123456789012-alice", "session-temp"].map(|name| of(found, name)["state"].clone())
    };
    // Too young to ask.
    let before = aws.count("GetCallerIdentity");
    written(&path, 3 * DAY / 2 - 600);
    assert_eq!(states(&json(&home, &["--yes"])), ["unclear", "unclear"]);
    assert_eq!(aws.count("GetCallerIdentity"), before);
    written(&path, 3 * DAY / 2 + 600);
    assert_eq!(states(&json(&home, &[])), ["valid", "dead"]);
    // The same in a script.
    let script = format!(
        "export AWS_ACCESS_KEY_ID=ASIAIOSFODNN7SCRIPT0\nexport AWS_SECRET_ACCESS_KEY={SECRET}\n\
         export AWS_SESSION_TOKEN=the-token\n"
    );
    let script = home.write(".aws/token.dev.sh", script);
    written(&script, 2 * DAY);
    // Expired meanwhile.
    aws.advance(13 * HOUR);
    assert_eq!(
        states(&json(&home, &["--yes", "--dry-run"])),
        ["dead", "dead"]
    );
    let found = json(&home, &["--yes"]);
    assert_eq!(of(&found, "token.dev.sh")["removed"], true);
    assert!(!script.exists());
    assert_eq!(found.len(), 3);
    assert_eq!(read(&home, ".aws/credentials"), long_term);
}

#[test]
fn without_an_answer_of_aws_nothing_is_dead() {
    let (aws, home) = account();
    let unknown = section("session-temp", "ASIAIOSFODNN7UNKNOWN", "");
    let path = home.write(".aws/credentials", unknown);
    for fault in [Fault::Close, Fault::service_unavailable()] {
        written(&path, 2 * DAY);
        aws.outage("GetCallerIdentity", fault);
        let run = home
            .awsmfa(["scrub", "--yes"])
            .env("AWSMFA_TIMEOUT", "1")
            .run();
        run.success().complains(
            "~/.aws/credentials:1 [session-temp]: could not ask AWS about the session: ",
        );
        run.says("unclear  ~/.aws/credentials:1 [session-temp]");
        aws.recover();
    }
    written(&path, 2 * DAY);
    home.awsmfa(["scrub", "--yes"])
        .run()
        .success()
        .says("removed ");
    assert_eq!(read(&home, ".aws/credentials"), "");
}

fn two(home: &Home) {
    home.write(
        ".aws/cli/cache/1.json",
        answer("ASIAIOSFODNN7CLIPAST", &iso(-HOUR)),
    );
    home.write(
        ".aws/cli/cache/2.json",
        answer("ASIAIOSFODNN7CLISOON", &iso(HOUR)),
    );
}

#[test]
fn a_person_confirms_each_and_may_remove_valid_ones() {
    let home = Home::new();
    two(&home);
    let mut person = home.terminal("scrub");
    person.expect("1.json: cached session of the AWS CLI ASIAIOSFODNN7CLIPAST, expired 1h ago");
    person.expect("remove it? (y/n) ");
    person.send("n\r");
    person.expect("2.json: cached session of the AWS CLI ASIAIOSFODNN7CLISOON, valid for 59m");
    person.expect("remove it? (y/n) ");
    person.send("\r");
    person.expect("remove it? (y/n) ");
    person.send("y\r");
    person.succeeds();
    assert!(home.path().join(".aws/cli/cache/1.json").exists());
    assert!(!home.path().join(".aws/cli/cache/2.json").exists());
    let out = read(&home, "out");
    assert!(out.contains("dead     ~/.aws/cli/cache/1.json"), "{out}");
    assert!(out.contains("removed  ~/.aws/cli/cache/2.json"), "{out}");
}

#[test]
fn nothing_is_removed_before_all_is_answered() {
    for key in ["\u{3}", "\u{4}"] {
        let home = Home::new();
        two(&home);
        let mut person = home.terminal("scrub");
        person.expect("(y/n) ");
        person.send("y\r");
        person.expect("2.json");
        person.expect("(y/n) ");
        person.send(key);
        person.wait();
        assert!(home.path().join(".aws/cli/cache/1.json").exists());
    }
}

#[test]
fn without_a_terminal_it_lists_and_names_the_flag() {
    let home = Home::new();
    two(&home);
    let run = home.awsmfa(["scrub"]).run();
    run.failure(1).says("dead     ~/.aws/cli/cache/1.json");
    run.complains("could not remove anything: there is no terminal to ask on");
    run.complains("hint: to go on without being asked: --yes");
    for words in [&["--dry-run"][..], &["--dry-run", "--yes"], &["--json"]] {
        home.awsmfa(["scrub"]).arguments(words).run().success();
    }
    let run = home.awsmfa(["scrub", "--dry-run", "--yes"]).run();
    run.complains_times(1, "would remove ")
        .complains("would remove ~/.aws/cli/cache/1.json");
    assert!(home.path().join(".aws/cli/cache/1.json").exists());
    let empty = Home::new().awsmfa(["scrub"]).run();
    empty
        .success()
        .prints("")
        .complains("no short-term secrets of other tools were found");
}

#[test]
#[cfg(target_os = "linux")]
fn a_session_that_is_in_use_says_by_whom() {
    let home = Home::new();
    two(&home);
    home.write(
        ".aws/credentials",
        section(
            "held",
            "ASIAIOSFODNN7HELD000",
            &format!("expiration = {}\n", plain(HOUR, 0)),
        ),
    );
    let mut command = Command::new("sleep");
    command.arg("600").env_clear().stdout(Stdio::null());
    command.env("PATH", home.variable("PATH"));
    command.env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7CLISOON");
    command.env("AWS_PROFILE", "held");
    let mut sleep = command.spawn().unwrap();
    let run = home
        .awsmfa(["scrub", "--json"])
        .env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7CLIPAST")
        .run();
    sleep.kill().unwrap();
    sleep.wait().unwrap();
    let found: Vec<Value> = serde_json::from_str(&run.success().stdout).unwrap();
    let by_sleep = format!("sleep (process {})", sleep.id());
    assert_eq!(
        of(&found, "2.json")["in_use_by"],
        serde_json::json!([by_sleep])
    );
    assert_eq!(
        of(&found, "held")["in_use_by"],
        serde_json::json!([by_sleep])
    );
    assert_eq!(
        of(&found, "1.json")["in_use_by"],
        serde_json::json!(["this terminal"])
    );
}
