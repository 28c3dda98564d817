//! The base sessions of a terminal: one per pair of keys and device.

use crate::support::landing::Landing;
use crate::support::shells::{BASH, SHELLS};

#[test]
fn switching_between_two_users_takes_one_code_each() {
    for shell in SHELLS {
        let landing = Landing::of_two_users();
        let ([on, _], code) = (shell.functions(), landing.aws.code());
        let run = landing
            .script(
                shell,
                &format!(
                    "{on} -q dev {code}\n{on} -q bob-dev {code}\n{on} -q stage\n{on} -q bob-dev\n\
                     {on} -q landing\n{on} -q bob\nenv | grep -c __awsmfa_base\n\
                     echo \"$AWSMFA_PROFILE $AWSMFA_MFA_SERIAL\""
                ),
            )
            .run();
        run.prints("0\nbob arn:aws:iam::123456789012:mfa/bob\n");
        let expected = [
            "GetSessionToken+code",
            "AssumeRole dev",
            "GetSessionToken+code",
            "AssumeRole dev",
            "AssumeRole stage",
            "AssumeRole dev",
        ];
        assert_eq!(landing.calls(), expected, "{shell:?}{}", run.story());
    }
}

/// A role is assumed with the session of its own user, whoever was there last.
#[test]
fn each_role_is_signed_by_its_own_user() {
    let landing = Landing::of_two_users();
    let code = landing.aws.code();
    landing
        .script(
            BASH,
            &format!(
                "aws-mfa-on -q dev {code}; aws-mfa-on -q bob-dev {code}; aws-mfa-on -q landing\n\
                 aws sts get-caller-identity\naws-mfa-on -q bob; aws sts get-caller-identity"
            ),
        )
        .run()
        .success();
    let requests = landing.aws.requests();
    let signers: Vec<_> = requests
        .iter()
        .filter(|request| request.action == "GetCallerIdentity")
        .map(|request| request.access_key_id.clone())
        .collect();
    let alice = &requests[1].access_key_id;
    let bob = &requests[3].access_key_id;
    assert_ne!(alice, bob);
    assert_eq!([alice, bob], [&signers[0], &signers[1]]);
}

/// `long` is assumed with a code of its own. What was there for other roles stays.
#[test]
fn a_role_for_longer_than_an_hour_keeps_the_base_session() {
    for shell in SHELLS {
        let landing = Landing::new();
        let [on, _] = shell.functions();
        let (code, next) = (landing.aws.code(), landing.aws.code_in(1));
        let run = landing
            .script(
                shell,
                &format!(
                    "{on} -q dev {code}\n{on} -q long {next}\nenv | grep AWSMFA_BASE_EXPIRES_AT\n{on} -q stage"
                ),
            )
            .run();
        // `long` itself does not depend on it, so the prompt must not count to its end.
        run.success().prints("");
        let expected = [
            "GetSessionToken+code",
            "AssumeRole dev",
            "AssumeRole+code long",
            "AssumeRole stage",
        ];
        assert_eq!(landing.calls(), expected, "{shell:?}{}", run.story());
    }
}

/// The prompt counts to the end of the base session that the role was assumed with.
#[test]
fn the_shown_end_is_that_of_the_roles_own_base_session() {
    let landing = Landing::of_two_users();
    let code = landing.aws.code();
    let login = |words: &[&str], hours: &str, base: &str| {
        let words = ["env", "--shell", "sh"].iter().chain(words);
        let run = landing
            .awsmfa(words.copied())
            .env("AWS_SESSION_TOKEN_TTL", hours)
            .env("__awsmfa_base", base)
            .run();
        let end: u64 = run
            .exports("AWSMFA_BASE_EXPIRES_AT")
            .parse()
            .expect("a number");
        (end.abs_diff(landing.aws.now()) / 3600, run.base_sessions())
    };
    let (end, base) = login(&["dev", &code], "20h", "");
    assert!((19..=20).contains(&end), "{end}");
    let (end, base) = login(&["bob-dev", &code], "10h", &base);
    assert!((9..=10).contains(&end), "{end}");
    let (end, _) = login(&["stage"], "", &base);
    assert!((19..=20).contains(&end), "{end}");
}

/// Where AWS refuses one, a code makes another and the others stay.
#[test]
fn a_refused_base_session_leaves_the_others() {
    let landing = Landing::of_two_users();
    let login = |words: &[&str], base: &str| {
        let words = ["env", "--shell", "sh"].iter().chain(words);
        let run = landing.awsmfa(words.copied()).env("__awsmfa_base", base);
        run.run()
    };
    let code = landing.aws.code();
    let alices = login(&["dev", &code], "").base_sessions();
    let both = login(&["bob-dev", &code], &alices).base_sessions();
    let alices_id = alices.split(' ').nth(1).expect("a key id");
    let gone = both.replace(alices_id, "ASIAGONEGONEGONEGONE");
    login(&["stage"], &gone)
        .failure(1)
        .complains("no source gave an MFA code");
    let next = landing.aws.code_in(1);
    let renewed = login(&["stage", &next], &gone).base_sessions();
    assert!(!renewed.contains("ASIAGONE"), "{renewed}");
    let before = landing.calls().len();
    login(&["bob-dev"], &renewed).success();
    login(&["dev"], &renewed).success();
    assert_eq!(
        landing.calls()[before..],
        ["AssumeRole dev", "AssumeRole dev"]
    );
}

/// The snippets hand it to `env` alone, but whoever hands it to `exec` needs no code there either.
#[test]
fn exec_uses_a_base_session_and_does_not_pass_it_on() {
    let landing = Landing::of_two_users();
    let code = landing.aws.code();
    let lines = format!(
        "aws-mfa-on -q bob-dev {code}; aws-mfa-on -q dev {code}\n\
         __awsmfa_base=$__awsmfa_base awsmfa exec stage -- env\n\
         __awsmfa_base=$__awsmfa_base awsmfa exec --each stage,bob-dev -- env"
    );
    let run = landing.script(BASH, &lines).run();
    assert!(
        !run.success().stdout.contains("__awsmfa_base"),
        "{}",
        run.story()
    );
    let expected = ["AssumeRole stage", "AssumeRole stage", "AssumeRole dev"];
    assert_eq!(landing.calls()[4..], expected, "{}", run.story());
}
