//! `awsmfa init SHELL --renew`: a role's session is renewed before a prompt, without a code.

use crate::support::landing::Landing;
use crate::support::pty::Pty;
use crate::support::shells::{BASH, FISH, Shell, ZSH};
use crate::support::stand_in::Fault;

/// A terminal that has logged in to a profile.
struct Terminal {
    landing: Landing,
    shell: Shell,
    pty: Pty,
}

impl Terminal {
    fn of(shell: Shell, words: &str, flags: &str) -> Self {
        let landing = Landing::new();
        let pty = shell.terminal_with(&landing.home, flags);
        let code = landing.aws.code();
        let mut terminal = Self {
            landing,
            shell,
            pty,
        };
        terminal.type_line(&format!("aws-mfa-on -q {words} {code}"));
        terminal
    }

    /// What is printed up to the prompt after the line.
    fn type_line(&mut self, line: &str) -> String {
        self.pty.send(&format!("{line}; echo end''ed\r"));
        self.pty.expect("ended\r\n");
        let printed = self.pty.expect("ready> ");
        // fish marks where the output ended, and the prompt may be drawn anew.
        printed.replace(['\r', '⏎'], "").trim_start().to_owned()
    }

    /// What is printed before the prompt once the session has so many seconds left.
    fn let_pass(&mut self, left: i32) -> String {
        let line = self.line_that_leaves(left);
        self.type_line(&line)
    }

    fn line_that_leaves(&self, left: i32) -> String {
        if self.shell.is_fish() {
            format!("set -gx AWSMFA_EXPIRES_AT (math (date +%s) + {left})")
        } else {
            format!("export AWSMFA_EXPIRES_AT=$(($(date +%s) + {left}))")
        }
    }

    /// The value of a variable, as a child process sees it.
    fn shown(&mut self, name: &str) -> String {
        self.printed(&format!("${{{name}-no}}"))
    }

    /// What a child process makes of the word.
    fn printed(&mut self, word: &str) -> String {
        let line = format!("sh -c 'echo \"i''s:{word}:\"'\r");
        self.pty.send(&line);
        self.pty.expect("is:");
        let value = self.pty.expect(":\r\n");
        self.pty.expect("ready> ");
        value.trim_end_matches(":\r\n").to_owned()
    }

    fn story(&self) -> String {
        format!("{:?}\n{}", self.shell, self.pty.seen())
    }
}

const WITH_HOOKS: [Shell; 3] = [BASH, ZSH, FISH];
const LOGIN: [&str; 2] = ["GetSessionToken+code", "AssumeRole dev"];

#[test]
fn a_role_with_less_than_five_minutes_left_is_renewed_before_the_prompt() {
    for shell in WITH_HOOKS {
        let mut terminal = Terminal::of(shell, "dev", "--renew");
        let before = terminal.shown("AWS_ACCESS_KEY_ID");
        assert_eq!(terminal.let_pass(310), "ready> ", "{}", terminal.story());
        assert_eq!(terminal.landing.calls(), LOGIN, "{}", terminal.story());
        assert_eq!(terminal.let_pass(290), "ready> ", "{}", terminal.story());
        let after = terminal.shown("AWS_ACCESS_KEY_ID");
        assert_ne!(after, before, "{}", terminal.story());
        let own = terminal.shown("AWSMFA_ACCESS_KEY_ID");
        assert_eq!(after, own, "{}", terminal.story());
        let calls = terminal.landing.calls();
        assert_eq!(calls[2..], ["AssumeRole dev"], "{}", terminal.story());
        let line = "awsmfa status --json";
        terminal.pty.send(&format!("{line}\r"));
        terminal.pty.expect("\"valid\": true");
        terminal.type_line("aws-mfa-off");
        assert_eq!(terminal.shown("AWS_ACCESS_KEY_ID"), "no");
    }
}

/// Also one that has expired, and one with parameters that only the login's flags named.
#[test]
fn the_same_role_is_renewed_as_the_login_asked_for_it() {
    for shell in WITH_HOOKS {
        let flags = "landing --role-arn arn:aws:iam::123456789012:role/stage --external-id 42 \
                     --role-session-name ci --duration 30m";
        let mut terminal = Terminal::of(shell, flags, "--renew --no-warnings");
        terminal.landing.home.write(".aws/config", "[broken");
        terminal.let_pass(-4000);
        let requests = terminal.landing.aws.requests();
        let roles = requests.iter().filter(|one| one.action == "AssumeRole");
        let parameters = roles.map(|one| {
            [
                "RoleArn",
                "ExternalId",
                "RoleSessionName",
                "DurationSeconds",
            ]
            .map(|name| one.parameter(name).map(str::to_owned))
        });
        let parameters: Vec<_> = parameters.collect();
        assert_eq!(parameters.len(), 2, "{}", terminal.story());
        assert_eq!(parameters[0], parameters[1], "{}", terminal.story());
    }
}

#[test]
fn a_renewal_that_fails_is_silent_and_tried_once_a_minute() {
    for shell in WITH_HOOKS {
        for fault in [Fault::internal_failure(), Fault::Silence] {
            let mut terminal = Terminal::of(shell, "dev", "--renew --no-warnings");
            let before = terminal.shown("AWS_ACCESS_KEY_ID");
            terminal.landing.aws.fail("AssumeRole", fault, 9);
            assert_eq!(terminal.let_pass(200), "ready> ", "{}", terminal.story());
            let calls = terminal.landing.calls();
            assert!(calls.len() > LOGIN.len(), "{}", terminal.story());
            for _ in 0..2 {
                assert_eq!(terminal.let_pass(200), "ready> ", "{}", terminal.story());
            }
            assert_eq!(terminal.landing.calls(), calls, "{}", terminal.story());
            assert_eq!(terminal.shown("AWS_ACCESS_KEY_ID"), before);
        }
    }
}

/// The user hears of the end only if the session was not renewed.
#[test]
fn a_session_that_is_renewed_gives_no_warning() {
    for shell in WITH_HOOKS {
        let mut terminal = Terminal::of(shell, "dev", "--renew");
        assert_eq!(terminal.let_pass(590), "ready> ", "{}", terminal.story());
        let aws = &terminal.landing.aws;
        aws.fail("AssumeRole", Fault::internal_failure(), 9);
        let warning = "awsmfa: the session of dev expires in ten minutes or less: \
                       aws-mfa-on renews it\nready> ";
        assert_eq!(terminal.let_pass(200), warning, "{}", terminal.story());
    }
}

/// Sessions without a role, roles without a base session, terminals without `--renew`.
#[test]
fn nothing_else_is_renewed() {
    for shell in WITH_HOOKS {
        for (words, flags) in [
            ("landing", "--renew --no-warnings"),
            ("long", "--renew --no-warnings"),
            ("dev", "--no-warnings"),
        ] {
            let mut terminal = Terminal::of(shell, words, flags);
            let calls = terminal.landing.calls();
            assert_eq!(terminal.let_pass(100), "ready> ", "{}", terminal.story());
            assert_eq!(terminal.landing.calls(), calls, "{}", terminal.story());
        }
    }
}

/// Other hooks see what the command has left, and no child sees what the renewal needs.
#[test]
fn a_renewal_disturbs_no_other_hook() {
    let shows = [
        (
            BASH,
            "show() { echo \"saw:$?:${PIPESTATUS[*]}:\"; }; PROMPT_COMMAND+=(show)",
            "saw:3:0 3:",
        ),
        (
            ZSH,
            "show() { echo \"saw:$?:\"; }; precmd_functions+=(show)",
            "saw:3:",
        ),
        (
            FISH,
            "function show --on-event fish_prompt; echo \"saw:$status:\"; end",
            "saw:3:",
        ),
    ];
    for (shell, hook, expected) in shows {
        let mut terminal = Terminal::of(shell, "dev", "--renew");
        terminal.type_line(hook);
        let line = terminal.line_that_leaves(100);
        terminal
            .pty
            .send(&format!("{line}; true | sh -c 'exit 3'\r"));
        terminal.pty.expect(expected);
        assert_eq!(terminal.landing.calls().len(), 3, "{}", terminal.story());
        terminal.pty.expect("ready> ");
        let kept = terminal.printed("$(env | grep -c __awsmfa)");
        assert_eq!(kept, "0", "{}", terminal.story());
    }
}

#[test]
fn sh_has_no_hook_and_says_so() {
    let landing = Landing::new();
    let run = landing.awsmfa(["init", "sh", "--renew"]).run();
    run.success().complains("--renew has no effect in sh");
    assert_eq!(run.stdout, landing.awsmfa(["init", "sh"]).run().stdout);
}
