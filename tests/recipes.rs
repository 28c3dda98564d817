//! The shell blocks of the README and the manual are run, with the real AWS CLI. Where they
//! start a program that the tests cannot have, such as Terraform or docker, a script stands for it
//! that passes on what the program would pass on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::home::{AWSMFA, Run};
use crate::support::landing::{Landing, role};
use crate::support::pages::{INSTALL, MIGRATION, RECIPES, manual_blocks, readme_blocks};
use crate::support::shells::{BASH, ZSH};

const WHO: &str = "aws sts get-caller-identity --query Arn --output text";

/// Asks AWS who it is, as a plan would.
const TERRAFORM: &str = r#"echo "terraform $1 as $(WHO)""#;

/// The command behind the image gets the variables that `-e` names, and no others of AWS.
const DOCKER: &str = r#"set -- "$@"; names=; while [ $# -gt 0 ]; do
case $1 in -e) names="$names $2"; shift ;; amazon/aws-cli) break ;; esac; shift; done; shift
set -- aws "$@"; for name in $names; do set -- "$name=$(printenv "$name")" "$@"; done
exec env -i PATH="$PATH" AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" AWS_DEFAULT_REGION=eu-west-1 "$@""#;

const SUDO: &str = r#"names=$(echo "${1#--preserve-env=}" | tr , ' '); shift
for name in $names; do set -- "$name=$(printenv "$name")" "$@"; done
exec env -i PATH="$PATH" AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" AWS_DEFAULT_REGION=eu-west-1 "$@""#;

/// A home with the profiles of the blocks, whose codes are computed.
fn landing() -> Landing {
    let landing = Landing::new();
    let roles = ["prod", "acme-one"].map(|name| {
        let arn = role("dev");
        format!("[profile {name}]\nrole_arn = {arn}\nsource_profile = landing\n")
    });
    landing.configure(&roles.concat());
    landing.home.write(".aws-mfa", landing.aws.secret());
    for (name, text) in [
        ("terraform", TERRAFORM.replace("WHO", WHO)),
        ("docker", DOCKER.to_owned()),
        ("sudo", SUDO.to_owned()),
    ] {
        let file = landing
            .home
            .write(&format!("bin/{name}"), format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("a program");
    }
    landing
}

/// Runs lines in a bash with the snippet, where the scripts above are found.
fn run(landing: &Landing, lines: &str) -> Run {
    let lines = format!("PATH=$HOME/bin:$PATH\nset -e\n{lines}");
    let run = landing.script(BASH, &lines).run();
    run.success();
    run
}

/// The only block with this in it.
fn recipe(text: &str) -> String {
    let mut found = manual_blocks(RECIPES);
    found.retain(|block| block.contains(text));
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

/// A new block of the page comes with a test, here or elsewhere.
#[test]
fn every_recipe_is_known() {
    let known = [
        "awsmfa exec --refresh dev -- terraform apply",
        "aws-mfa-on --profiles",
        "--each",
        "credential_process", // tests/credentials
        "MFA_SECRET",
        "--network host",
        "-e AWS_ACCESS_KEY_ID",
        "sudo",
        "tmux",
        "awsmfa ssh", // tests/ssh
    ];
    for text in known {
        recipe(text);
    }
    assert_eq!(manual_blocks(RECIPES).len(), known.len());
}

#[test]
fn a_long_apply() {
    let line = recipe("awsmfa exec --refresh dev -- terraform apply");
    assert!(
        readme_blocks("sh").contains(&line),
        "the README has the line"
    );
    let run = run(&landing(), &line);
    run.says("terraform apply as arn:aws:sts::123456789012:assumed-role/dev/");
}

#[test]
fn every_profile_at_once() {
    let landing = landing();
    let run = run(&landing, &recipe("aws-mfa-on --profiles"));
    run.says("alice")
        .says("terraform plan as arn:aws:sts::123456789012:assumed-role/dev/");
    assert_eq!(landing.codes(), 1, "{}", run.story());
}

#[test]
fn many_accounts() {
    let landing = landing();
    // Landing's `stage` asks for what another account's administrator would set.
    let run = run(&landing, &recipe("--each"));
    let plans = run.stdout.matches("terraform plan as arn:aws:sts:").count();
    assert_eq!((plans, landing.codes()), (3, 1), "{}", run.story());
}

/// A runner has no profile, only variables.
#[test]
fn continuous_integration() {
    let landing = landing();
    let user = landing.aws.user();
    let secret = fs::read_to_string(landing.home.path().join(".aws-mfa")).expect("the secret");
    for file in [".aws-mfa", ".aws/config", ".aws/credentials"] {
        fs::remove_file(landing.home.path().join(file)).expect("a file");
    }
    let lines = format!(
        "export AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY='{}' MFA_SECRET={secret}\n\
         export AWS_REGION=eu-west-1\n{}",
        user.keys[0].id,
        user.keys[0].secret,
        recipe("MFA_SECRET")
    );
    run(&landing, &lines).says("user/alice");
    assert_eq!(landing.codes(), 1);
}

/// Below `exec --refresh`, and with the session of a terminal.
#[test]
fn containers() {
    let landing = landing();
    let block = recipe("--network host").replace("\\\n", "");
    let lines = format!("'{AWSMFA}' exec --refresh dev -- {block}");
    run(&landing, &lines).says("assumed-role/dev/");

    let landing = self::landing();
    let block = recipe("-e AWS_ACCESS_KEY_ID");
    run(&landing, &format!("aws-mfa-on dev\n{block}")).says("assumed-role/dev/");
}

#[test]
fn sudo_with_the_address() {
    let block = recipe("sudo").replace("COMMAND", WHO);
    let lines = format!("'{AWSMFA}' exec --refresh dev -- {block}");
    run(&landing(), &lines).says("assumed-role/dev/");
}

/// A server that was started with a session gives none to new windows afterwards.
#[test]
fn a_server_of_tmux_forgets_a_session() {
    let landing = landing();
    let lines = format!(
        "export TMUX_TMPDIR=$HOME\naws-mfa-on dev\ntmux -f /dev/null new-session -d 'sleep 60'\n\
         tmux show-environment -g | grep -c '^AWS_[AS].*_\\(ID\\|KEY\\|TOKEN\\)='\n{}\n\
         tmux show-environment -g | grep -c '^AWS_[AS].*_\\(ID\\|KEY\\|TOKEN\\)=' || tmux kill-server\n",
        recipe("tmux")
    );
    let run = run(&landing, &lines);
    assert_eq!(run.stdout, "3\n0\n", "{}", run.story());
}

/// The manual's lines for prompts, of which powerlevel10k is a script that prints what it is told.
#[test]
fn prompts() {
    let mut blocks = manual_blocks(INSTALL);
    let mut take = |text: &str| {
        let at = blocks.iter().position(|block| block.contains(text));
        blocks.swap_remove(at.expect(text))
    };
    let (lines, segment) = (take("PS1="), take("p10k segment"));
    let [bash, zsh] = [0, 1].map(|line| lines.lines().nth(line).expect("two lines"));
    let shown = |shell, lines: &str| {
        let run = landing()
            .script(shell, &format!("aws-mfa-on dev\n{lines}"))
            .run();
        let shown = &run.success().stdout;
        let is_shown = ["dev 1h0m", "dev 59m"]
            .iter()
            .any(|text| shown.contains(text));
        assert!(is_shown, "{}", run.story());
    };
    shown(
        BASH,
        &format!("PS1='$ '\n{bash}\neval \"echo \\\"$PS1\\\"\""),
    );
    shown(ZSH, &format!("PS1='$ '\n{zsh}\nprint -P -- \"$PS1\""));
    shown(
        ZSH,
        &format!("p10k() {{ print -r -- \"$@\" }}\n{segment}\nprompt_awsmfa"),
    );
}

/// The keys of another tool's vault, by the line of awsmfa-migration(7).
#[test]
fn keys_in_a_vault() {
    let landing = landing();
    let key = &landing.aws.user().keys[0];
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"{}","SecretAccessKey":"{}"}}"#,
        key.id, key.secret
    );
    let vault = format!(
        "#!/bin/sh\n[ \"$*\" = 'export --no-session --format=json dev-keys' ] && echo '{json}'\n"
    );
    let vault = landing.home.write("bin/aws-vault", vault);
    fs::set_permissions(vault, fs::Permissions::from_mode(0o755)).expect("a program");
    fs::remove_file(landing.home.path().join(".aws/credentials")).expect("the file");
    let block = manual_blocks(MIGRATION).remove(0);
    landing
        .home
        .write(".aws/config", block + "\nregion = eu-west-1\n");
    run(&landing, &format!("aws-mfa-on dev\n{WHO}")).says("user/alice");
}
