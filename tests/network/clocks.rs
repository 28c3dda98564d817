//! A clock that is off: told once, and AWS's followed.

use super::{failed, login, logins, short_of_patience};
use crate::support::home::Home;
use crate::support::stand_in::{Fault, Options, Refusal, StandIn};

/// The request that carries the code is refused for its time alone; the code in it is not looked
/// at, and good for the next one.
#[test]
fn a_wrong_clock_is_told_once_and_followed() {
    for (offset, words) in [(10_950, "3 h 2 min behind"), (-7_210, "2 h ahead of")] {
        let aws = StandIn::start(Options {
            clock_offset: offset,
            ..Options::default()
        });
        let home = Home::for_user(&aws.user());
        let run = login(&home, &aws, &aws.code()).run();
        run.success();
        assert_eq!(run.stderr.matches(words).count(), 1, "{}", run.story());
        assert_eq!(logins(&aws), ["SignatureDoesNotMatch", "OK"]);
    }
}

/// A clock that is off by less than AWS minds, and by more than a code bears.
#[test]
fn a_computed_code_follows_awss_clock() {
    for offset in [-3_600, -120, 120, 3_600] {
        let aws = StandIn::start(Options {
            clock_offset: offset,
            ..Options::default()
        });
        let user = aws.user();
        let home = Home::for_user(&user);
        home.write(".aws/config", "");
        home.write(
            ".aws-mfa",
            user.devices[0].secret.as_deref().unwrap_or_default(),
        );
        let run = short_of_patience(&home, "10")
            .env("AWS_ENDPOINT_URL", aws.endpoint())
            .run();
        run.success();
        assert_eq!(
            run.stderr.matches("this computer's clock").count(),
            1,
            "{}",
            run.story()
        );
        assert_eq!(logins(&aws), ["OK"], "{}", run.story());
    }
}

#[test]
fn a_clock_that_awss_answers_do_not_explain_ends_the_login() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    let early = "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z \
                 (20260101T003000Z - 15 min.)";
    aws.fail(
        "GetSessionToken",
        Fault::Refuse(Refusal::signature_does_not_match(early)),
        10,
    );
    let run = login(&home, &aws, &aws.code()).run();
    failed(&run, "AWS finds the request's time wrong", "set the clock");
    assert_eq!(logins(&aws).len(), 1);
}
