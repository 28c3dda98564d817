//! `awsmfa list`: the profiles in a line each, and which one the terminal holds.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::home::Home;

const CREDENTIALS: &str = "\
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[old-long-term]
aws_access_key_id = AKIAIOSFODNN7OLDOLDO
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEOLD
[old]
aws_access_key_id = ASIAIOSFODNN7OLDOLDO
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLETMP
aws_session_token = the-token
";

const CONFIG: &str = "\
[DEFAULT]
output = json
[default]
region = eu-central-1
mfa_serial = arn:aws:iam::123456789012:mfa/alice
[profile dev]
role_arn = arn:aws:iam::111111111111:role/team/admin
source_profile = default
[profile two words]
[profile \"日本\"]
role_arn = arn:aws-cn:iam::222222222222:role/deploy
source_profile = dev
region = cn-north-1
mfa_serial = arn:aws-cn:iam::222222222222:mfa/bob
[profile sso]
sso_session = corp
[profile broken]
source_profile = nobody
role_arn = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

const HELD: [(&str, &str); 6] = [
    ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
    ("AWSMFA_ACCESS_KEY_ID", "ASIAEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "the-secret"),
    ("AWS_SESSION_TOKEN", "the-token"),
    ("AWSMFA_PROFILE", "dev"),
    ("AWSMFA_EXPIRES_AT", "1767323045"),
];

fn home() -> Home {
    let home = Home::new();
    home.write(".aws/credentials", CREDENTIALS);
    home.write(".aws/config", CONFIG);
    home
}

fn listed(home: &Home, variables: &[(&str, &str)]) -> Vec<Value> {
    let run = home.awsmfa(["list", "--json"]);
    let run = run.envs(variables.iter().copied()).run();
    run.keeps_quiet_about("wJalrXUtn");
    serde_json::from_str(&run.success().stdout).expect("an array")
}

fn named<'a>(profiles: &'a [Value], name: &str) -> &'a Value {
    let found = profiles.iter().find(|row| row["profile"] == name);
    found.unwrap_or_else(|| panic!("{name} in {profiles:#?}"))
}

#[test]
fn every_profile_is_there_with_what_the_files_say() {
    let profiles = listed(&home(), &[]);
    let names: Vec<_> = profiles.iter().map(|row| &row["profile"]).collect();
    assert_eq!(names, ["broken", "default", "dev", "old", "sso", "日本"]);
    for (name, expected) in [
        (
            "default",
            json!({"account": "123456789012", "user": "alice", "region": "eu-central-1",
                "access_key_id": "AKIAIOSFODNN7EXAMPLE", "problem": null, "role_arn": null,
                "defined_in": ["~/.aws/credentials:1", "~/.aws/config:3"]}),
        ),
        (
            "dev",
            json!({"account": "111111111111", "user": "alice", "region": "eu-central-1",
                "role_arn": "arn:aws:iam::111111111111:role/team/admin", "problem": null,
                "defined_in": ["~/.aws/config:6"]}),
        ),
        (
            "old",
            json!({"account": null, "user": null, "access_key_id": "AKIAIOSFODNN7OLDOLDO",
                "problem": null, "defined_in": ["~/.aws/credentials:8", "~/.aws/credentials:5"]}),
        ),
        (
            "日本",
            json!({"account": "222222222222", "region": "cn-north-1", "user": "bob",
                "role_arn": "arn:aws-cn:iam::222222222222:role/deploy"}),
        ),
        (
            "broken",
            json!({"account": null, "role_arn": null, "user": null, "region": null}),
        ),
    ] {
        for (member, value) in expected.as_object().expect("an object") {
            assert_eq!(&named(&profiles, name)[member], value, "{name} {member}");
        }
    }
    for (name, why) in [
        ("sso", "IAM Identity Center"),
        ("broken", "names a profile that does not exist: nobody"),
        ("日本", "is in the partition"),
    ] {
        let problem = named(&profiles, name)["problem"].as_str();
        assert!(
            problem.is_some_and(|problem| problem.contains(why)),
            "{name}: {problem:?}"
        );
    }
}

#[test]
fn the_lines_stand_in_columns_and_a_star_marks_the_held_profile() {
    let run = home().awsmfa(["list"]).envs(HELD).run();
    run.success()
        .complains("a profile name with blanks needs quotes");
    assert_eq!(
        run.stdout,
        "  broken   -             -                         -             ~/.aws/config:17 (cannot log in)\n  \
           default  123456789012  user alice                eu-central-1  ~/.aws/credentials:1, ~/.aws/config:3\n\
         * dev      111111111111  role admin                eu-central-1  ~/.aws/config:6\n  \
           old      -             key AKIAIOSFODNN7OLDOLDO  -             ~/.aws/credentials:8, ~/.aws/credentials:5\n  \
           sso      -             -                         -             ~/.aws/config:15 (cannot log in)\n  \
           日本     222222222222  role deploy               cn-north-1    ~/.aws/config:10 (cannot log in)\n"
    );
}

/// The members that are `true` in some profile, and the profiles.
fn held_by(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let profiles = listed(&home(), variables);
    let members = profiles.iter().flat_map(|row| {
        let name = row["profile"].as_str().expect("a name");
        let members = row.as_object().expect("an object");
        let is_true = members
            .iter()
            .filter(|(_, value)| **value == Value::Bool(true));
        is_true.map(move |(member, _)| (name.to_owned(), member.clone()))
    });
    members.collect()
}

#[test]
fn only_the_held_profile_is_held() {
    assert_eq!(held_by(&[]), []);
    let held = |name: &str| vec![(name.to_owned(), "held".to_owned())];
    assert_eq!(held_by(&HELD), held("dev"));
    for (name, shown) in [("old-long-term", "old"), ("gone", "gone")] {
        let mut variables = HELD;
        variables[4].1 = name;
        assert_eq!(held_by(&variables), held(shown));
    }
    let mut replaced = HELD;
    replaced[0].1 = "ASIAOTHER";
    assert_eq!(
        held_by(&replaced),
        [],
        "other keys have been exported since"
    );
}

#[test]
fn names_cannot_steer_the_terminal_and_no_profile_is_no_failure() {
    let home = Home::new();
    let run = home.awsmfa(["list"]).run();
    run.success().complains(
        "there are no profiles in ~/.aws/credentials (not there) or ~/.aws/config (not there)",
    );
    assert_eq!(run.stdout, "");
    assert_eq!(
        home.awsmfa(["list", "--json"]).run().success().stdout,
        "[]\n"
    );
    home.write(".aws/config", "[profile a\u{1b}[2Jb]\nregion = \u{202e}x\n");
    let run = home.awsmfa(["list"]).run();
    assert!(
        run.success().stdout.contains("\\u{1b}[2Jb"),
        "{}",
        run.story()
    );
    assert!(
        !run.stdout.contains(['\u{1b}', '\u{202e}']),
        "{}",
        run.story()
    );
}

#[test]
fn a_thousand_profiles_are_listed() {
    let home = Home::new();
    let mut config = String::new();
    for number in 0..1000 {
        let source = if number % 100 == 0 {
            "nobody"
        } else {
            "profile-1"
        };
        let _ = writeln!(
            config,
            "[profile profile-{number}]\nsource_profile = {source}"
        );
    }
    home.write(".aws/config", config);
    let run = home.awsmfa(["list"]).run();
    assert_eq!(run.success().stdout.lines().count(), 1000);
}
