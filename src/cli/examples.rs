//! The end of each command's help.

pub const AWSMFA: &str = r#"In the shell (awsmfa init prints the snippet that defines these):
  aws-mfa-on [PROFILE] [CODE]  log in; takes the flags of awsmfa env
  aws-mfa-off                  remove the session

awsmfa COMMAND --help lists a command's flags, man 7 awsmfa explains them.

Examples:
  eval "$(awsmfa init bash)"         in ~/.bashrc; zsh: in ~/.zshrc
  awsmfa init fish | source          in ~/.config/fish/config.fish
  aws-mfa-on                         log in with the default profile
  aws-mfa-on dev 123456              with the profile dev and this code
  awsmfa exec dev -- aws s3 ls       run one command with a session
  awsmfa plan dev                    what a login would do"#;

pub const ENV: &str = r#"aws-mfa-on takes the same arguments and evaluates the output. If a login fails,
the output is "false". For nushell, elvish and xonsh, it is JSON.

Examples:
  aws-mfa-on dev 123456              log in with the profile dev and this code
  aws-mfa-on dev --duration 4h       for four hours
  eval "$(awsmfa env)"               without the snippet, in scripts
  awsmfa env | source                the same in fish"#;

pub const OFF: &str = r#"aws-mfa-off evaluates the output; after aws-mfa-on it works without this
command.

Examples:
  aws-mfa-off
  eval "$(awsmfa off)"               without the snippet"#;

pub const EXEC: &str = r"The terminal stays as it is. Signals and the exit status are the command's own;
127 if it is not found, 126 if it cannot be run.

Examples:
  awsmfa exec -- aws s3 ls
  awsmfa exec dev 123456 -- terraform plan
  awsmfa exec --each dev,prod -- aws sts get-caller-identity
  awsmfa exec --refresh dev -- terraform apply";

pub const SSH: &str = r"There, awsmfa credentials PROFILE prints sessions of these profiles and of no
others. The terminal, signals and the exit status are ssh's own.

Examples:
  awsmfa ssh --profile dev build.example.com
  awsmfa ssh --profile dev,stage --for 2h -p 2222 alice@build make deploy";

pub const CREDENTIALS: &str = r"Other programs, such as the AWS CLI, boto3, Terraform and IDEs, get the session
by this line in ~/.aws/config:

  [profile dev-mfa]
  credential_process = /usr/local/bin/awsmfa credentials dev

It is the terminal's session or made from that, else the agent's. If there is
none, awsmfa logs in, and asks on the terminal if it runs in its foreground.

Examples:
  awsmfa credentials dev
  awsmfa credentials dev --wait 0s";

pub const PLAN: &str = r"Examples:
  awsmfa plan dev
  awsmfa plan dev --duration 4h --json";

pub const CONSOLE: &str = r"The role's session is the terminal's, the agent's, or that of a login here. AWS
signs in sessions of roles only; for a profile without a role, awsmfa code
prints the code for the login form.

Examples:
  awsmfa console dev                 the home page, with the profile dev
  awsmfa console dev s3              the page of a service
  awsmfa console dev --duration 8h   a longer session, if the role allows it
  awsmfa console dev --print         print the address instead";

pub const LIST: &str = r"A star marks the profile whose session this terminal holds. A user is shown by
the name of the MFA device, which AWS suggests to be the same, or by the access
key. awsmfa plan PROFILE says why a profile cannot log in.

Examples:
  awsmfa list
  awsmfa list --json | jq -r '.[] | select(.held).profile'";

pub const ENROLL: &str = r"awsmfa says what it will do before it creates anything, even with --quiet, and
prints the lines that the profile needs. It stores the secret before it enables
the device: if a run ends in between, it says what exists, and a second run is
never blocked.

Examples:
  awsmfa enroll --touch              onto the YubiKey
  awsmfa enroll dev --to file        into ~/.aws-mfa
  awsmfa enroll --to process --store-command 'pass otp insert aws'
  awsmfa enroll --to show            as a QR code, for an app
  awsmfa enroll --to file --dry-run";

pub const RESYNC: &str = r"The codes are computed, if the profile says how, or typed: two that the device
shows one after the other.

Examples:
  awsmfa resync
  awsmfa resync dev 123456 654321";

pub const CODE: &str = r"This needs no keys and does not contact AWS. The time left goes to stderr; in
the last second of a code, awsmfa waits for the next.

Examples:
  awsmfa code
  awsmfa code dev --source yubikey";

pub const ACCOUNTS: &str = r"A star marks the account that the profile would use.

Examples:
  awsmfa accounts
  awsmfa accounts --profile dev --json";

pub const SCRUB: &str = r"It asks about each one, even if it is still valid, and removes nothing until you
have answered all. Dead is what has expired; a session without an expiry is dead
if its file is older than 36 hours and AWS no longer accepts it. Long-term keys
are never removed.

Examples:
  awsmfa scrub                       ask about each
  awsmfa scrub --yes                 remove all that are dead
  awsmfa scrub --json | jq '.[] | select(.dead).path'";

pub const STATUS: &str = r"The exit status is 0 while a session is valid, 1 otherwise.

Examples:
  awsmfa status
  awsmfa status --json | jq .seconds_left";

pub const DOCTOR: &str = r#"Each line begins with ok, warning or error. The exit status is 1 if there is an
error. Without --online, this neither uses the network nor runs your commands.

Examples:
  awsmfa doctor
  awsmfa doctor dev --online
  awsmfa doctor --json | jq '.[] | select(.level != "ok")'"#;

pub const INIT: &str = r#"In sh the functions are awsmfa_on and awsmfa_off, with aliases.
man 7 awsmfa-install has the three lines for nushell.

Examples:
  eval "$(awsmfa init bash)"         in ~/.bashrc
  eval "$(awsmfa init zsh)"          in ~/.zshrc
  awsmfa init fish | source          in ~/.config/fish/config.fish
  eval (awsmfa init elvish | slurp)  in ~/.config/elvish/rc.elv
  execx($(awsmfa init xonsh))        in ~/.config/xonsh/rc.xsh"#;

pub const COMPLETIONS: &str = r#"make install and the packages put these scripts where the shells look for them.

Examples:
  eval "$(awsmfa completions zsh)"   in ~/.zshrc, after compinit"#;

pub const AGENT: &str = r"The agent keeps sessions in memory, so that one code serves all terminals. It
runs in the foreground until a signal ends it, which wipes its memory; SIGUSR1
makes it forget. man 7 awsmfa-agent explains what it protects from.

Examples:
  awsmfa agent start                 in the background
  awsmfa agent status
  awsmfa agent forget                before you leave the computer
  awsmfa agent                       in a unit of systemd or launchd";

pub const AGENT_START: &str = r"Examples:
  awsmfa agent start
  awsmfa agent start --idle 2h";

pub const AGENT_STATUS: &str = r"The exit status is 0 while an agent answers, 1 otherwise.

Examples:
  awsmfa agent status
  awsmfa agent status --json | jq .sessions";

pub const AGENT_FORGET: &str = r"Terminals keep the sessions that they have: aws-mfa-off removes those.

Examples:
  awsmfa agent forget
  awsmfa agent forget dev";

pub const AGENT_STOP: &str = r"Examples:
  awsmfa agent stop";

pub const ROTATE: &str = r"The key pair must be in a profile file. Two values of it change, and nothing
else; awsmfa says so first, even with --quiet. The old key is deactivated, and
deleted only by --delete. If a run is cut short, the next one finishes it.

Examples:
  awsmfa rotate dev
  awsmfa rotate --dry-run dev        what it would do, without network
  awsmfa rotate --delete dev         later: delete the old, inactive key";
