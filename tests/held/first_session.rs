//! `credential_source = Environment`: the session that the terminal had first signs, and no other.

use super::held;
use crate::support::home::exported;
use crate::support::landing::{Landing, role};
use crate::support::shells::SHELLS;

/// With a session whose end nobody tells, the session that the terminal had first signs for every role.
#[test]
fn the_terminals_first_session_signs_for_every_role() {
    for shell in SHELLS {
        let landing = Landing::new();
        for name in ["dev", "stage"] {
            let external = if name == "stage" {
                "external_id = 42\n"
            } else {
                ""
            };
            landing.configure(&format!(
                "[profile env-{name}]\nrole_arn = {}\ncredential_source = Environment\n{external}",
                role(name)
            ));
        }
        let session = held(&landing);
        let own = [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ];
        let session: Vec<_> = session
            .into_iter()
            .filter(|(name, _)| own.contains(&name.as_str()))
            .collect();
        let [on, _] = shell.functions();
        let code = landing.aws.code_in(1);
        let lines = format!(
            "{on} env-dev\n{on} env-stage\n{on} env-dev --force\n{on} --force\n{on} landing {code}\n\
             {on} env-stage\necho $AWSMFA_PROFILE"
        );
        let run = landing.script(shell, &lines).envs(session.clone()).run();
        run.success().prints("env-stage\n");
        let requests = landing.aws.requests();
        let roles = requests
            .iter()
            .filter(|request| request.action == "AssumeRole");
        let signers: Vec<_> = roles
            .map(|request| request.access_key_id.as_str())
            .collect();
        let first = session
            .iter()
            .find(|(name, _)| name == "AWS_ACCESS_KEY_ID")
            .unwrap();
        assert_eq!(signers, [first.1.as_str(); 5], "{}", run.story());
    }
}

/// An account with a role that the session of the variables assumes, and such a session.
fn with_a_first_session() -> (Landing, Vec<(String, String)>) {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile env-dev]\nrole_arn = {}\ncredential_source = Environment\n",
        role("dev")
    ));
    let mut session = held(&landing);
    session.retain(|(name, _)| name.starts_with("AWS_"));
    (landing, session)
}

/// A login takes the first session's place in the variables; it signs all the same.
#[test]
fn the_terminals_first_session_signs_after_another_login() {
    for shell in SHELLS {
        for (login, signers_between) in [("landing", 0), ("long", 1)] {
            let (landing, session) = with_a_first_session();
            let first = session
                .iter()
                .find(|(name, _)| name == "AWS_ACCESS_KEY_ID")
                .map(|(_, id)| id.clone());
            let [on, _] = shell.functions();
            let code = landing.aws.code_in(1);
            let lines = format!("{on} {login} {code}\n{on} env-dev");
            let run = landing.script(shell, &lines);
            let run = run.envs(session).run();
            run.success();
            let requests = landing.aws.requests().into_iter();
            let signers: Vec<_> = requests
                .filter(|request| request.action == "AssumeRole")
                .map(|request| Some(request.access_key_id))
                .skip(signers_between)
                .collect();
            assert_eq!(signers, [first], "{}", run.story());
        }
    }
}

/// A program that the shell does not hand the first session to must not sign with the role instead.
#[test]
fn without_the_first_session_no_role_is_assumed_with_another() {
    let (landing, mut session) = with_a_first_session();
    for end in [true, false] {
        session.retain(|(name, _)| end || name != "AWS_CREDENTIAL_EXPIRATION");
        let login = landing.login("env-dev").envs(session.clone()).run();
        let role = exported(&login.success().stdout);
        let calls = landing.calls().len();
        let arguments = ["env", "--shell", "sh", "env-dev", "--force"];
        let run = landing.awsmfa(arguments).envs(role).run();
        run.failure(1)
            .complains("the session that the terminal had first");
        assert_eq!(landing.calls().len(), calls, "{}", run.story());
    }
}
