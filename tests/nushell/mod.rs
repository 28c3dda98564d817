//! nushell: what its snippet does before a prompt, restores, and refuses.

mod before_prompt;
mod children;
mod completions;
mod functions;
mod restore;

use crate::json_shells::person::Person;
use crate::support::home::Home;
use crate::support::json_shells::{JsonShell, show};
use crate::support::pages::block_with;

const NU: JsonShell = JsonShell::Nu;

/// nushell drops what a command sets after `NAME=value`: the code would be lost.
#[test]
fn a_login_after_an_assignment_is_refused_before_a_code_is_used() {
    let mut person = Person::at(NU);
    for (line, said) in [
        (
            "AWS_PROFILE=dev aws-mfa-on",
            "could not log in with AWS_PROFILE before aws-mfa-on: nushell drops the session afterwards",
        ),
        ("AWS_PROFILE='dev' aws-mfa-on", "hint: type aws-mfa-on dev"),
        ("A=1 B=\"x y\" aws-mfa-on dev", "hint: set B on a line"),
        (
            "if true { AWS_REGION=us-west-2 aws-mfa-on dev }",
            "hint: write --region us-west-2 after aws-mfa-on",
        ),
    ] {
        person.types(line);
        person.pty.expect(said);
        person.look();
    }
    assert!(person.landing.calls().is_empty());
    let code = person.landing.aws.code();
    let line = format!("aws-mfa-on {code} landing");
    let shown = person.hears(&[line, show("held")]);
    assert!(shown.contains("held|landing|ASIA"), "{}", person.story());
}

/// Already at the first start, and though the snippet is no code that nushell evaluates.
#[test]
fn the_lines_of_the_manual_load_the_snippet_and_set_the_prompt() {
    let home = Home::new();
    let load = block_with("awsmfa init nu | save");
    let config = format!("$env.config.show_banner = false\n{load}\n");
    home.write(".config/nushell/config.nu", config);
    let prompt = block_with("PROMPT_COMMAND_RIGHT");
    home.write(".config/nushell/autoload/prompt.nu", prompt);
    let session = [
        ("TERM", "xterm"),
        ("AWSMFA_PROFILE", "work"),
        ("AWSMFA_EXPIRES_AT", "1"),
    ];
    let mut pty = home.on_terminal_with(&[NU.program()], &session);
    pty.tell_the_position();
    pty.expect("awsmfa: the session of work has expired: aws-mfa-on renews it");
    pty.expect("work over");
    assert!(!pty.seen().contains("Error"), "{}", pty.seen());
    let remove = block_with("rm ($nu");
    let run = home.program(NU.program(), ["-c", &remove]).run();
    run.success();
    let loaded = ".local/share/nushell/vendor/autoload/awsmfa.nu";
    assert!(!home.path().join(loaded).exists(), "{}", run.story());
}

/// A variable of nushell's environment can hold anything.
#[test]
fn values_that_are_no_strings_come_back() {
    let home = restore::home(&format!("{}\n", restore::login()));
    let lines = "
        $env.ROUND = 1
        for value in [null 5 01.50 {a: 1} [1 2] [] 0x[01] 1..3 true 3sec 2020-01-01 {} [[a]; [1]] '' $.a] {
            for name in [AWS_PROFILE AWS_REGION AWS_ACCESS_KEY_ID AWSMFA_PROFILE AWSMFA_EXPIRES_AT] {
                load-env {($name): $value}
                __awsmfa_before_line
                __awsmfa_warn
                awsmfa_prompt
                let before = $env | get $name
                aws-mfa-on
                aws-mfa-off
                let after = $env | get $name
                if $after != $before or ($after | describe) != ($before | describe) {
                    print [$name $before $after]
                }
                hide-env $name
            }
        }
        print done";
    NU.script(&home, &[lines]).run().success().prints("done\n");
}
