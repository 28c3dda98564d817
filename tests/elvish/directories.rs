//! Beside direnv and mise, as `tests/directories.rs` has it for the other shells.

use super::Terminal;
use crate::support::landing::Landing;

const MISE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/mise/mise");
const LOAD: &str = "eval (awsmfa init elvish | slurp)";

/// direnv 2.32 still writes `except`, which elvish 0.18 took away.
const DIRENV_HOOK: &str = "eval (direnv hook elvish | sed s/except/catch/ | slurp)";

/// With the tool's hook before the snippet and after it. The directory `keys` has keys of its own,
/// `names` a profile and a region.
fn everywhere(test: impl Fn(Terminal)) {
    let mise = format!("eval ({MISE} activate elvish | slurp) &on-end={{|it| $it[activate~] }}");
    for hook in [DIRENV_HOOK, &mise] {
        for rc in [format!("{hook}\n{LOAD}"), format!("{LOAD}\n{hook}")] {
            let landing = Landing::new();
            let home = &landing.home;
            let keys = "export AWS_ACCESS_KEY_ID=AKIADIRECTORY AWS_SECRET_ACCESS_KEY=directory\n\
                        unset AWS_SESSION_TOKEN\n";
            home.write("keys/.envrc", keys);
            let names = "export AWS_PROFILE=stage AWS_REGION=eu-north-1\n";
            home.write("names/.envrc", names);
            let keys = "[env]\nAWS_ACCESS_KEY_ID = 'AKIADIRECTORY'\n\
                        AWS_SECRET_ACCESS_KEY = 'directory'\nAWS_SESSION_TOKEN = false\n";
            home.write("keys/mise.toml", keys);
            let names = "[env]\nAWS_PROFILE = 'stage'\nAWS_REGION = 'eu-north-1'\n";
            home.write("names/mise.toml", names);
            for directory in ["keys", "names"] {
                let file = format!("{directory}/mise.toml");
                home.program(MISE, ["trust", &file]).run().success();
                let allowed = home.program("direnv", ["allow", directory]).run();
                allowed.success();
            }
            test(Terminal::with(landing, &rc));
        }
    }
}

#[track_caller]
fn holds(terminal: &mut Terminal, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        let shown = terminal.shows(name);
        assert_eq!(shown, *value, "{name}: {}", terminal.pty.seen());
    }
}

#[test]
fn the_keys_of_an_ended_session_do_not_come_back() {
    everywhere(|mut terminal| {
        terminal.log_in("landing");
        terminal.enter("cd keys");
        holds(&mut terminal, &[("AWS_ACCESS_KEY_ID", "AKIADIRECTORY")]);
        terminal.enter("aws-mfa-off");
        let own = [
            ("AWS_ACCESS_KEY_ID", "AKIADIRECTORY"),
            ("AWS_SECRET_ACCESS_KEY", "directory"),
            ("AWSMFA_PROFILE", "no"),
        ];
        holds(&mut terminal, &own);
        terminal.enter("cd ..");
        let none = [
            ("AWS_ACCESS_KEY_ID", "no"),
            ("AWS_SECRET_ACCESS_KEY", "no"),
            ("AWS_SESSION_TOKEN", "no"),
        ];
        holds(&mut terminal, &none);
    });
}

#[test]
fn a_directorys_variables_are_restored_in_it_only() {
    let own = [("AWS_PROFILE", "stage"), ("AWS_REGION", "eu-north-1")];
    everywhere(|mut terminal| {
        terminal.enter("cd names");
        terminal.log_in("landing");
        terminal.enter("aws-mfa-off");
        holds(&mut terminal, &own);
        terminal.landing.aws.advance(30);
        terminal.log_in("landing");
        terminal.enter("cd ..");
        terminal.enter("aws-mfa-off");
        let none = [
            ("AWS_PROFILE", "no"),
            ("AWS_REGION", "no"),
            ("AWS_DEFAULT_REGION", "no"),
            ("AWS_ACCESS_KEY_ID", "no"),
        ];
        holds(&mut terminal, &none);
        terminal.enter("cd names");
        holds(&mut terminal, &own);
    });
}
