use super::*;
use crate::environment::tests::credentials;

pub fn base() -> Base {
    Base {
        credentials: credentials(),
        long_term_key_id: Some("AKIA1".to_owned()),
        mfa_serial: Some("arn:aws:iam::1:mfa/a,b@c".to_owned()),
        of_this_run: false,
    }
}

#[test]
fn serves_the_same_keys_and_device_while_it_lasts() {
    let base = base();
    let end = base.credentials.expiration;
    let (soon, early) = (end - RENEWAL, end - RENEWAL - Duration::from_secs(1));
    let device = base.mfa_serial.as_deref();
    assert!(base.serves("AKIA1", device, early) && base.serves("AKIA1", None, early));
    assert!(!base.serves("AKIA1", device, soon), "about to end");
    assert!(!base.serves("AKIA2", device, early), "other keys");
    assert!(
        !base.serves("AKIA1", Some("other"), early),
        "another device"
    );
}

#[test]
fn debug_shows_no_secret() {
    assert!(!format!("{:?}", base()).contains("secret/"));
}
