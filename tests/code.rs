//! `awsmfa code`: from any source, without keys and without AWS.

use crate::support::home::{Home, account};
use crate::support::stand_in::{Options, StandIn};

const SECRET: &str = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";

#[test]
fn the_code_of_a_secret_file_with_the_seconds_left() {
    let aws = StandIn::start(Options::default());
    let home = Home::new();
    home.write(".aws-mfa", SECRET);
    let before = aws.code();
    let run = home.awsmfa(["code"]).run();
    run.success().complains("s left");
    let due = [before, aws.code()].map(|code| format!("{code}\n"));
    assert!(due.contains(&run.stdout), "{due:?}{}", run.story());
    assert!(aws.requests().is_empty(), "AWS was asked");
}

#[test]
fn a_code_that_is_shown_is_not_used() {
    let (aws, home) = account();
    home.write(".aws-mfa", SECRET);
    let shown = home.awsmfa(["code"]).run();
    let login = home.login("").run();
    login.success();
    let requests = aws.requests();
    let sent = requests.iter().find_map(|one| one.parameter("TokenCode"));
    let shown = shown.success().stdout.trim();
    // The step may have ended in between; the next one's code was not waited for.
    assert!(sent == Some(shown) || shown == aws.code_in(-1), "{sent:?}");
}

/// There is no code that lasts longer than the second that is left of one.
#[test]
fn a_code_is_shown_even_with_one_second_time_steps() {
    let home = Home::new();
    let secret = SECRET.replace(' ', "");
    let uri = format!("otpauth://totp/AWS?secret={secret}&period=1\n");
    home.write(".aws-mfa", uri);
    home.awsmfa(["code"]).run().success().complains("0s left");
}

#[test]
fn code_works_with_profiles_that_have_no_keys() {
    let home = Home::new();
    home.write(
        ".aws/config",
        "[profile dev]\nmfa_process = echo 123456\n[profile role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n",
    );
    for words in [["code", "dev"], ["code", "role"]] {
        let run = home.awsmfa(words).run();
        run.success().prints("123456\n");
    }
    let run = home.awsmfa(["code", "-c", "654321"]).run();
    run.success().prints("654321\n");
}

#[test]
fn code_of_a_missing_profile_fails() {
    let run = Home::new().awsmfa(["code", "nobody"]).run();
    run.failure(1)
        .complains("could not read profile nobody (named by the argument)")
        .complains("there is no such profile");
    assert_eq!(run.stdout, "");
}
