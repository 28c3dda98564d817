//! `AWS_PROFILE=work aws-mfa-on` in zsh, which restores such a variable when the function returns.

use crate::support::home::{Home, Run};
use crate::support::shells::{SHELLS, Shell, path};
use crate::support::stand_in::{Options, StandIn};

const ZSH: Shell = SHELLS[1];

/// A user with the profiles `default` and `work`.
fn user() -> (StandIn, Home) {
    let aws = StandIn::start(Options::default());
    aws.settle();
    let home = Home::for_user(&aws.user());
    let serial = &aws.user().devices[0].serial_number;
    let work = format!("[profile work]\nsource_profile = default\nmfa_serial = {serial}\n");
    home.write(".aws/config", work);
    (aws, home)
}

/// Runs the lines in zsh; `show` prints what is set.
fn run(home: &Home, aws: &StandIn, lines: &str) -> Run {
    let names = "$AWSMFA_PROFILE|$AWS_ACCESS_KEY_ID|$AWS_PROFILE|$AWS_REGION|$AWS_ENDPOINT_URL";
    let show = format!("show() {{ print -r -- \"$1|{names}\" }}");
    home.write("script", [&show, &*ZSH.load(), lines, ""].join("\n"));
    home.program("zsh", ["-f", "script"])
        .env("PATH", path(home))
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .run()
}

#[test]
fn a_profile_before_the_command_is_served_if_the_terminal_has_none() {
    let (aws, home) = user();
    let (code, next) = (aws.code(), aws.code_in(1));
    let run = run(
        &home,
        &aws,
        &format!(
            "AWS_PROFILE=work aws-mfa-on -c {code}; print held=$AWSMFA_PROFILE, profile=${{AWS_PROFILE-no}}; aws-mfa-off\n\
             show off\n\
             AWS_PROFILE=work aws-mfa-on -c {next}\n\
             export AWS_REGION=changed\n\
             show later"
        ),
    );
    run.success();
    assert!(
        run.stdout.contains("held=work, profile=no\n"),
        "{}",
        run.story()
    );
    let endpoint = aws.endpoint();
    assert!(
        run.stdout.contains(&format!("off|||||{endpoint}\n")),
        "{}",
        run.story()
    );
    let later = run.stdout.lines().last().unwrap_or_default();
    assert!(later.starts_with("later|work|ASIA"), "{}", run.story());
    assert!(
        later.ends_with(&format!("||changed|{endpoint}")),
        "{}",
        run.story()
    );
}

#[test]
fn what_zsh_would_restore_over_the_session_is_refused_before_a_code_is_used() {
    for (line, hint) in [
        ("AWS_PROFILE=work aws-mfa-on", "aws-mfa-on work"),
        (
            "AWS_REGION=eu-west-3 aws-mfa-on",
            "aws-mfa-on --region eu-west-3",
        ),
        (
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE aws-mfa-on",
            "export AWS_ACCESS_KEY_ID in a line of its own, then aws-mfa-on",
        ),
        (
            "f() { local -x AWS_PROFILE=own; AWS_PROFILE=work aws-mfa-on $@; }; f",
            "aws-mfa-on work",
        ),
    ] {
        let (aws, home) = user();
        let code = aws.code();
        let lines = format!(
            "export AWS_PROFILE=mine\n{line} -c {code} || print failed $?\nshow after\naws-mfa-off\nshow off"
        );
        let run = run(&home, &aws, &lines);
        run.success()
            .complains("zsh restores it when aws-mfa-on returns")
            .complains(&format!("hint: {hint}\n"));
        let endpoint = aws.endpoint();
        for shown in [
            "failed 1\n".to_owned(),
            format!("after|||mine||{endpoint}\n"),
            format!("off|||mine||{endpoint}\n"),
        ] {
            assert!(run.stdout.contains(&shown), "{line}{}", run.story());
        }
        assert!(aws.actions().is_empty(), "{line}{}", run.story());
    }
}

#[test]
fn a_loop_over_profiles_leaves_nothing_behind() {
    let (aws, home) = user();
    let codes = [aws.code(), aws.code_in(1)];
    let lines = format!(
        "for p c in default {} work {}; do AWS_PROFILE=$p aws-mfa-on $c; print held=$AWSMFA_PROFILE; aws-mfa-off; done\nshow end",
        codes[0], codes[1]
    );
    let run = run(&home, &aws, &lines);
    run.success();
    for shown in [
        "held=default\n",
        "held=work\n",
        &format!("end|||||{}\n", aws.endpoint()),
    ] {
        assert!(run.stdout.contains(shown), "{}", run.story());
    }
}

/// What the login only reads may stand before the command, and stays the terminal's own.
#[test]
fn other_variables_before_the_command_are_for_the_login_alone() {
    let (aws, home) = user();
    let (code, endpoint) = (aws.code(), aws.endpoint());
    let lines = format!(
        "export AWS_ENDPOINT_URL=http://127.0.0.1:9\n\
         AWS_ENDPOINT_URL={endpoint} AWSMFA_SOURCE=prompt aws-mfa-on -c {code}\n\
         show on\naws-mfa-off\nshow off"
    );
    let run = run(&home, &aws, &lines);
    run.success();
    assert!(run.stdout.contains("on|default|ASIA"), "{}", run.story());
    let off = "off|||||http://127.0.0.1:9\n";
    assert!(run.stdout.ends_with(off), "{}", run.story());
}
