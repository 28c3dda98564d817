//! A landing account: one user with keys and a device, and roles in the accounts behind it.

use std::time::{SystemTime, UNIX_EPOCH};

use super::home::{Home, Invocation, Run};
use super::shells::Shell;
use super::stand_in::{Options, Recorded, Role, StandIn, User};

pub struct Landing {
    pub aws: StandIn,
    pub home: Home,
}

/// `minutes` from now by this computer's clock, in seconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "a terminal has no other clock")]
pub fn end_in(minutes: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    (now.expect("after 1970").as_secs() + minutes * 60).to_string()
}

/// The ARN of a role of the stand-in.
pub fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

impl Landing {
    pub fn new() -> Self {
        let stage = Role {
            external_id: Some("42".to_owned()),
            ..Role::named("stage")
        };
        let admin = Role {
            trusts: vec![role("dev")],
            trust_needs_mfa: false,
            ..Role::named("admin")
        };
        let long = Role {
            max_session_duration: 7200,
            ..Role::named("long")
        };
        let aws = StandIn::start(Options {
            roles: vec![Role::named("dev"), stage, admin, long],
            ..Options::default()
        });
        // Ten seconds of a code's life are left at least.
        aws.settle();
        let home = Home::new().with("AWS_ENDPOINT_URL", aws.endpoint());
        let home = home.with_the_aws_cli().with("USER", "alice");
        let user = aws.user();
        home.write(
            ".aws/credentials",
            format!(
                "[landing]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                user.keys[0].id, user.keys[0].secret
            ),
        );
        home.write(
            ".aws/config",
            format!(
                "[profile landing]\nregion = eu-west-1\nmfa_serial = {}\n\
                 [profile dev]\nrole_arn = {}\nsource_profile = landing\n\
                 [profile stage]\nrole_arn = {}\nsource_profile = landing\nexternal_id = 42\n\
                 [profile admin]\nrole_arn = {}\nsource_profile = dev\nduration_seconds = 7200\n\
                 [profile long]\nrole_arn = {}\nsource_profile = landing\nduration_seconds = 7200\n",
                user.devices[0].serial_number,
                role("dev"),
                role("stage"),
                role("admin"),
                role("long")
            ),
        );
        Self { aws, home }
    }

    /// With a second user, bob, who may assume the same roles.
    pub fn of_two_users() -> Self {
        let landing = Self::new();
        let bob = User::named("bob", "AKIAI44QH8DHBEXAMPLE");
        let credentials = landing.home.path().join(".aws/credentials");
        let before = std::fs::read_to_string(credentials).expect("the credentials");
        landing.home.write(
            ".aws/credentials",
            format!(
                "{before}[bob]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                bob.keys[0].id, bob.keys[0].secret
            ),
        );
        landing.configure(&format!(
            "[profile bob]\nregion = eu-west-1\nmfa_serial = {}\n\
             [profile bob-dev]\nrole_arn = {}\nsource_profile = bob\n",
            bob.devices[0].serial_number,
            role("dev")
        ));
        landing.aws.change(|options| options.users.push(bob));
        landing
    }

    /// Adds to the config file.
    pub fn configure(&self, text: &str) {
        self.home.configure(text);
    }

    pub fn awsmfa<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Invocation {
        self.home.awsmfa(arguments)
    }

    /// `awsmfa env --shell sh WORDS`.
    pub fn login(&self, words: &str) -> Invocation {
        self.home.login(words)
    }

    /// Logs in to `landing`, with a code.
    pub fn log_in(&self) -> Run {
        let run = self.login(&format!("landing {}", self.aws.code())).run();
        run.success();
        run
    }

    /// `words`, in a terminal that holds the session of `profile` with `minutes` left.
    pub fn holding(&self, profile: &str, minutes: u64, words: &[&str]) -> Invocation {
        let role = match profile {
            "landing" => String::new(),
            profile => role(profile),
        };
        self.awsmfa(words.iter().copied())
            .env("AWS_ACCESS_KEY_ID", "ASIAHELD")
            .env("AWSMFA_ACCESS_KEY_ID", "ASIAHELD")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_SESSION_TOKEN", "token")
            .env("AWSMFA_PROFILE", profile)
            .env("AWSMFA_ROLE_ARN", role)
            .env("AWSMFA_MFA_SERIAL", "arn:aws:iam::123456789012:mfa/alice")
            .env("AWSMFA_EXPIRES_AT", end_in(minutes))
    }

    /// A script in a shell that has the snippet; no terminal, so nothing can be asked.
    pub fn script(&self, shell: Shell, lines: &str) -> Invocation {
        let script = format!("{}\n{lines}\n", shell.load());
        let file = self.home.write("script", script);
        let program = self.home.program(shell.words[0], &shell.words[1..]);
        program.arguments([file])
    }

    /// The STS actions so far, with `+code` where one was sent.
    pub fn calls(&self) -> Vec<String> {
        let requests = self.aws.requests();
        let calls = requests.iter().filter(|request| request.service == "sts");
        calls.map(shown).collect()
    }

    /// How many of the calls sent a code.
    pub fn codes(&self) -> usize {
        let calls = self.calls();
        calls.iter().filter(|call| call.contains("+code")).count()
    }
}

fn shown(request: &Recorded) -> String {
    let code = request.parameter("TokenCode").map_or("", |_| "+code");
    let role = request
        .parameter("RoleArn")
        .and_then(|arn| arn.rsplit('/').next());
    format!(
        "{}{code}{}",
        request.action,
        role.map_or(String::new(), |role| format!(" {role}"))
    )
}
