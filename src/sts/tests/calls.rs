//! What is sent, how often, and what is made of the answers.

use super::*;

#[test]
fn a_login_is_one_request_with_the_long_term_keys_only() {
    let (url, requests) = server(vec![
        answer(200, identity_body()),
        answer(200, session_body()),
    ]);
    with(&profile(&url), async |sts| {
        sts.caller_identity(Repeats::Said).await.unwrap();
        let session = login(sts).await.unwrap();
        assert_eq!(session.session_token.expose(), TOKEN);
        assert!(!format!("{session:?}").contains(TOKEN));
    });
    let requests: Vec<String> = requests.try_iter().collect();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].contains("&TokenCode=123456"), "{}", requests[1]);
    assert!(requests[1].contains("/eu-west-1/sts/aws4_request"));
    assert!(
        !requests
            .iter()
            .any(|request| request.to_lowercase().contains("security-token"))
    );
}

#[test]
fn proving_the_keys_is_retried() {
    let throttled = error_body("Throttling", "Rate exceeded");
    let script = vec![
        Reaction::Close,
        answer(400, throttled),
        answer(200, identity_body()),
    ];
    let (url, requests) = server(script);
    with(&profile(&url), async |sts| {
        sts.caller_identity(Repeats::Said).await.unwrap()
    });
    assert_eq!(requests.try_iter().count(), 3);
}

#[test]
fn a_request_with_a_code_is_sent_once() {
    let unavailable = error_body("ServiceUnavailable", "try later");
    for reaction in [
        Reaction::Close,
        answer(503, unavailable),
        answer(502, "<html>bad gateway</html>"),
        answer(400, error_body("Throttling", "Rate exceeded")),
        answer(200, "<html>sign in</html>"),
        answer(200, ""),
    ] {
        let (url, requests) = server(vec![reaction, answer(200, session_body())]);
        let failure = with(&profile(&url), login).unwrap_err();
        assert_eq!(failure.kind, Kind::LostAnswer, "{}", shown(&failure));
        assert_eq!(requests.try_iter().count(), 1);
    }
}

#[test]
fn an_answer_cut_anywhere_is_no_session() {
    let body = session_body();
    for end in (0..body.len())
        .step_by(7)
        .chain(body.len() - 12..body.len())
    {
        let (url, _requests) = server(vec![answer(200, &body[..end])]);
        let failure = with(&profile(&url), login).unwrap_err();
        assert!(shown(&failure).contains("could not log in: AWS's answer cannot be used"));
        assert_eq!(failure.kind, Kind::LostAnswer);
    }
}

#[test]
fn a_connection_that_was_never_made_is_no_lost_answer() {
    // Nobody listens on port 1, and no other test is given it.
    let failure = with(&profile("http://127.0.0.1:1"), login).unwrap_err();
    let text = shown(&failure);
    assert_eq!(failure.kind, Kind::NotSent, "{text}");
    assert!(
        text.contains("refuses the connection (tried 4 times"),
        "{text}"
    );
    let failure = with(&profile("http://no-such-host.invalid"), login).unwrap_err();
    assert_eq!(failure.kind, Kind::NotSent);
    assert!(shown(&failure).contains("the name of no-such-host.invalid cannot be resolved"));
}

#[test]
fn a_connection_closed_while_idle_is_replaced() {
    let closed = Reaction::AnswerAndClose(identity_body());
    let (url, requests) = server(vec![closed, answer(200, session_body())]);
    with(&profile(&url), async |sts| {
        sts.caller_identity(Repeats::Said).await.unwrap();
        // The runtime stands still meanwhile, as it may while the user types.
        let events: Vec<String> = requests.iter().take(2).collect();
        assert_eq!(events[1], "closed");
        login(sts).await.unwrap();
    });
    assert_eq!(requests.try_iter().count(), 1);
}

#[test]
fn a_redirect_is_not_followed() {
    let headers = "location: http://127.0.0.1:1/\r\n".to_owned();
    let redirect = Reaction::Answer {
        status: 302,
        headers,
        body: String::new(),
    };
    let (url, requests) = server(vec![redirect]);
    let failure = with(&profile(&url), login).unwrap_err();
    assert!(
        shown(&failure).contains("(HTTP 302) is not AWS's"),
        "{}",
        shown(&failure)
    );
    assert_eq!(requests.try_iter().count(), 1);
}

#[test]
fn a_wrong_clock_is_learned_told_once_and_followed() {
    NOTES.with_borrow_mut(Vec::clear);
    let date = || {
        let aws = aws_smithy_types::DateTime::from(
            Clock::default().local() + Duration::from_secs(10_930),
        );
        format!(
            "date: {}\r\n",
            aws.fmt(aws_smithy_types::date_time::Format::HttpDate)
                .unwrap()
        )
    };
    let expired = "Signature expired: 20260102T030405Z is now earlier than 20260102T050405Z";
    let body = error_body("SignatureDoesNotMatch", expired);
    let script = vec![
        Reaction::Answer {
            status: 403,
            headers: date(),
            body: body.clone(),
        },
        Reaction::Answer {
            status: 200,
            headers: date(),
            body: identity_body(),
        },
        Reaction::Answer {
            status: 403,
            headers: date(),
            body,
        },
    ];
    let (url, requests) = server(script);
    with(&profile(&url), async |sts| {
        sts.caller_identity(Repeats::Said).await.unwrap();
        assert!((sts.clock.offset_seconds() - 10_930).abs() < 3);
        let failure = login(sts).await.unwrap_err();
        assert_eq!(failure.kind, Kind::ClockSkew);
    });
    let signed: Vec<String> = requests
        .try_iter()
        .map(|request| request.split("x-amz-date: ").nth(1).unwrap()[..13].to_owned())
        .collect();
    assert_eq!(signed.len(), 3);
    assert!(signed[0] < signed[1], "{signed:?}");
    let notes = NOTES.with_borrow(Clone::clone);
    assert_eq!(
        notes,
        ["this computer's clock is 3 h 2 min behind AWS's; going on with AWS's time"]
    );
}

#[test]
fn refusals_are_explained() {
    let table = [
        (
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            Kind::InvalidTokenCode,
            "used already",
        ),
        (
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
            Kind::Other,
            "the MFA device arn:aws:iam::123456789012:mfa/alice (from AWS_TEST) does not belong",
        ),
        (
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
            Kind::Other,
            "temporary key",
        ),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid",
            Kind::Other,
            "does not know the access key AKIAIOSFODNN7EXAMPLE (from ~/.aws/credentials:3",
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            Kind::Other,
            "the secret access key does not match",
        ),
        (
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region. ",
            Kind::Other,
            "eu-west-1 (from AWS_TEST)",
        ),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            Kind::Other,
            "is over",
        ),
        (
            "ValidationError",
            "1 validation error detected: Value '12' at 'tokenCode' failed to satisfy constraint",
            Kind::InvalidTokenCode,
            "six digits",
        ),
        (
            "OddCode",
            "Something new.",
            Kind::Other,
            "AWS says OddCode: Something new (request req-1)",
        ),
    ];
    for (code, message, kind, words) in table {
        let headers = "x-amzn-requestid: req-1\r\n".to_owned();
        let body = error_body(code, message);
        let (url, _requests) = server(vec![Reaction::Answer {
            status: 403,
            headers,
            body,
        }]);
        let failure = with(&profile(&url), login).unwrap_err();
        let text = shown(&failure);
        assert!(text.starts_with("could not log in: "), "{text}");
        assert!(text.contains(words), "{text}");
        assert_eq!(failure.kind, kind, "{text}");
    }
}

#[test]
fn devices_are_listed_page_by_page() {
    let page = |serial: &str, truncated: bool| {
        answer(
            200,
            format!(
                "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices><member><SerialNumber>{serial}\
             </SerialNumber></member></MFADevices><IsTruncated>{truncated}</IsTruncated>\
             <Marker>next</Marker></ListMFADevicesResult></ListMFADevicesResponse>"
            ),
        )
    };
    let fido = "arn:aws:iam::123456789012:u2f/user/alice/key";
    let script = vec![
        answer(200, identity_body()),
        page(SERIAL, true),
        page(fido, false),
    ];
    let (url, requests) = server(script);
    let devices = with(&profile(&url), async |sts| {
        let caller = sts.caller_identity(Repeats::Said).await.unwrap();
        sts.mfa_devices(&caller).await.unwrap()
    });
    assert_eq!(devices.usable, [SERIAL]);
    assert_eq!(devices.fido, [fido]);
    let requests: Vec<String> = requests.try_iter().collect();
    assert!(requests[1].contains("UserName=alice") && !requests[1].contains("Marker"));
    assert!(
        requests[1].contains("/us-east-1/iam/aws4_request"),
        "{}",
        requests[1]
    );
    assert!(requests[2].ends_with("&Marker=next"));
}

#[test]
fn a_user_who_may_not_list_devices_gets_a_guess() {
    let denied = "User: arn:aws:iam::123456789012:user/path/alice is not authorized to perform: \
                  iam:ListMFADevices on resource: user alice";
    let (url, _requests) = server(vec![
        answer(200, identity_body()),
        answer(403, error_body("AccessDenied", denied)),
    ]);
    let failure = with(&profile(&url), async |sts| {
        let caller = sts.caller_identity(Repeats::Said).await.unwrap();
        sts.mfa_devices(&caller).await.unwrap_err()
    });
    assert!(shown(&failure).contains(SERIAL), "{}", shown(&failure));
}

#[test]
fn settings_that_cannot_be_right_are_named() {
    let mut odd = profile("http://127.0.0.1:1");
    odd.region.value = "eu west".to_owned();
    let (keys, clock) = (keys(), Clock::default());
    let messages = Messages::new(|_| (), Level::Quiet);
    let refused = |profile: &Profile| {
        let sts = Sts::with_proxies(profile, &keys, Proxies::default(), &clock, &messages);
        format!("{:#}", sts.err().unwrap())
    };
    assert!(refused(&odd).contains("\"eu west\" (from AWS_TEST) is not the name of a region"));
    let mut fips = profile("http://127.0.0.1:1");
    fips.network.use_fips_endpoint = true;
    let failure = with(&fips, login).unwrap_err();
    assert!(shown(&failure).contains("FIPS"), "{}", shown(&failure));
}
