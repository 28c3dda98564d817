//! Dates in answers that must not be followed.

use super::{logins, short_of_patience};
use crate::support::home::Home;
use crate::support::stand_in::http::Response;
use crate::support::stand_in::{Fault, Options, Refusal, StandIn};

/// Whoever answers could ask for the codes of any day to come.
#[test]
fn no_code_of_another_day_is_ever_sent() {
    let refusals = [
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z",
    ];
    for message in refusals {
        for configured in [true, false] {
            let aws = StandIn::start(Options::default());
            let home = of_nobodys_device(&aws);
            if configured {
                let serial = aws.serial();
                home.write(".aws/config", format!("[default]\nmfa_serial = {serial}\n"));
            }
            let dates = [
                "Sat, 01 Jan 2061 00:00:10 GMT",
                "Thu, 01 Jan 2071 00:00:10 GMT",
                "Sun, 01 Jan 2090 00:00:10 GMT",
            ];
            for date in dates {
                let code = if message.contains("Signature") {
                    Refusal::signature_does_not_match(message)
                } else {
                    Refusal::access_denied(message)
                };
                let answer = code.query_response("sts", "1").header("Date", date);
                aws.fail("", Fault::Foreign(answer), 1);
            }
            let todays: Vec<_> = (-2..5).map(|step| aws.code_in(step)).collect();
            let run = short_of_patience(&home, "10").run();
            run.failure(1);
            let sent = aws.requests().into_iter();
            let sent = sent.filter_map(|one| one.parameter("TokenCode").map(str::to_owned));
            let others: Vec<_> = sent.filter(|code| !todays.contains(code)).collect();
            assert!(others.is_empty(), "{others:?} {message}{}", run.story());
            if configured {
                run.complains("seems to be ").complains(" behind AWS's");
            }
        }
    }
}

/// A machine on the way has put its own `Date` into an answer of AWS's: the signature was accepted,
/// and so its time was right.
#[test]
fn a_date_that_cannot_be_is_not_followed() {
    for date in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 2024 00:00:00 GMT",
        "Mon, 01 Jan 2090 00:00:00 GMT",
        "yesterday",
        "",
        "99999999999999999999",
    ] {
        let aws = StandIn::start(Options::default());
        let home = of_nobodys_device(&aws);
        aws.fail("GetCallerIdentity", Fault::Date(date), 1);
        aws.fail("ListMFADevices", Fault::Date(date), 1);
        aws.fail("GetSessionToken", Fault::Date(date), 1);
        goes_through_untold(&aws, &home);
    }
}

#[test]
fn the_date_of_somebody_elses_page_is_not_followed() {
    for (status, content) in [
        (200, "text/html; charset=utf-8"),
        (302, "text/html; charset=utf-8"),
        (404, "text/html; charset=utf-8"),
        (502, "text/html; charset=utf-8"),
        (503, "text/html; charset=utf-8"),
        (511, "text/html; charset=utf-8"),
        (403, "application/json"),
        (429, "text/plain"),
        (404, ""),
    ] {
        let aws = StandIn::start(Options::default());
        let home = of_nobodys_device(&aws);
        let page = Response {
            status,
            headers: vec![
                ("Content-Type".to_owned(), content.to_owned()),
                (
                    "Date".to_owned(),
                    "Mon, 05 Jan 2026 00:00:00 GMT".to_owned(),
                ),
            ],
            body: b"<html>please sign in</html>".to_vec(),
        };
        aws.fail("GetCallerIdentity", Fault::Foreign(page), 1);
        let first = short_of_patience(&home, "10");
        let run = first.run();
        assert!(
            !run.stderr.contains("clock"),
            "{status} {content}{}",
            run.story()
        );
        if !run.status.success() {
            goes_through_untold(&aws, &home);
        }
    }
}

/// A home whose codes are computed, and whose device AWS is asked for first.
fn of_nobodys_device(aws: &StandIn) -> Home {
    let home = Home::of(aws);
    home.write(".aws/config", "");
    home.write(".aws-mfa", aws.secret());
    home
}

#[track_caller]
fn goes_through_untold(aws: &StandIn, home: &Home) {
    let run = short_of_patience(home, "10").run();
    assert!(run.status.success(), "{}", run.story());
    run.keeps_quiet_about("clock");
    assert_eq!(logins(aws), ["OK"], "{}", run.story());
}
