//! A command of the profile that runs awsmfa, which needs what the command prints.

use std::os::unix::fs::PermissionsExt as _;

use super::{SECRET, logged_in, login, user};
use crate::support::home::{AWSMFA, Home};

/// `~/bin/code WORD…` is `awsmfa code WORD…`, eight times at most.
fn wrapper(home: &Home) {
    let script = format!(
        "#!/bin/sh\necho >>~/runs\n[ \"$(wc -l <~/runs)\" -le 8 ] || exit 9\n'{AWSMFA}' code \"$@\"\n"
    );
    let path = home.write("bin/code", &script);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}

fn runs(home: &Home) -> usize {
    let runs = std::fs::read_to_string(home.path().join("runs"));
    runs.unwrap_or_default().lines().count()
}

#[test]
fn a_command_that_leads_back_to_its_own_line_is_stopped() {
    for (lines, expected) in [
        ("mfa_process = ~/bin/code", 1),
        ("mfa_process = cd / && ~/bin/code default | cat", 1),
        ("mfa_secret_process = ~/bin/code", 1),
        (
            "mfa_process = ~/bin/code two\n[profile two]\nmfa_process = ~/bin/code --profile default",
            2,
        ),
        (
            "mfa_process = ~/bin/code role\n\
             [profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = default",
            1,
        ),
    ] {
        let (aws, home) = user(lines);
        wrapper(&home);
        let run = home.awsmfa(["code"]).run();
        run.failure(1).complains("runs awsmfa, which needs ");
        run.complains("~/.aws/config:").complains("hint: ");
        assert_eq!(runs(&home), expected, "{lines}{}", run.story());
        login(&home).run().failure(1).complains("runs awsmfa");
        assert_eq!(runs(&home), 2 * expected, "{lines}");
        let requests = aws.requests();
        let codes = requests.iter().filter_map(|one| one.parameter("TokenCode"));
        assert_eq!(codes.count(), 0, "{lines}");
    }
}

#[test]
fn a_command_may_run_awsmfa_for_another_source() {
    for lines in [
        "mfa_process = ~/bin/code --source file",
        "mfa_process = ~/bin/code two\n[profile two]\nmfa_process = ~/bin/code three\n\
         [profile three]\nmfa_source = file",
    ] {
        let (_aws, home) = user(lines);
        home.write(".aws-mfa", SECRET);
        wrapper(&home);
        logged_in(login(&home).run().success());
    }
}
