//! What the command finds in its environment, and what is kept from it.

use super::{refresh, script};
use crate::support::home::AWSMFA;
use crate::support::landing::{Landing, role};

#[test]
fn the_command_gets_an_endpoint_and_no_session() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let variables = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CREDENTIAL_FILE",
        "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_SCOPE",
        "AWS_SDK_LOAD_CONFIG",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWSMFA_PROFILE",
        "AWSMFA_ROLE_ARN",
        "AWSMFA_EXPIRES_AT",
        "AWSMFA_BASE_EXPIRES_AT",
        "AWSMFA_ACCESS_KEY_ID",
        "AWSMFA_MFA_SERIAL",
        "AWSMFA_SESSION",
        "AWSMFA_TOKEN_CODE",
        "__awsmfa_base",
        "__awsmfa_off",
    ];
    let run = refresh(&landing, &format!("dev {code}"), &["env"])
        .envs(variables.map(|name| (name, "other")))
        .env("AWSMFA_AGENT", "off")
        .env("ODD", "kept")
        .run();
    run.success()
        .says("\nAWS_REGION=eu-west-1\n")
        .says("\nAWS_DEFAULT_REGION=eu-west-1\n")
        .says("\nODD=kept\n")
        // The socket beside the command is for its profiles too that do without the agent.
        .says("AWSMFA_AGENT=on\n")
        .says("/awsmfa/exec-")
        .says("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:")
        .says("AWS_CONTAINER_AUTHORIZATION_TOKEN=");
    for name in variables {
        let line = format!("{name}=");
        let is_set = run.stdout.lines().any(|other| other.starts_with(&line));
        assert!(!is_set, "{name}: {}", run.story());
    }
}

#[test]
fn the_endpoint_gives_the_roles_session() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = script(&landing, &format!("dev {code}"), "fetch").run();
    run.success()
        .says("HTTP/1.1 200 OK\r\n")
        .says("\"AccessKeyId\":\"ASIA")
        .says("Z\"");
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

/// A role for two hours takes a code of its own elsewhere; here it is an hour at a time.
#[test]
fn a_role_for_longer_than_an_hour_is_renewed_from_the_base_session() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = script(&landing, &format!("long {code}"), "status").run();
    run.success().prints("200\n").keeps_quiet_about("hour");
    let requests = landing.aws.requests();
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole long"]);
    assert_eq!(requests[1].parameter("DurationSeconds"), Some("3600"));
}

/// Roles whose users have no MFA device are renewed as well.
#[test]
fn a_role_without_a_device_needs_no_code() {
    let landing = Landing::new();
    landing.aws.change(|options| {
        options.users[0].devices.clear();
        options.roles[0].trust_needs_mfa = false;
    });
    landing.home.write(
        ".aws/config",
        format!(
            "[profile dev]\nrole_arn = {}\nsource_profile = landing\n",
            role("dev")
        ),
    );
    let run = script(&landing, "dev", "status").run();
    run.success().prints("200\n");
    let calls = landing.calls();
    assert_eq!(
        calls[calls.len() - 2..],
        ["GetSessionToken", "AssumeRole dev"]
    );
}

/// The session that the terminal has serves as the base session.
#[test]
fn the_terminals_session_costs_no_code() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let login = landing.login(&format!("landing {code}")).run();
    let session = crate::support::home::exported(&login.success().stdout);
    let run = script(&landing, "dev", "status")
        .envs(session.clone())
        .run();
    run.success().prints("200\n");
    landing.configure(&format!(
        "[profile env]\nrole_arn = {}\ncredential_source = Environment\n",
        role("dev")
    ));
    let run = script(&landing, "env", "status")
        .envs(session.clone())
        .run();
    run.success().prints("200\n");
    let run = script(&landing, "landing", "status").envs(session).run();
    run.success().prints("200\n");
    assert_eq!(
        landing.calls(),
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"]
    );
}

/// A profile that does without the agent is served as well: what is beside the command is another one.
#[test]
fn a_profile_without_the_agent_is_served_too() {
    let landing = Landing::new();
    landing.configure("[profile apart]\nsource_profile = landing\nmfa_agent = off\n");
    landing.configure(&format!("role_arn = {}\n", role("dev")));
    let code = landing.aws.code();
    let words = ["sh", "-c", "awsmfa credentials apart --wait 0s"];
    let run = refresh(&landing, &format!("landing {code}"), &words).run();
    run.success().says("SessionToken");
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
    let words = [
        "sh",
        "-c",
        "AWSMFA_AGENT=off awsmfa credentials apart --wait 0s",
    ];
    landing.aws.wait_for_room();
    let code = landing.aws.code_in(1);
    let run = refresh(&landing, &format!("landing {code}"), &words).run();
    run.failure(1).complains("no source gave an MFA code");
}

/// A note says what `[default]` has; it cannot sign. Every profile has its own account.
#[test]
fn named_profiles_are_served_by_the_same_process() {
    let landing = Landing::new();
    let file = landing.home.path().join(".aws/credentials");
    let keys = std::fs::read_to_string(&file).expect("the keys");
    landing.home.write(
        ".aws/credentials",
        format!("{keys}{}", keys.replace("landing", "default")),
    );
    let code = landing.aws.code();
    let run = script(
        &landing,
        &format!("dev {code}"),
        "echo \"$AWS_CONFIG_FILE\"; ls -l \"${AWS_CONFIG_FILE%/*}\"; cat \"$AWS_CONFIG_FILE\" \"$AWS_SHARED_CREDENTIALS_FILE\"\n\
         for profile in dev stage admin landing; do awsmfa credentials $profile | tr , '\\n' | grep AccountId; done",
    )
    .run();
    run.success()
        .says("credential_process = ")
        .says("\nsrw------- ")
        .complains("[default] aws_access_key_id is hidden from the command, which gets sessions of profile dev");
    for secret in ["aws_access_key_id", "aws_secret_access_key", "role_arn"] {
        assert!(!run.stdout.contains(secret), "{}", run.story());
    }
    assert_eq!(
        run.stdout.matches("123456789012").count(),
        4,
        "{}",
        run.story()
    );
    let expected = [
        "GetSessionToken+code",
        "AssumeRole dev",
        "AssumeRole stage",
        "AssumeRole dev",
        "AssumeRole admin",
    ];
    assert_eq!(landing.calls(), expected);
    let overlay = run.stdout.lines().next().expect("its path");
    let directory = std::path::Path::new(overlay)
        .parent()
        .expect("its directory");
    assert!(!directory.exists(), "{overlay} is left");
}

/// The overlay cannot be written, as on a full disk: nothing stays of it, and no code is spent.
#[test]
fn a_full_disk_costs_no_code() {
    let landing = Landing::new();
    let line = format!(
        "trap '' XFSZ; ulimit -f 0; exec '{AWSMFA}' exec --refresh landing {} -- true",
        landing.aws.code()
    );
    let run = landing.home.program("sh", ["-c", &line]).run();
    run.failure(1)
        .complains("could not let tools use the profiles: File too large");
    assert!(landing.calls().is_empty());
    let runtime = landing.home.path().join("awsmfa");
    let left = std::fs::read_dir(runtime).expect("the directory");
    let names: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
    assert!(names.is_empty(), "{names:?}");
}
