//! `aws-mfa-on --profiles`: the real clients find every profile of the user's files in the terminal,
//! with its own session and without another code.

use super::outages::run_with;
use super::tools::{
    DEFAULTS, SURROUNDINGS, answers, asking, keys, long_term_keys_signed_only_the_login, sdks,
    tools, with_a_program_in_a_path_with_a_blank,
};
use crate::support::home::{Invocation, Run};
use crate::support::landing::{Landing, role};
use crate::support::shells::{BASH, FISH, Shell, ZSH};
use crate::support::stand_in::Fault;

/// A script in a terminal that begins with `aws-mfa-on --profiles WORDS CODE`.
fn script(landing: &Landing, shell: Shell, words: &str, lines: &str) -> Invocation {
    let code = landing.aws.code();
    let login = format!("aws-mfa-on -q --profiles {words} {code}");
    landing
        .script(shell, &format!("{login}\n{lines}"))
        .envs(SURROUNDINGS)
}

/// A line for sh, in whatever shell.
fn sh(line: &str) -> String {
    format!("sh -c '{}'", line.replace('\'', r"'\''"))
}

/// `[default]` has keys, as in the files of most users.
fn with_default_keys() -> Landing {
    let landing = Landing::new();
    let keys = keys(&landing);
    landing.home.write(
        ".aws/credentials",
        format!("[default]\n{keys}[landing]\n{keys}"),
    );
    landing
}

#[track_caller]
fn holds(run: &Run, expected: &str, times: usize) {
    let found = run.success().stdout.matches(expected).count();
    assert_eq!(found, times, "{expected}{}", run.story());
}

#[test]
fn every_client_finds_every_profile() {
    let tools = tools();
    let landing = with_default_keys();
    let named = |name: &str| sh(&asking(&tools, &format!("AWS_PROFILE={name}")));
    let lines = ["dev", "stage", "admin", "landing"].map(named).join("\n");
    let run = script(&landing, BASH, "landing", &lines).run();
    for role in ["dev", "stage", "admin"] {
        holds(&run, &format!(":assumed-role/{role}/"), tools.len());
    }
    holds(&run, ":user/alice", tools.len());
    long_term_keys_signed_only_the_login(&landing.aws);
    assert_eq!(landing.aws.spent().len(), 1, "one code{}", run.story());
}

/// What the terminal was logged in to is what clients without a profile use.
#[test]
fn clients_without_a_profile_use_the_profile_of_the_login() {
    let tools = tools();
    for (profile, expected) in [("dev", ":assumed-role/dev/"), ("landing", ":user/alice")] {
        let landing = with_default_keys();
        let run = script(&landing, BASH, profile, &sh(&asking(&tools, ""))).run();
        for (tool, answer) in answers(&tools, run.success()) {
            assert!(answer.contains(expected), "{tool}: {answer}");
        }
        long_term_keys_signed_only_the_login(&landing.aws);
    }
}

/// The commands of the landing account's users, in each shell, with their files as they are.
#[test]
fn the_aws_cli_lists_the_users_of_a_profile() {
    for shell in [BASH, ZSH, FISH] {
        let landing = Landing::new();
        let lines = "aws iam list-users --profile dev --query 'Users[].UserName' --output text\n\
                     aws configure get role_arn --profile dev\n\
                     aws-mfa-off\n\
                     aws configure get role_arn --profile dev\n\
                     aws iam list-users --profile landing";
        let run = script(&landing, shell, "landing", lines).run();
        run.says("alice\n").complains("AccessDenied");
        let kept = format!("{}\n", role("dev"));
        assert!(run.stdout.ends_with(&kept), "{}", run.story());
        assert_eq!(run.stdout.matches(&kept).count(), 1, "{}", run.story());
        assert_eq!(landing.aws.spent().len(), 1, "one code{}", run.story());
    }
}

/// A profile that is not in the user's files is an error, in all clients that look for it.
#[test]
fn an_unknown_profile_never_leads_to_long_term_keys() {
    let tools = tools();
    let landing = with_default_keys();
    let line = sh(&asking(&tools, "AWS_PROFILE=nobody"));
    let run = script(&landing, BASH, "landing", &line).run();
    for (tool, answer) in answers(&tools, run.success()) {
        let never_asks = ["JavaScript", "Go"].contains(&tool);
        assert!(never_asks || answer.contains("nobody"), "{tool}: {answer}");
    }
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// No setting is lost in a file that is removed later: a tool that writes one fails, and says so.
#[test]
fn aws_configure_does_not_write_into_the_overlay() {
    let landing = Landing::new();
    let before = std::fs::read(landing.home.path().join(".aws/config")).unwrap();
    let code = landing.aws.code();
    let line = format!(
        "{}; aws-mfa-on -q --profiles landing {code}\n\
         aws configure set region eu-north-1 --profile dev; echo status $?\n\
         aws configure set aws_access_key_id AKIALOST --profile dev; echo status $?",
        BASH.load()
    );
    // Root is held up by no file's mode, except without this capability.
    let run = if rustix::process::getuid().is_root() {
        let words = ["--bounding-set", "-dac_override", "bash", "-c", &line];
        landing.home.program("setpriv", words)
    } else {
        landing.home.program("bash", ["-c", &line])
    };
    let run = run.envs(SURROUNDINGS).run();
    assert_eq!(run.stdout.matches("status ").count(), 2, "{}", run.story());
    assert!(!run.stdout.contains("status 0"), "{}", run.story());
    run.complains_times(2, "Permission denied");
    let after = std::fs::read(landing.home.path().join(".aws/config")).unwrap();
    assert_eq!(before, after);
}

/// Each of them would win over the profile in some client. `aws-mfa-off` gives them back.
#[test]
fn variables_from_outside_do_not_win() {
    let tools = tools();
    let landing = with_default_keys();
    let token = landing.home.write("token", "from-outside\n");
    let key = landing.aws.user().keys[0].clone();
    let lines = format!(
        "{}\necho\naws-mfa-off\necho $AWS_WEB_IDENTITY_TOKEN_FILE $AWS_ACCESS_KEY_ID",
        sh(&asking(&tools, "AWS_PROFILE=stage"))
    );
    let run = script(&landing, BASH, "dev", &lines)
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret)
        .env("AWS_PROFILE", "landing")
        .env("AWS_ROLE_ARN", role("dev"))
        .env("AWS_ROLE_SESSION_NAME", "me")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
        .env(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://127.0.0.1:1/left/over",
        )
        .run();
    for (tool, answer) in answers(&tools, run.success()) {
        assert!(answer.contains(":assumed-role/stage/"), "{tool}: {answer}");
    }
    let kept = format!("{} {}\n", token.display(), key.id);
    assert!(run.stdout.ends_with(&kept), "{}", run.story());
    long_term_keys_signed_only_the_login(&landing.aws);
}

/// What `[default]` says is the user's, and not what the terminal was logged in to.
#[test]
fn what_default_says_does_not_win() {
    let tools = sdks();
    for default in DEFAULTS {
        let landing = with_default_keys();
        let filled = default.replace("ROLE", &role("stage"));
        landing.configure(&filled.replace("KEYS\n", &keys(&landing)));
        let line = sh(&asking(&tools, ""));
        let run = script(&landing, BASH, "dev", &line).run();
        for (tool, answer) in answers(&tools, run.success()) {
            let is_right = answer.contains(":assumed-role/dev/");
            assert!(is_right, "{default}{tool}: {answer}");
        }
        long_term_keys_signed_only_the_login(&landing.aws);
    }
}

/// An old Go SDK cannot run a program whose path has a space.
#[test]
fn a_space_in_the_path_of_the_program_does_no_harm() {
    let tools = tools();
    let landing = Landing::new();
    let directory = with_a_program_in_a_path_with_a_blank(&landing);
    let mut path = directory.into_os_string();
    path.push(":");
    path.push(landing.home.variable("PATH"));
    let runtime = landing.home.path().join("my runtime");
    std::fs::create_dir(&runtime).expect("a directory");
    let line = sh(&asking(&tools, "AWS_PROFILE=stage"));
    let run = script(&landing, BASH, "landing", &line)
        .env("PATH", path)
        .env("XDG_RUNTIME_DIR", runtime)
        .run();
    for (tool, answer) in answers(&tools, run.success()) {
        assert!(answer.contains(":assumed-role/stage/"), "{tool}: {answer}");
    }
}

/// STS fails for a while: a tool ends its own work if its `credential_process` fails.
#[test]
fn clients_wait_for_sts_with_the_session_of_the_terminal() {
    let tools = tools();
    let landing = Landing::new();
    landing.aws.outage("AssumeRole", Fault::internal_failure());
    let line = sh(&asking(&tools, "AWS_PROFILE=dev"));
    let run = run_with(
        script(&landing, BASH, "landing", &line),
        || landing.aws.assumed("dev") >= 12,
        || landing.aws.recover(),
    );
    for (tool, answer) in answers(&tools, run.success()) {
        assert!(answer.contains(":assumed-role/dev/"), "{tool}: {answer}");
    }
}

/// A failure that no wait can cure is reported at once.
#[test]
fn clients_do_not_wait_for_a_role_that_aws_refuses() {
    let landing = Landing::new();
    let role = role("nobody");
    landing.configure(&format!(
        "[profile nobody]\nrole_arn = {role}\nsource_profile = landing\n"
    ));
    let tools = sdks();
    let line = sh(&asking(&tools, "AWS_PROFILE=nobody"));
    let run = script(&landing, BASH, "landing", &line).run();
    let answers = answers(&tools, run.success());
    assert!(
        answers["Python"].contains("could not assume the role"),
        "{answers:?}"
    );
    // JavaScript asks twice.
    assert!(landing.aws.assumed("nobody") <= 4, "{}", run.story());
}
