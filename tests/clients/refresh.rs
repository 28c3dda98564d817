//! Real clients under `exec --refresh`: whatever lies in the user's files and environment, each
//! signs with the session of the profile that was meant, and long-term keys sign nothing.

use super::tools::{
    Answers, DEFAULTS, Tool, answers, asking, keys, long_term_keys_signed_only_the_login,
    refreshed, sdks, tools, with_a_program_in_a_path_with_a_blank,
};
use crate::support::landing::{Landing, role};
use crate::support::stand_in::Signer;

/// Panics unless all of them hold a session of this role.
#[track_caller]
fn all_hold(role: &str, answers: &Answers) {
    for (tool, answer) in answers {
        assert!(
            answer.contains(&format!(":assumed-role/{role}/")),
            "{tool}: {answer}"
        );
    }
}

/// `[default]` wins over every endpoint, silently, if the clients can see it.
#[test]
fn what_default_says_does_not_win() {
    let tools = sdks();
    for default in DEFAULTS {
        for file in [".aws/config", ".aws/credentials"] {
            let landing = Landing::new();
            let text = std::fs::read_to_string(landing.home.path().join(file)).unwrap();
            let default = default.replace("ROLE", &role("stage"));
            let default = default.replace("KEYS\n", &keys(&landing));
            landing.home.write(file, text + &default);
            let run = refreshed(&landing, &["dev"], &asking(&tools, "")).run();
            all_hold("dev", &answers(&tools, run.success()));
            long_term_keys_signed_only_the_login(&landing.aws);
        }
    }
}

/// The keys of the user whose only profile is `[default]`: the session is his, not the keys.
#[test]
fn the_default_profile_itself_is_served() {
    let tools = tools();
    let landing = Landing::new();
    landing
        .home
        .write(".aws/credentials", format!("[default]\n{}", keys(&landing)));
    landing.home.write(
        ".aws/config",
        format!("[default]\nmfa_serial = {}\n", landing.aws.serial()),
    );
    let run = refreshed(&landing, &[], &asking(&tools, "")).run();
    for (tool, answer) in answers(&tools, run.success()) {
        assert_eq!(answer, landing.aws.user().arn(), "{tool}");
    }
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// All of them at once: each alone would win over the endpoint, or break it.
#[test]
fn variables_from_outside_do_not_win() {
    let landing = Landing::new();
    let tools = tools();
    let key = landing.aws.user().keys[0].clone();
    let token = landing.home.write("token", "from-outside\n");
    let run = refreshed(&landing, &["dev"], &asking(&tools, ""))
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret)
        .env("AWS_PROFILE", "stage")
        .env("AWS_DEFAULT_PROFILE", "stage")
        .env("AWS_ROLE_ARN", role("stage"))
        .env("AWS_ROLE_SESSION_NAME", "me")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
        .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/left/over")
        .env(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://127.0.0.1:1/left/over",
        )
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "from-outside")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token)
        .env("AWS_CREDENTIAL_FILE", &token)
        .env("AWS_ACCOUNT_ID", "999999999999")
        .run();
    all_hold("dev", &answers(&tools, run.success()));
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// The session of an earlier login in the terminal, which is over by now.
#[test]
fn a_session_of_the_terminal_does_not_win() {
    let landing = Landing::new();
    let tools = sdks();
    let run = refreshed(&landing, &["dev"], &asking(&tools, ""))
        .env("AWS_ACCESS_KEY_ID", "ASIAOVER")
        .env("AWS_SECRET_ACCESS_KEY", "over")
        .env("AWS_SESSION_TOKEN", "over")
        .env("AWS_SECURITY_TOKEN", "over")
        .env("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
        .run();
    all_hold("dev", &answers(&tools, run.success()));
}

/// A named profile, without another code: its own role, never silently the endpoint's.
#[test]
fn each_named_profile_gets_its_own_session() {
    let landing = Landing::new();
    let tools = tools();
    let named = |name: &str| asking(&tools, &format!("AWS_PROFILE={name}"));
    let script = ["stage", "admin", "landing"].map(named).join("\necho\n");
    let run = refreshed(&landing, &["dev"], &script).run();
    let parts: Vec<_> = run
        .success()
        .stdout
        .split("\n\n")
        .map(str::to_owned)
        .collect();
    assert_eq!(parts.len(), 3, "{}", run.story());
    for (part, expected) in parts.iter().zip([
        ":assumed-role/stage/",
        ":assumed-role/admin/",
        ":user/alice",
    ]) {
        let right = part.matches(expected).count();
        assert_eq!(right, tools.len(), "{expected}{}", run.story());
    }
    long_term_keys_signed_only_the_login(&landing.aws);
    assert_eq!(landing.aws.spent().len(), 1, "one code");
}

/// Python and the AWS CLI say that the profile is unknown. The SDKs for JavaScript and Go never ask
/// for it, whoever serves the endpoint: at least they do not find long-term keys.
#[test]
fn an_unknown_profile_never_leads_to_long_term_keys() {
    let landing = Landing::new();
    landing.home.write(
        ".aws/credentials",
        format!("[default]\n{0}[landing]\n{0}", keys(&landing)),
    );
    let tools = tools();
    let run = refreshed(&landing, &["dev"], &asking(&tools, "AWS_PROFILE=nobody")).run();
    for (tool, answer) in answers(&tools, run.success()) {
        let never_asks = ["JavaScript", "Go"].contains(&tool);
        assert!(never_asks || answer.contains("nobody"), "{tool}: {answer}");
    }
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// Files with other names, in directories with blanks; and a program in one, whose path an old Go
/// SDK cannot run.
#[test]
fn blanks_in_paths_do_no_harm() {
    let landing = Landing::new();
    let tools = tools();
    let aws = landing.home.path().join(".aws");
    let [config, credentials] = ["config", "credentials"].map(|name| {
        let text = std::fs::read(aws.join(name)).expect("a file of Landing");
        std::fs::remove_file(aws.join(name)).expect("a file of Landing");
        landing.home.write(&format!("my files/the {name}"), text)
    });
    let runtime = landing.home.path().join("my runtime");
    std::fs::create_dir(&runtime).expect("a directory");
    let program = with_a_program_in_a_path_with_a_blank(&landing).join("awsmfa");
    let code = landing.aws.code();
    let run = landing
        .home
        .program(
            &program,
            ["exec", "--refresh", "-q", "-c", &code, "dev", "--"],
        )
        .arguments(["sh", "-c", &asking(&tools, "AWS_PROFILE=stage")])
        .env("AWS_REGION", "eu-west-1")
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("AWS_CONFIG_FILE", &config)
        .env("AWS_SHARED_CREDENTIALS_FILE", &credentials)
        .run();
    all_hold("stage", &answers(&tools, run.success()));
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// However many tools want the role, it is assumed once.
#[test]
fn five_tools_at_once_need_one_code_and_one_role_session() {
    let landing = Landing::new();
    let mut tools = tools();
    tools.push(Tool {
        name: "another",
        line: tools[0].line.clone(),
    });
    let run = refreshed(&landing, &["dev"], &asking(&tools, "")).run();
    all_hold("dev", &answers(&tools, run.success()));
    assert_eq!(landing.codes(), 1);
    assert_eq!(landing.aws.assumed("dev"), 1);
    let signers = landing
        .aws
        .requests()
        .into_iter()
        .map(|request| request.signer);
    assert_eq!(
        signers
            .filter(|signer| *signer == Signer::Role("dev".to_owned()))
            .count(),
        tools.len()
    );
}

/// AWS CLI in Python's terms: `--profile`, which wins over all variables.
#[test]
fn the_aws_cli_lists_users_of_a_named_profile() {
    let landing = Landing::new();
    let script = "aws iam list-users --profile stage --query 'Users[].UserName' --output text; \
                  aws sts get-caller-identity --profile landing --query Arn --output text";
    let run = refreshed(&landing, &["dev"], script).run();
    run.success()
        .prints(&format!("alice\n{}\n", landing.aws.user().arn()));
    long_term_keys_signed_only_the_login(&landing.aws);
}
