//! The MFA devices of the user.

use super::*;

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
        let caller = sts.caller_identity().await.unwrap();
        sts.mfa_devices(&caller).await.unwrap()
    });
    assert_eq!(devices, [SERIAL, fido]);
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
        let caller = sts.caller_identity().await.unwrap();
        sts.mfa_devices(&caller).await.unwrap_err()
    });
    assert!(shown(&failure).contains(SERIAL), "{}", shown(&failure));
}
