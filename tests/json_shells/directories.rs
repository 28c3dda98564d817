//! Beside direnv and mise, as `tests/directories.rs` has it for the other shells.

use std::slice;

use super::person::Person;
use crate::support::home::Home;
use crate::support::json_shells::{JsonShell, show};

const MISE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/mise/mise");

/// direnv 2.32 still writes `except`, which elvish 0.18 took away.
const DIRENV_IN_ELVISH: &str = "eval (direnv hook elvish | sed s/except/catch/ | slurp)";

/// The lines that load the hooks: mise's, and direnv's if it has one for the shell. nushell loads files
/// only.
fn hooks(shell: JsonShell, files: &Home) -> Vec<String> {
    match shell {
        JsonShell::Nu => {
            let hook = files.program(MISE, ["activate", "nu"]).run();
            let hook = files.write("mise.nu", &hook.success().stdout);
            vec![format!("use {}", hook.display())]
        }
        JsonShell::Elvish => vec![
            format!("eval ({MISE} activate elvish | slurp) &on-end={{|it| $it[activate~] }}"),
            DIRENV_IN_ELVISH.to_owned(),
        ],
        JsonShell::Xonsh => vec![format!("execx($({MISE} activate xonsh))")],
    }
}

/// The directory `keys` has keys of its own, `names` a profile and a region.
fn make_directories(home: &Home, hook: &str) {
    for (directory, envrc, toml) in [
        (
            "keys",
            "export AWS_ACCESS_KEY_ID=AKIADIR AWS_SECRET_ACCESS_KEY=d; unset AWS_SESSION_TOKEN",
            "AWS_ACCESS_KEY_ID = 'AKIADIR'\nAWS_SECRET_ACCESS_KEY = 'd'\nAWS_SESSION_TOKEN = false",
        ),
        (
            "names",
            "export AWS_PROFILE=stage AWS_REGION=eu-north-1",
            "AWS_PROFILE = 'stage'\nAWS_REGION = 'eu-north-1'",
        ),
    ] {
        if hook == DIRENV_IN_ELVISH {
            home.write(&format!("{directory}/.envrc"), format!("{envrc}\n"));
            home.program("direnv", ["allow", directory]).run().success();
        } else {
            let file = format!("{directory}/mise.toml");
            home.write(&file, format!("[env]\n{toml}\n"));
            home.program(MISE, ["trust", &file]).run().success();
        }
    }
}

/// The keys of an ended session do not come back, and a directory's variables are restored in it only.
fn holds_throughout(mut person: Person) {
    for (line, expected) in [
        ("aws-mfa-on landing CODE", "landing|ASIA"),
        ("cd keys", "landing|AKIADIR|eu-west-1|no"),
        ("aws-mfa-off", "no|AKIADIR|no|no"),
        ("cd ..", "no|no|no|no"),
        ("cd names", "no|no|eu-north-1|stage"),
        ("aws-mfa-on landing CODE", "landing|ASIA"),
        ("cd ..", "landing|ASIA"),
        ("aws-mfa-off", "no|no|no|no"),
        ("cd names", "no|no|eu-north-1|stage"),
        ("aws-mfa-on landing CODE", "landing|ASIA"),
        ("aws-mfa-off", "no|no|eu-north-1|stage"),
    ] {
        let typed = line.replace("CODE", &person.landing.aws.code());
        if typed != line {
            person.landing.aws.advance(30);
        }
        let shown = person.hears(&[typed, show("now")]);
        let expected = format!("now|{expected}");
        assert!(shown.contains(&expected), "{line}: {}", person.story());
        let variables = person.look_around().variables;
        // The secrets go and stay with the key id.
        let has_secrets = variables.contains("AWS_SECRET_ACCESS_KEY");
        let has_id = !expected.starts_with("now|no|no|");
        assert_eq!(has_secrets, has_id, "{line}: {}", person.story());
    }
}

pub fn a_directorys_variables_and_a_session_keep_apart(shell: JsonShell) {
    let files = Home::new();
    for hook in hooks(shell, &files) {
        for is_first in [true, false] {
            let before = if is_first { &*hook } else { "" };
            let mut person = Person::with(shell, "", before);
            make_directories(&person.landing.home, &hook);
            if !is_first {
                person.hears(slice::from_ref(&hook));
            }
            holds_throughout(person);
        }
    }
}
