//! Beside mise, which sets variables on entering a directory and takes them back on leaving.

use super::XONSH;
use crate::json_shells::person::Person;

const MISE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/mise/mise");

/// mise's hook takes away what the directory has set, and puts back what it found there.
#[test]
fn keys_do_not_come_back_and_variables_stay_in_their_directory() {
    let hook = format!("execx($({MISE} activate xonsh))");
    for (before, after) in [(&*hook, ""), ("", &*hook)] {
        let mut person = Person::with(XONSH, "", before);
        sets(
            &person,
            "keys",
            "AWS_ACCESS_KEY_ID = 'AKIADIR'\nAWS_SECRET_ACCESS_KEY = 'd'\nAWS_SESSION_TOKEN = false\n",
        );
        sets(
            &person,
            "names",
            "AWS_PROFILE = 'stage'\nAWS_REGION = 'eu-north-1'\n",
        );
        person.types(after);
        for (line, expected) in [
            ("aws-mfa-on landing CODE", "landing|ASIA"),
            ("cd keys", "landing|AKIADIR|"),
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
            person.types(&line.replace("CODE", &person.landing.aws.code()));
            if line.contains("CODE") {
                person.landing.aws.advance(30);
            }
            person.types("sh $HOME/show now");
            let shown = person.pty.expect("now|") + &person.pty.expect("\r\n");
            assert!(shown.contains(expected), "{line}: {}", person.story());
        }
        assert!(
            !person.pty.seen().contains("Traceback"),
            "{}",
            person.story()
        );
    }
}

/// A directory's file of mise.
fn sets(person: &Person, directory: &str, variables: &str) {
    let home = &person.landing.home;
    let file = format!("{directory}/mise.toml");
    home.write(&file, format!("[env]\n{variables}"));
    home.program(MISE, ["trust", &file]).run().success();
}
