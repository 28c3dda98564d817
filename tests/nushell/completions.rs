//! Tab completes commands, flags and the profiles of the user's files.

use super::NU;
use crate::json_shells::person::Person;

const SCRIPT: &str = concat!(
    "source ",
    env!("CARGO_MANIFEST_DIR"),
    "/completions/awsmfa.nu"
);

#[test]
fn tab_completes_profiles_flags_and_commands() {
    let mut person = Person::with(NU, "", SCRIPT);
    for name in ["two words", "t$x;y"] {
        let config = format!("[profile \"{name}\"]\nsource_profile = landing\n");
        person.landing.configure(&config);
    }
    for (typed, said) in [
        ("awsmfa plan lan", "profile     landing"),
        ("awsmfa plan two", "profile     two words"),
        ("awsmfa plan \"two w", "profile     two words"),
        ("awsmfa plan t$", "profile     t$x;y"),
        ("awsmfa --vers", "awsmfa 0."),
    ] {
        person.pty.send(&format!("{typed}\t"));
        person.pty.send("\r");
        person.pty.expect(said);
        person.pty.expect("ready> ");
    }
    for (typed, said) in [
        ("aws-mfa-on --sec", "--secret-file"),
        ("aws-mfa-on st", "stage"),
        ("awsmfa enr", "enroll"),
    ] {
        person.pty.send(&format!("{typed}\t"));
        person.pty.expect(said);
        person.pty.send("\u{3}");
        person.pty.expect("ready> ");
    }
}
