//! What is sent, how often, and what is made of the answers.

use super::*;

#[test]
fn a_login_is_one_request_with_the_long_term_keys_only() {
    let (url, requests) = server(vec![
        answer(200, identity_body()),
        answer(200, session_body()),
    ]);
    with(&profile(&url), async |sts| {
        sts.caller_identity().await.unwrap();
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
        sts.caller_identity().await.unwrap()
    });
    assert_eq!(requests.try_iter().count(), 3);
}

#[test]
fn a_request_with_a_code_is_sent_once() {
    let failed = error_body("InternalFailure", "try later");
    for reaction in [
        Reaction::Close,
        answer(503, failed),
        answer(502, "<html>bad gateway</html>"),
        answer(503, "<html>busy</html>"),
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
        sts.caller_identity().await.unwrap();
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
            Kind::Hopeless,
            "does not know the access key AKIAIOSFODNN7EXAMPLE (from ~/.aws/credentials:3",
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            Kind::Hopeless,
            "the secret access key does not match",
        ),
        (
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region. ",
            Kind::Hopeless,
            "eu-west-1 (from AWS_TEST)",
        ),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            Kind::Hopeless,
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
