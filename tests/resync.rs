//! `awsmfa resync`: two codes of a device whose clock is off.

use crate::support::home::{Home, account};
use crate::support::stand_in::{Device, Policy, Signer, StandIn};

/// AWS takes the device's clock to be so many time steps ahead.
fn drifted(steps: i64) -> (StandIn, Home) {
    let (aws, home) = account();
    aws.settle();
    let serial = aws.serial();
    aws.change(|options| options.drift = [(serial, steps)].into());
    (aws, home)
}

#[test]
fn two_codes_in_words_bring_a_device_back_into_step() {
    let (aws, home) = drifted(40);
    home.login(&format!("-c {}", aws.code())).run().failure(1);
    let (first, second) = (aws.code_in(-90), aws.code_in(-89));
    let run = home.awsmfa(["resync", &first, &second]).run();
    run.success()
        .prints("")
        .complains("log in with its next code");
    let sent = aws.requests().pop().unwrap();
    assert_eq!(sent.signer, Signer::LongTermKey("alice".to_owned()));
    home.login(&format!("-c {}", aws.code_in(-88)))
        .run()
        .success();
}

#[test]
fn computed_codes_need_no_wait_and_are_used_up() {
    let (aws, home) = drifted(40);
    home.write(".aws-mfa", aws.secret());
    home.awsmfa(["resync"]).run().success();
    let sent = aws.requests().pop().unwrap();
    let codes = ["AuthenticationCode1", "AuthenticationCode2"];
    let codes = codes.map(|name| sent.parameter(name).unwrap().to_owned());
    assert_eq!(codes, [aws.code_in(-1), aws.code()]);
    aws.advance(30);
    home.login("").run().success();
}

#[test]
fn codes_are_asked_for_one_after_the_other() {
    let (aws, home) = drifted(40);
    let mut terminal = home.terminal("resync");
    terminal.expect("MFA code for arn:aws:iam::123456789012:mfa/alice: ");
    terminal.send(&format!("{}\r", aws.code_in(-90)));
    terminal.expect("now the code that the device shows next");
    terminal.send(&format!("{}\r", aws.code_in(-89)));
    terminal.succeeds();
}

#[test]
fn what_cannot_be_brought_into_step_is_explained() {
    let (aws, home) = drifted(40);
    let run = home.awsmfa(["resync", "123 456", "654 321"]).run();
    run.failure(1)
        .complains("could not resynchronize the MFA device: AWS refused the two codes")
        .complains("they must be two codes of this device that follow each other");
    aws.change(|options| options.users[0].policy = Policy::default().but_not("ResyncMFADevice"));
    let run = home
        .awsmfa(["resync", &aws.code_in(-90), &aws.code_in(-89)])
        .run();
    run.failure(1).complains("denies iam:ResyncMFADevice").complains(
        r#"{"Action":"iam:ResyncMFADevice","Effect":"Allow","Resource":"arn:aws:iam::123456789012:user/alice"}"#,
    );
    home.write(".aws/config", "");
    aws.change(|options| options.users[0].devices.push(Device::totp("GAHT12345678")));
    let run = home.awsmfa(["resync", "123456", "654321"]).run();
    run.failure(1)
        .complains("there are several MFA devices")
        .complains("--mfa-serial");
    for words in [
        &["123456"][..],
        &["1", "2"],
        &["123456", "234567", "345678"],
    ] {
        home.awsmfa(["resync"]).arguments(words).run().failure(2);
    }
}
