//! What `status` says of a session that is held, and of one that is not any more.

use super::{FOREIGN, changed, held};
use crate::support::landing::Landing;

#[test]
fn status_names_the_key_of_the_other_session() {
    let landing = Landing::new();
    let session = held(&landing);
    let other = changed(
        &session,
        &[
            ("AWS_ACCESS_KEY_ID", "AKIAOTHER"),
            ("AWS_SESSION_TOKEN", ""),
        ],
    );
    let status = landing.awsmfa(["status"]).envs(other).run();
    assert!(
        status
            .failure(1)
            .stdout
            .contains("(AWS_ACCESS_KEY_ID is now AKIAOTHER)")
    );
    let part = changed(&session, &[("AWS_SESSION_TOKEN", "")]);
    let status = landing.awsmfa(["status"]).envs(part).run();
    assert!(
        status
            .failure(1)
            .stdout
            .contains("(AWS_SESSION_TOKEN is no longer set)")
    );
    let terminal = changed(&session, &FOREIGN);
    let status = landing.awsmfa(["status"]).envs(terminal).run();
    assert_eq!(
        status.failure(1).stdout,
        "no session in this terminal: the session for profile landing was replaced \
         (AWS_ACCESS_KEY_ID is now ASIAFOREIGNFOREIGN00)\n"
    );
}

#[test]
fn status_says_which_profile_was_set_since() {
    let landing = Landing::new();
    let session = held(&landing);
    for (variables, expected) in [
        (&[("AWS_PROFILE", "landing")][..], &[][..]),
        (&[("AWS_PROFILE", "")], &[]),
        (&[("AWS_PROFILE", "ot\u{9b}her")], &["AWS_PROFILE"]),
        (
            &[("AWS_DEFAULT_PROFILE", "ot\u{9b}her")],
            &["AWS_DEFAULT_PROFILE"],
        ),
        (
            &[
                ("AWS_PROFILE", "landing"),
                ("AWS_DEFAULT_PROFILE", "ot\u{9b}her"),
            ],
            &["AWS_DEFAULT_PROFILE"],
        ),
    ] {
        let terminal = changed(&session, variables);
        let status = landing.awsmfa(["status"]).envs(terminal.clone()).run();
        let told = status.success().stdout.matches("tools may use").count();
        assert_eq!(told, expected.len(), "{}", status.story());
        for name in expected {
            let line = format!("{name} is ot\\u{{9b}}her: tools may use that profile");
            status.says(&line);
        }
        let json = landing.awsmfa(["status", "--json"]).envs(terminal).run();
        let json: serde_json::Value = serde_json::from_str(&json.success().stdout).unwrap();
        let names: Vec<_> = json["other_profiles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|other| {
                assert_eq!(other["profile"], "ot\u{9b}her");
                other["variable"].as_str().unwrap()
            })
            .collect();
        assert_eq!(names, expected);
    }
}

/// Account and region; the end by the clock on the wall, and the same moment for programs.
#[test]
fn status_tells_account_region_and_the_local_time_of_the_end() {
    let landing = Landing::new();
    let mut session = held(&landing);
    session.retain(|(name, _)| name != "AWSMFA_EXPIRES_AT");
    let end = landing.aws.now() / 86_400 * 86_400 + 86_400 + 3_600;
    session.push(("AWSMFA_EXPIRES_AT".to_owned(), end.to_string()));
    for (zone, time) in [
        ("XST-5:30", "06:30:00"),
        ("YST3", "22:00:00"),
        ("UTC0", "01:00:00"),
    ] {
        let status = |arguments: &[&'static str]| {
            landing
                .awsmfa(arguments.iter().copied())
                .envs(session.clone())
                .env("TZ", zone)
                .run()
        };
        let run = status(&["status"]);
        let text = &run.success().stdout;
        assert!(
            text.contains("account     123456789012\n"),
            "{}",
            run.story()
        );
        assert!(text.contains("region      eu-west-1\n"), "{}", run.story());
        assert!(text.contains(&format!(" {time} ")), "{}", run.story());
        let json: serde_json::Value =
            serde_json::from_str(&status(&["status", "--json"]).success().stdout).unwrap();
        assert_eq!(json["account"], "123456789012");
        assert_eq!(json["region"], "eu-west-1");
        assert!(
            json["expiration"].as_str().unwrap().ends_with("T01:00:00Z"),
            "{json}"
        );
        let local = json["expiration_local"].as_str().unwrap();
        assert!(local.contains(&format!("T{time}")), "{json}");
    }
}
