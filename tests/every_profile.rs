//! `aws-mfa-on --profiles`: tools use every profile of the user's files, with one code.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::agent::Agent;
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
             env AWS_PROFILE=stage aws {WHO}\naws {WHO}\n\
             {on} -q dev\naws {WHO}\n{off}\n\
             env | grep -c -e ^AWSMFA -e ^AWS_PROFILE -e _FILE\naws s3 ls --profile landing"
        );
        let run = in_terminal(&landing, shell, "landing", &lines);
        let lines: Vec<_> = run.stdout.lines().collect();
        let user = "arn:aws:iam::123456789012:user/alice".to_owned();
        let expected = [
            "alice".to_owned(),
            assumed("stage"),
            user,
            assumed("dev"),
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
        assert_eq!(landing.codes(), 1, "{:?}", landing.calls());
    }
}

#[test]
fn boto3_uses_every_profile() {
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

/// A cleaner may remove a directory of `/tmp`, and another user make one of the same name. (macOS has a
/// temporary directory for each user.)
#[test]
#[cfg(target_os = "linux")]
fn without_a_runtime_directory_the_overlay_is_in_the_home() {
    let user = rustix::process::geteuid().as_raw();
    if std::path::Path::new(&format!("/run/user/{user}")).exists() {
        return;
    }
    let landing = Landing::new();
    let code = landing.aws.code();
    let lines = format!(
        "umask 022\naws-mfa-on -q --profiles landing {code}\necho $AWS_CONFIG_FILE\n\
         aws {WHO} --profile dev"
    );
    let script = landing.script(BASH, &lines);
    let script = script
        .env("XDG_RUNTIME_DIR", "")
        .env("TMPDIR", landing.home.path());
    let run = script.run();
    let state = landing.home.path().join(".local/state/awsmfa");
    run.success()
        .says(&format!("{}/profiles-", state.display()))
        .says(&assumed("dev"));
    assert_eq!(
        state.metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );

    std::fs::remove_dir_all(landing.home.path().join(".local")).unwrap();
    landing.home.write(".local", "");
    let script = landing.login("--profiles landing");
    let run = script.env("XDG_RUNTIME_DIR", "").run();
    run.failure(1)
        .complains("could not let tools use the profiles: ")
        .complains(".local/state/awsmfa cannot be used: Not a directory")
        .complains("awsmfa: hint: let XDG_RUNTIME_DIR name a directory");
}

/// As another user where root runs the tests: root may write everything.
#[test]
fn aws_configure_fails() {
    let landing = Landing::new();
    let script = "aws configure set region us-west-2 --profile dev && echo written\n\
                  aws configure set aws_access_key_id AKIA --profile dev && echo written\n";
    let run = in_terminal(
        &landing,
        BASH,
        "dev",
        &format!("printenv AWS_CONFIG_FILE\n{script}"),
    );
    let root = rustix::process::geteuid().is_root();
    let run = if root {
        let overlay = run.stdout.lines().next().unwrap().to_owned();
        let home = landing.home.path();
        let directory = std::path::Path::new(&overlay).parent().unwrap();
        for path in [directory, &home.join("awsmfa"), home] {
            std::os::unix::fs::chown(path, Some(65534), Some(65534)).unwrap();
        }
        for file in ["config", "credentials"] {
            std::os::unix::fs::chown(directory.join(file), Some(65534), Some(65534)).unwrap();
        }
        let words = [
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "sh",
            "-c",
            script,
        ];
        let credentials = directory.join("credentials");
        let run = landing
            .home
            .program("setpriv", words)
            .env("AWS_CONFIG_FILE", &overlay);
        run.env("AWS_SHARED_CREDENTIALS_FILE", credentials).run()
    } else {
        run
    };
    assert!(!run.stdout.contains("written"), "{}", run.story());
    run.complains("ermission denied");
}

/// In a shell that never ran `on`, too, and with files of the user's own choice.
#[test]
fn off_puts_the_users_files_back() {
    for shell in SHELLS {
        let landing = Landing::new();
        let [on, off] = shell.functions();
        let config = landing
            .home
            .path()
            .join(".aws/config")
            .display()
            .to_string();
        let code = landing.aws.code();
        let shown = "sh -c 'echo \"${AWS_CONFIG_FILE-none} ${AWS_SHARED_CREDENTIALS_FILE-none} ${AWS_PROFILE-none}\"'";
        let child = format!("{}; {off}; {shown}", shell.load());
        landing.home.write("child", child);
        let lines = format!(
            "{}\n{on} -q --profiles dev {code}\n{on} -q stage\n{} {}/child\n{off}\n{shown}",
            shell.export("AWS_CONFIG_FILE", &config),
            shell.words.join(" "),
            landing.home.path().display(),
        );
        let run = landing.script(shell, &lines).run();
        run.prints(&format!("{config} none none\n").repeat(2));
    }
}

/// What the terminal has serves every profile, whatever mode it is in afterwards.
#[test]
fn the_other_commands_know_the_terminal() {
    let landing = Landing::new();
    let lines = "awsmfa status | grep -e ^profile -e ^tools\nawsmfa plan stage | grep ^base\n\
                 awsmfa exec stage -- sh -c 'echo $AWSMFA_PROFILE ${AWS_ACCESS_KEY_ID:+keys}'\n\
                 aws-mfa-on -q --region us-east-2 prod 2>/dev/null\n\
                 export AWS_PROFILE=stage; aws-mfa-on -q; echo $AWSMFA_PROFILE $AWS_PROFILE\n\
                 unset AWS_ACCESS_KEY_ID; echo ${AWS_ACCESS_KEY_ID-none} ${__awsmfa_base-none}\n\
                 awsmfa_prompt | cut -c 1-8";
    let run = in_terminal(&landing, BASH, "landing", lines);
    let lines: Vec<_> = run.stdout.lines().collect();
    let expected = [
        "profile     landing",
        "tools       can use every profile, by --profile or AWS_PROFILE",
        "base        ",
        "stage keys",
        "stage stage",
        "none none",
        "stage 0h",
    ];
    assert_eq!(lines.len(), expected.len(), "{}", run.story());
    for (line, expected) in lines.iter().zip(expected).take(6) {
        assert!(line.starts_with(expected), "{expected}{}", run.story());
    }
    assert!(lines[6].starts_with("stage "), "{}", run.story());
    assert_eq!(landing.codes(), 1, "{:?}", landing.calls());
}

/// Each profile keeps its own region if there are several, and one that names none has its source's.
#[test]
fn each_profile_has_its_region() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile far]\nregion = us-west-2\nrole_arn = {}\nsource_profile = landing\n",
        role("dev")
    ));
    let lines = "for name in far dev landing; do aws configure get region --profile $name; done\n\
                 echo ${AWS_REGION-none}";
    let run = in_terminal(&landing, BASH, "landing", lines);
    run.prints("us-west-2\neu-west-1\neu-west-1\nnone\n");
}

/// Whatever a profile is called: the name passes through a configuration file, a command line and two
/// readers of words.
#[test]
fn odd_names_work() {
    let landing = Landing::new();
    let names = [
        "two words",
        "it's",
        "say \"hi\"",
        "back\\slash",
        "-odd",
        "123456",
        "a #b",
        "ü",
        "$HOME",
    ];
    let quoted = |name: &str| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    for name in names {
        let arn = role("dev");
        landing.configure(&format!(
            "[profile {}]\nrole_arn = {arn}\nsource_profile = landing\n",
            quoted(name)
        ));
    }
    let list = names.map(|name| format!("{name:?}")).join(", ");
    landing.home.write(
        "who.py",
        format!(
            "import boto3\nfor name in [{list}]:\n    \
             print(boto3.Session(profile_name=name).client('sts').get_caller_identity()['Arn'])\n"
        ),
    );
    let run = in_terminal(&landing, BASH, "landing", &format!("{VENV}/python who.py"));
    let lines = run.success().stdout.lines();
    let roles = lines
        .filter(|line| line.starts_with(&assumed("dev")))
        .count();
    assert_eq!(roles, names.len(), "{}", run.story());
}

/// Also in a terminal that has a session already, and with the session of an agent: no code.
#[test]
fn a_terminal_can_let_tools_use_every_profile_later() {
    for with_agent in [false, true] {
        let landing = Landing::new();
        let _agent = with_agent.then(|| Agent::start(&landing.home));
        let code = landing.aws.code();
        let lines = format!(
            "aws-mfa-on -q dev {code}\naws-mfa-on -q --profiles\n\
             aws {WHO} --profile stage\naws {WHO} --profile dev\naws {WHO}\n\
             aws-mfa-on -q --force; aws {WHO}\naws-mfa-off\n\
             env | grep -c -e ^AWSMFA -e ^AWS_PROFILE -e _FILE -e ^AWS_ACCESS"
        );
        let force = if with_agent { "" } else { "--force" };
        let run = landing.script(BASH, &lines.replace("--force", force)).run();
        let lines: Vec<_> = run.stdout.lines().collect();
        let expected = ["stage", "dev", "dev", "dev"].map(assumed);
        assert_eq!(lines.len(), 5, "{}", run.story());
        for (line, expected) in lines.iter().zip(&expected) {
            assert!(
                line.starts_with(expected),
                "{with_agent} {expected}{}",
                run.story()
            );
        }
        assert_eq!(lines[4], "0");
        let calls = landing.calls();
        assert_eq!(landing.codes(), 1, "{with_agent} {calls:?}{}", run.story());
    }
}
