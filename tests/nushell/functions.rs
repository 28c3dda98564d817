//! Commands of the user's that are named like nushell's own.

use std::fmt::Write as _;
use std::fs;

use super::NU;
use crate::json_shells::person::Person;
use crate::support::home::Home;
use crate::support::json_shells::show;
use crate::support::landing::end_in;

/// Lines that define a command, which only leaves a trace, for each that is built in. Keywords cannot be defined,
/// and nushell itself calls those that are left out.
fn traps() -> String {
    let list = "scope commands | where type == built-in and name !~ '^(attr |run-external|table|term size)' | get name | to text";
    let run = Home::new()
        .program(NU.program(), ["--no-config-file", "-c", list])
        .run();
    let names = run.success().stdout.lines();
    names.fold(String::new(), |mut lines, name| {
        let trap = format!("^sh -c 'echo {name} >>~/trapped'");
        let _ = writeln!(lines, "def --wrapped '{name}' [...words] {{ {trap} }}");
        lines
    })
}

#[test]
fn commands_named_like_builtins_do_no_harm() {
    let traps = traps();
    assert!(traps.contains("def --wrapped 'str join' "), "{traps}");
    let completions = concat!(
        "source ",
        env!("CARGO_MANIFEST_DIR"),
        "/completions/awsmfa.nu"
    );
    let mut person = Person::with(NU, "--renew", &format!("{traps}\n{completions}"));
    let code = person.landing.aws.code();
    let shown = person.hears(&[
        NU.set("AWS_PROFILE", "mine"),
        format!("aws-mfa-on dev {code}"),
        show("first"),
        NU.set("AWSMFA_EXPIRES_AT", &end_in(2)),
        show("second"),
    ]);
    assert!(shown.contains("first|dev|ASIA"), "{}", person.story());
    assert!(shown.contains("second|dev|ASIA"), "{}", person.story());
    let roles = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"];
    assert_eq!(person.landing.calls(), roles, "{}", person.story());
    let shown = person.hears(&[
        "%print $'<(awsmfa_prompt)>'".to_owned(),
        NU.set("AWS_PROFILE", "other"),
        NU.set("AWSMFA_EXPIRES_AT", "1"),
        "%hide-env AWS_PROFILE; aws-mfa-off; aws-mfa-off".to_owned(),
        show("off"),
    ]);
    for said in [
        "<dev ",
        "AWS_PROFILE is now other",
        "has expired",
        "off|no|no|no|mine",
    ] {
        assert!(shown.contains(said), "{said} {}", person.story());
    }
    person.pty.send("aws-mfa-on st\t");
    person.pty.expect("stage");
    let trapped = fs::read_to_string(person.landing.home.path().join("trapped"));
    assert!(trapped.is_err(), "{trapped:?} {}", person.story());
    assert!(!person.pty.seen().contains("Error"), "{}", person.story());
}
