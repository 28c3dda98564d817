//! Clients of AWS's SDKs, each as a line for sh that asks AWS who it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::home::{AWSMFA, Invocation, Run, copy_program};
use crate::support::landing::Landing;
use crate::support::stand_in::{Signer, StandIn};
use crate::support::tools::{left_out, venv};

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

pub struct Tool {
    pub name: &'static str,
    pub line: String,
}

impl Tool {
    /// Asks twice a second for so many seconds, with one client.
    pub fn lasting(&self, seconds: u32) -> String {
        format!("{} {seconds}", self.line)
    }
}

/// The SDKs for Python, JavaScript and Go. Debian has the last one.
pub fn sdks() -> Vec<Tool> {
    let python = Tool {
        name: "Python",
        line: format!(
            "'{}' '{PROJECT}/tests/clients/ask.py'",
            venv("python").display()
        ),
    };
    let javascript = Tool {
        name: "JavaScript",
        line: format!(
            "NODE_PATH='{0}/node_modules' '{0}/node' '{PROJECT}/tests/clients/javascript/ask.cjs'",
            installed("javascript")
        ),
    };
    let go = cfg!(target_os = "linux").then(|| Tool {
        name: "Go",
        line: format!("'{}/ask'", installed("go")),
    });
    [Some(python), Some(javascript), go]
        .into_iter()
        .flatten()
        .collect()
}

/// The SDKs, and the AWS CLI as a person calls it: version 1, and version 2 if this machine has it.
pub fn tools() -> Vec<Tool> {
    let mut tools = sdks();
    let aws_cli = |name, program: &str| Tool {
        name,
        // Old ones do not know the variable.
        line: format!(
            "{program} sts get-caller-identity --query Arn --output text \
             --endpoint-url \"$AWS_ENDPOINT_URL\""
        ),
    };
    tools.push(aws_cli("CLI 1", "aws"));
    match aws_cli_2() {
        Some(program) => tools.push(aws_cli("CLI 2", program)),
        None => left_out("version 2 of the AWS CLI (not on the PATH)"),
    }
    tools
}

/// Version 2 of the AWS CLI, wherever it is on the PATH.
#[expect(clippy::disallowed_methods, reason = "PATH is how the tools are found")]
fn aws_cli_2() -> Option<&'static str> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    let find = || {
        let path = std::env::var_os("PATH")?;
        let mut programs = std::env::split_paths(&path).map(|directory| directory.join("aws"));
        let found = programs.find(|program| {
            let version = Command::new(program).arg("--version").output();
            version.is_ok_and(|output| output.stdout.starts_with(b"aws-cli/2"))
        });
        found.map(|program| program.display().to_string())
    };
    FOUND.get_or_init(find).as_deref()
}

/// What `make test` has put into a directory of `target/tools`.
fn installed(name: &str) -> String {
    let path = format!("{PROJECT}/target/tools/{name}");
    assert!(
        Path::new(&path).exists(),
        "{path} is missing: `make test` installs it"
    );
    path
}

/// What each tool said, errors too, in one line.
pub type Answers = BTreeMap<&'static str, String>;

/// A line for sh that asks all these tools at once; each has the variables of `inside`.
pub fn asking(tools: &[Tool], inside: &str) -> String {
    let mut script = String::new();
    for Tool { name, line } in tools {
        let _ = write!(
            script,
            "{{ echo \"{name}: $({inside} {line} 2>&1 | tr -s '\\n' ' ')\"; }} & "
        );
    }
    script + "wait"
}

pub fn answers(tools: &[Tool], run: &Run) -> Answers {
    let answer = |tool: &Tool| {
        let mut lines = run.stdout.lines();
        let answer = lines.find_map(|line| line.strip_prefix(tool.name)?.strip_prefix(": "));
        let answer = answer.unwrap_or_else(|| panic!("no answer of {}{}", tool.name, run.story()));
        (tool.name, answer.trim().to_owned())
    };
    tools.iter().map(answer).collect()
}

/// A region, and nothing outside this machine: not even if a client looks past the stand-in.
pub const SURROUNDINGS: [(&str, &str); 5] = [
    ("AWS_PAGER", ""),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("HTTPS_PROXY", "http://127.0.0.1:1"),
];

/// What may stand in a user's `[default]`, and wins over an endpoint in some client.
pub const DEFAULTS: [&str; 5] = [
    "[default]\nKEYS\n",
    "[default]\nrole_arn = ROLE\nsource_profile = landing\n",
    "[default]\ncredential_process = /bin/false\n",
    "[default]\nsso_start_url = https://127.0.0.1:1\nsso_region = eu-west-1\n\
     sso_account_id = 123456789012\nsso_role_name = dev\n",
    "[default]\nrole_arn = ROLE\nweb_identity_token_file = /dev/null\n",
];

/// The keys of alice, as lines of a profile.
pub fn keys(landing: &Landing) -> String {
    let key = &landing.aws.user().keys[0];
    format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.id, key.secret
    )
}

/// The directory in which it lies.
pub fn with_a_program_in_a_path_with_a_blank(landing: &Landing) -> PathBuf {
    let directory = landing.home.path().join("my programs");
    std::fs::create_dir(&directory).expect("a directory");
    let program = directory.join("awsmfa");
    copy_program(AWSMFA, &program);
    directory
}

/// `awsmfa exec --refresh WORDS -c CODE -- sh -c SCRIPT`.
pub fn refreshed(landing: &Landing, words: &[&str], script: &str) -> Invocation {
    let code = landing.aws.code();
    landing
        .awsmfa(["exec", "--refresh", "--quiet", "-c", &code])
        .arguments(words)
        .arguments(["--", "sh", "-c", script])
        .envs(SURROUNDINGS)
}

/// Panics unless the long-term keys signed nothing but awsmfa's own login.
#[track_caller]
pub fn long_term_keys_signed_only_the_login(aws: &StandIn) {
    let login = ["GetSessionToken", "GetCallerIdentity", "ListMFADevices"];
    for request in aws.requests() {
        let is_login =
            login.contains(&request.action.as_str()) && request.user_agent.ends_with("app/awsmfa");
        let is_long_term = matches!(request.signer, Signer::LongTermKey(_) | Signer::Nobody);
        assert!(
            !is_long_term || is_login,
            "{:?} signed {} of {}",
            request.signer,
            request.action,
            request.user_agent
        );
    }
}
