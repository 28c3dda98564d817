//! Beside mise. (direnv has no hook for nushell.)

use super::NU;
use crate::json_shells::person::Person;
use crate::support::home::Home;
use crate::support::json_shells::show;

const MISE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/mise/mise");

/// With mise's hook before the snippet's and after them. The directory `keys` has keys of its own,
/// `names` a profile and a region.
fn beside_mise(test: impl Fn(Person)) {
    let elsewhere = Home::new();
    let hook = elsewhere.program(MISE, ["activate", "nu"]).run();
    let hook = elsewhere.write("mise.nu", &hook.success().stdout);
    let hook = format!("use {}", hook.display());
    for before in [hook.clone(), format!("{}\n{hook}", NU.load())] {
        let person = Person::with(NU, "", &before);
        let home = &person.landing.home;
        let keys = "[env]\nAWS_ACCESS_KEY_ID = 'AKIADIRECTORY'\n\
                    AWS_SECRET_ACCESS_KEY = 'directory'\nAWS_SESSION_TOKEN = false\n";
        let names = "[env]\nAWS_PROFILE = 'stage'\nAWS_REGION = 'eu-north-1'\n";
        for (directory, text) in [("keys", keys), ("names", names)] {
            let file = home.write(&format!("{directory}/mise.toml"), text);
            let file = file.to_str().expect("a path in UTF-8");
            home.program(MISE, ["trust", file]).run().success();
        }
        test(person);
    }
}

fn types(person: &mut Person, line: &str) {
    person.hears(&[line.to_owned()]);
}

fn logs_in(person: &mut Person) {
    let code = person.landing.aws.code();
    types(person, &format!("aws-mfa-on landing {code}"));
    person.landing.aws.advance(30);
}

#[track_caller]
fn holds(person: &mut Person, expected: &str) {
    let shown = person.hears(&[show("holds")]);
    assert!(
        shown.contains(&format!("holds|{expected}")),
        "{expected} {}",
        person.story()
    );
}

#[test]
fn the_keys_of_an_ended_session_do_not_come_back() {
    beside_mise(|mut person| {
        logs_in(&mut person);
        types(&mut person, "cd keys");
        holds(&mut person, "landing|AKIADIRECTORY|eu-west-1|no");
        types(&mut person, "aws-mfa-off");
        holds(&mut person, "no|AKIADIRECTORY|no|no");
        types(&mut person, "cd ..");
        holds(&mut person, "no|no|no|no");
        let variables = person.look_around().variables;
        assert!(
            !variables.contains("AWS_S"),
            "{variables} {}",
            person.story()
        );
    });
}

#[test]
fn a_directorys_variables_are_restored_in_it_only() {
    beside_mise(|mut person| {
        types(&mut person, "cd names");
        logs_in(&mut person);
        types(&mut person, "aws-mfa-off");
        holds(&mut person, "no|no|eu-north-1|stage");
        logs_in(&mut person);
        types(&mut person, "cd ..");
        types(&mut person, "aws-mfa-off");
        holds(&mut person, "no|no|no|no");
        types(&mut person, "cd names");
        holds(&mut person, "no|no|eu-north-1|stage");
    });
}
