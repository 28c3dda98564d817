//! `aws-mfa-on --profiles`: tools use every profile of the user's files, with one code.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::home::Run;
use crate::support::landing::{Landing, role};
use crate::support::shells::{BASH, SHELLS, Shell};
use crate::support::tools::VENV;

/// A line that prints a client's idea of who it is.
const WHO: &str = "sts get-caller-identity --query Arn --output text";

/// `aws-mfa-on --profiles PROFILE` with a code, then these lines.
fn in_terminal(landing: &Landing, shell: Shell, profile: &str, lines: &str) -> Run {
    let [on, _] = shell.functions();
    let code = landing.aws.code();
    let lines = format!("{on} -q --profiles {profile} {code}\n{lines}");
    landing.script(shell, &lines).run()
}

fn assumed(role: &str) -> String {
    format!("arn:aws:sts::123456789012:assumed-role/{role}/")
}

/// What people write about landing accounts, to the letter.
#[test]
fn one_code_opens_every_profile_in_every_shell() {
    for shell in SHELLS {
        let landing = Landing::new();
        let [on, off] = shell.functions();
        let lines = format!(
            "aws iam list-users --profile dev --query 'Users[0].UserName' --output text\n\
             env AWS_PROFILE=stage aws {WHO}\naws {WHO} --profile admin\naws {WHO}\n\
             {on} -q dev\naws {WHO}\naws {WHO} --profile landing\n{off}\n\
             env | grep -c -e ^AWSMFA -e ^AWS_PROFILE -e _FILE\naws s3 ls --profile landing"
        );
        let run = in_terminal(&landing, shell, "landing", &lines);
        let lines: Vec<_> = run.stdout.lines().collect();
        let user = "arn:aws:iam::123456789012:user/alice".to_owned();
        let expected = [
            "alice".to_owned(),
            assumed("stage"),
            assumed("admin"),
            user.clone(),
            assumed("dev"),
            user,
            "0".to_owned(),
        ];
        assert_eq!(lines.len(), expected.len(), "{}", run.story());
        for (line, expected) in lines.iter().zip(&expected) {
            assert!(
                line.starts_with(expected),
                "{shell:?} {expected}{}",
                run.story()
            );
        }
        // Without a session, MFA is still asked for.
        run.complains("AccessDenied");
        let codes = landing
            .calls()
            .iter()
            .filter(|call| call.contains("code"))
            .count();
        assert_eq!(codes, 1, "{:?}", landing.calls());
    }
}

#[test]
fn boto3_and_terraform_use_every_profile() {
    let landing = Landing::new();
    landing.home.write(
        "who.py",
        "import boto3, sys\n\
         for name in sys.argv[1:]:\n    \
         print(boto3.Session(profile_name=name).client('sts').get_caller_identity()['Arn'])\n\
         print(boto3.client('sts').get_caller_identity()['Arn'])\n",
    );
    let run = in_terminal(
        &landing,
        BASH,
        "dev",
        &format!("{VENV}/python who.py landing stage admin"),
    );
    let lines: Vec<_> = run.success().stdout.lines().collect();
    assert_eq!(lines[0], "arn:aws:iam::123456789012:user/alice");
    for (line, name) in lines[1..].iter().zip(["stage", "admin", "dev"]) {
        assert!(line.starts_with(&assumed(name)), "{}", run.story());
    }
}

/// Long-term keys in `[default]`, a role in `[default]`, and keys in the config file: none of them
/// signs.
#[test]
fn long_term_keys_never_sign() {
    let landing = Landing::new();
    let key = landing.aws.user().keys[0].clone();
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.id, key.secret
    );
    landing.home.write(
        ".aws/credentials",
        format!("[default]\n{keys}[landing]\n{keys}[stage]\n{keys}"),
    );
    landing.configure(&format!(
        "[default]\n{keys}role_arn = {}\nsource_profile = landing\n",
        role("dev")
    ));
    let lines = format!(
        "aws {WHO} --profile default\naws {WHO} --profile stage\nenv -u AWS_PROFILE aws {WHO}\naws {WHO}"
    );
    let run = in_terminal(&landing, BASH, "landing", &lines);
    assert_eq!(run.success().stdout.lines().count(), 4);
    let requests = landing.aws.requests();
    let whose = requests
        .iter()
        .filter(|request| request.action == "GetCallerIdentity");
    for request in whose {
        assert_ne!(request.access_key_id, key.id, "{}", run.story());
    }
}

#[test]
fn the_overlay_has_no_secret_and_no_tool_writes_into_it() {
    let landing = Landing::new();
    let lines = "cat $AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE\nenv | grep ^AWS";
    let run = in_terminal(&landing, BASH, "dev", lines);
    let overlay = landing.home.path().join("awsmfa");
    let directory = std::fs::read_dir(&overlay).unwrap().flatten();
    let directory = directory
        .map(|entry| entry.path())
        .find(|path| path.is_dir())
        .unwrap();
    let mode = |name: &str| {
        directory
            .join(name)
            .metadata()
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        [mode("config"), mode("credentials"), mode(".")],
        [0o400, 0o400, 0o700]
    );
    let key = &landing.aws.user().keys[0];
    let (before, _) = run.success().stdout.split_once("AWS_").unwrap();
    for secret in [
        &key.secret,
        &key.id,
        &"role_arn".to_owned(),
        &"mfa_serial".to_owned(),
    ] {
        assert!(!before.contains(secret.as_str()), "{secret}{}", run.story());
    }
    run.says("[profile stage]\ncredential_process = ")
        .says("/awsmfa credentials stage --wait 50s\n");
}
