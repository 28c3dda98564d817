//! A clock that is wrong.

use super::*;

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
        sts.caller_identity().await.unwrap();
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
        ["this computer's clock is 3h 2m behind AWS's; going on with AWS's time"]
    );
}
