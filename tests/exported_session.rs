//! A session without a role that the terminal has exported is a base session: roles are assumed with
//! it, and no code is needed.

use crate::support::home::Invocation;
use crate::support::landing::{Landing, role};
use crate::support::shells::BASH;

/// A terminal with the session of `profile`, where nothing can be asked and nothing computed.
fn after_login(landing: &Landing, profile: &str, lines: &str) -> Invocation {
    let code = landing.aws.code();
    landing.script(BASH, &format!("aws-mfa-on -q {profile} {code}\n{lines}"))
}

const SHOW: &str = "sh -c 'echo $AWSMFA_PROFILE $AWSMFA_ROLE_ARN $AWSMFA_MFA_SERIAL'";

#[test]
fn exec_assumes_roles_with_the_exported_session() {
    let landing = Landing::new();
    let lines = format!(
        "awsmfa exec dev -- {SHOW}\nawsmfa exec --each stage,admin,landing -- {SHOW}\n\
         echo $AWSMFA_PROFILE $AWSMFA_ROLE_ARN"
    );
    let run = after_login(&landing, "landing", &lines).run();
    let device = "arn:aws:iam::123456789012:mfa/alice";
    let expected = format!(
        "dev {} {device}\nstage {} {device}\nadmin {} {device}\nlanding {device}\nlanding\n",
        role("dev"),
        role("stage"),
        role("admin")
    );
    run.success().prints(&expected);
    assert_eq!(run.stderr.matches("lasts an hour at most").count(), 1);
    let expected = [
        "GetSessionToken+code",
        "AssumeRole dev",
        "AssumeRole stage",
        "AssumeRole dev",
        "AssumeRole admin",
    ];
    assert_eq!(landing.calls(), expected);
}

/// Without the snippet the shell hands no base session over.
#[test]
fn env_assumes_roles_with_the_exported_session() {
    let landing = Landing::new();
    let code = landing.aws.code();
    landing
        .script(
            BASH,
            &format!("eval \"$(awsmfa env landing {code})\"\neval \"$(awsmfa env dev)\""),
        )
        .run()
        .success();
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

/// The keys of the profile that it was made for may come from a command.
#[test]
fn keys_from_the_same_command_are_the_same_keys() {
    let landing = Landing::new();
    let user = landing.aws.user();
    let (key, device) = (&user.keys[0], &user.devices[0].serial_number);
    let json = format!(
        "{{\"Version\": 1, \"AccessKeyId\": \"{}\", \"SecretAccessKey\": \"{}\"}}",
        key.id, key.secret
    );
    let json = landing.home.write("keys.json", json);
    landing.configure(&format!(
        "[profile vault]\ncredential_process = cat {}\nmfa_serial = {device}\n\
         [profile vault-dev]\nrole_arn = {}\nsource_profile = vault\n",
        json.display(),
        role("dev")
    ));
    let run = after_login(&landing, "vault", "awsmfa exec vault-dev -- true").run();
    run.success();
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

/// Whose session signs is whose keys the profile has: nobody else's, however alike.
#[test]
fn an_exported_session_never_signs_for_other_keys_or_another_device() {
    for profile in [
        "bob-dev",
        "bob",
        "bob-dev --mfa-serial arn:aws:iam::123456789012:mfa/alice",
        "dev --mfa-serial arn:aws:iam::123456789012:mfa/alice-2",
    ] {
        let landing = Landing::of_two_users();
        let lines = format!("awsmfa exec {profile} -- true");
        let run = after_login(&landing, "landing", &lines).run();
        run.failure(1).complains("no source gave an MFA code");
        assert_eq!(landing.calls(), ["GetSessionToken+code"], "{profile}");
    }
}

#[test]
fn only_a_valid_awsmfa_session_without_a_role_is_a_base_session() {
    for (lines, why) in [
        ("export AWS_ACCESS_KEY_ID=ASIAOTHER", "another tool's keys"),
        ("unset AWS_SESSION_TOKEN", "no session"),
        ("export AWSMFA_EXPIRES_AT=1", "over"),
        (
            "export AWSMFA_EXPIRES_AT=$(($(date +%s) + 590))",
            "about to end",
        ),
        ("export AWSMFA_PROFILE=bob", "a profile with other keys"),
        ("export AWSMFA_PROFILE=gone", "a profile that is not there"),
    ] {
        let landing = Landing::of_two_users();
        let lines = format!("{lines}\nawsmfa exec dev -- true");
        let run = after_login(&landing, "landing", &lines).run();
        run.failure(1).complains("no source gave an MFA code");
        assert_eq!(landing.calls(), ["GetSessionToken+code"], "{why}");
    }
    let landing = Landing::new();
    let run = after_login(&landing, "dev", "awsmfa exec stage -- true").run();
    run.failure(1).complains("no source gave an MFA code");
}

/// A code that is given is used, and so is the one of a role for longer than an hour.
#[test]
fn an_exported_session_does_not_replace_a_given_code() {
    let landing = Landing::new();
    let next = landing.aws.code_in(1);
    let lines = format!("awsmfa exec dev {next} -- true");
    after_login(&landing, "landing", &lines).run().success();
    let expected = [
        "GetSessionToken+code",
        "GetSessionToken+code",
        "AssumeRole dev",
    ];
    assert_eq!(landing.calls(), expected);
    for flags in [
        "long",
        "dev --duration 2h",
        "landing --force",
        "landing --duration 20h",
    ] {
        let landing = Landing::new();
        let lines = format!("awsmfa exec {flags} -- true");
        let run = after_login(&landing, "landing", &lines).run();
        run.failure(1).complains("no source gave an MFA code");
        assert_eq!(landing.calls(), ["GetSessionToken+code"], "{flags}");
    }
}

/// Where AWS does not take it any more, a code makes another.
#[test]
fn a_refused_exported_session_is_replaced() {
    let landing = Landing::new();
    let next = landing.aws.code_in(1);
    landing
        .home
        .write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let lines = format!(
        "export AWS_ACCESS_KEY_ID=ASIAGONEGONEGONEGONE AWSMFA_ACCESS_KEY_ID=ASIAGONEGONEGONEGONE\n\
         awsmfa exec dev --source process,prompt -- true\nawsmfa exec dev {next} -- true"
    );
    let run = after_login(&landing, "landing", &lines).run();
    run.success().complains("no source gave an MFA code");
    let calls = landing.calls();
    let expected = ["GetSessionToken+code", "AssumeRole dev"];
    assert_eq!(calls[calls.len() - 2..], expected, "{}", run.story());
}

/// Without a configured device AWS says whose it is: it must be the one of the session.
#[test]
fn a_device_that_aws_names_is_the_sessions_own() {
    let landing = Landing::of_two_users();
    let config = std::fs::read_to_string(landing.home.path().join(".aws/config"));
    let config = config.expect("the config");
    let lines = config
        .lines()
        .filter(|line| !line.starts_with("mfa_serial"));
    landing
        .home
        .write(".aws/config", lines.collect::<Vec<_>>().join("\n"));
    // The same names, but the keys are bob's.
    let credentials = std::fs::read_to_string(landing.home.path().join(".aws/credentials"));
    let swapped = credentials
        .expect("the credentials")
        .replace("[landing]", "[other]")
        .replace("[bob]", "[landing]");
    let swapped = landing.home.write("swapped", swapped);
    let lines = format!(
        "awsmfa exec dev -- true && export AWS_SHARED_CREDENTIALS_FILE={}\n\
         awsmfa exec dev -- true",
        swapped.display()
    );
    let run = after_login(&landing, "landing", &lines).run();
    run.failure(1).complains("no source gave an MFA code");
    let expected = [
        "GetCallerIdentity",
        "GetSessionToken+code",
        "GetCallerIdentity",
        "AssumeRole dev",
        "GetCallerIdentity",
    ];
    assert_eq!(landing.calls(), expected, "{}", run.story());
}
