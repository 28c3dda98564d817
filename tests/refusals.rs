//! AWS's refusals, each in AWS's exact words, and what the user is told instead.

use crate::support::home::{Home, Run};
use crate::support::stand_in::{Device, Fault, Options, Refusal, StandIn, User};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE (from ~/.aws/credentials:2 [default] aws_access_key_id)";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

fn login(home: &Home, aws: &StandIn) -> Run {
    home.awsmfa(["env", "--shell", "sh", "--timeout", "4", "-c", &aws.code()])
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .run()
}

/// What the user is told; AWS's code and the layers in between are left out.
#[track_caller]
fn told(run: &Run, cause: &str, hint: &str) {
    run.failure(1);
    assert_eq!(run.stdout, "false\n", "{}", run.story());
    let lines: Vec<_> = run.stderr.lines().collect();
    let [.., error, last] = lines[..] else {
        panic!("two lines are needed{}", run.story());
    };
    assert!(
        error.starts_with("awsmfa: could not ") && error.contains(cause),
        "{cause}{}",
        run.story()
    );
    assert_eq!(error.matches("could not").count(), 1, "{}", run.story());
    assert!(
        last.starts_with("awsmfa: hint: ") && last.contains(hint),
        "{hint}{}",
        run.story()
    );
    for line in [error, last] {
        assert!(
            !line.ends_with('.') && !line.contains("wJalr"),
            "{}",
            run.story()
        );
    }
}

/// The code AWS gives and its text; cause and hint.
const REFUSALS: [(&str, &str, &str, &str); 9] = [
    (
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        "AWS refused the MFA code: wrong, or already used in this window (another terminal?)",
        "the next code comes in ",
    ),
    (
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
        "is a temporary key, and a login needs long-term ones",
        "AKIA…",
    ),
    (
        "InvalidClientTokenId",
        "The security token included in the request is invalid",
        "AWS does not know the access key AKIA",
        "it was tried in the region us-east-1 (the default), partition aws",
    ),
    (
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your \
         AWS Secret Access Key and signing method. Consult the service documentation for details.",
        "the secret access key does not match the access key AKIA",
        "copy it again",
    ),
    (
        "SignatureDoesNotMatch",
        "Credential should be scoped to a valid region, not 'us-east-1'. ",
        "the endpoint does not belong to the region us-east-1 (the default)",
        "--region",
    ),
    (
        "ExpiredToken",
        "The security token included in the request is expired",
        "is over",
        "long-term keys",
    ),
    (
        "ExpiredTokenException",
        "The security token included in the request is expired",
        "is over",
        "long-term keys",
    ),
    (
        "RegionDisabledException",
        "STS is not activated in this region for account:123456789012. Your account administrator \
         can activate STS in this region using the IAM Console.",
        "STS is not active in us-east-1 (the default) for this account",
        "--region us-east-1",
    ),
    (
        "ValidationError",
        "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy \
         constraint: Member must have value greater than or equal to 900",
        "AWS does not allow this duration: ",
        "--duration",
    ),
];

#[test]
fn refusals_are_translated() {
    for (code, message, cause, hint) in REFUSALS {
        let aws = StandIn::start(Options::default());
        let home = Home::for_user(&aws.user());
        let refusal = Refusal::new(403, code, message);
        aws.fail("GetSessionToken", Fault::Refuse(refusal), 9);
        let run = login(&home, &aws);
        told(&run, cause, hint);
        assert_eq!(aws.requests().len(), 1, "{}", run.story());
    }
}

/// What the table does not know is passed on whole, with the id that AWS's support asks for, and
/// without what a terminal would obey.
#[test]
fn other_refusals_are_passed_on() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    let message = "User: x is not authorized with an explicit deny\u{1b}]0;evil\u{7} in a policy.";
    let refusal = Refusal::new(403, "AccessDenied", message);
    aws.fail("GetSessionToken", Fault::Refuse(refusal), 9);
    let run = login(&home, &aws);
    run.failure(1)
        .complains("could not log in: AWS says AccessDenied: User: x is not authorized")
        .complains("(request ");
    assert!(!run.stderr.contains(['\u{1b}', '\u{7}']), "{}", run.story());
}

#[test]
fn a_device_of_somebody_else_is_told_with_its_line_and_the_keys_owner() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    home.write(
        ".aws/config",
        "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/bob\n",
    );
    let run = login(&home, &aws);
    let cause = format!(
        "the MFA device arn:aws:iam::123456789012:mfa/bob (from ~/.aws/config:2 [default] \
         mfa_serial) does not belong to the access key {KEY} of \
         arn:aws:iam::123456789012:user/alice"
    );
    told(
        &run,
        &cause,
        "another user's, another account's, or deleted",
    );
    assert_eq!(aws.actions(), ["GetSessionToken", "GetCallerIdentity"]);
}

#[test]
fn keys_that_aws_does_not_know_or_take() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    let write = |id: &str, secret: &str| {
        let text =
            format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        home.write(".aws/credentials", text);
    };
    write("AKIAGONEGONEGONEGONE", "x");
    let gone = "the access key AKIAGONEGONEGONEGONE (from ~/.aws/credentials:2 [default] aws_access_key_id)";
    told(
        &login(&home, &aws),
        &format!("AWS does not know {gone}"),
        "deleted, inactive or mistyped",
    );
    let user = aws.user();
    write(&user.keys[0].id, &user.keys[0].secret[..39]);
    told(
        &login(&home, &aws),
        &format!("the secret access key does not match the access key {KEY}"),
        "40 characters",
    );
    write(&user.keys[0].id, &user.keys[0].secret);
    aws.change(|options| options.users[0].keys[0].active = false);
    told(
        &login(&home, &aws),
        &format!("AWS does not know the access key {KEY}"),
        "inactive",
    );
}

#[test]
fn keys_of_another_partition() {
    let aws = StandIn::start(Options {
        users: vec![User::default().in_partition("aws-cn")],
        ..Options::default()
    });
    let home = Home::for_user(&aws.user());
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    let run = login(&home, &aws);
    told(
        &run,
        "the region eu-west-1 (from ~/.aws/config:2 [default] region)",
        "--region",
    );
}

/// A region that the user has named together with the endpoint is not left.
#[test]
fn a_disabled_region_behind_a_custom_endpoint_is_told() {
    let aws = StandIn::start(Options {
        disabled_regions: vec!["eu-south-1".to_owned()],
        ..Options::default()
    });
    let home = Home::for_user(&aws.user());
    home.write(
        ".aws/config",
        format!("[default]\nregion = eu-south-1\nmfa_serial = {SERIAL}\n"),
    );
    told(
        &login(&home, &aws),
        "STS is not active in eu-south-1 (from ~/.aws/config:2",
        "--region us-east-1",
    );
    assert_eq!(aws.requests().len(), 1);
}

fn user_with(devices: Vec<Device>) -> User {
    User {
        devices,
        ..User::default()
    }
}

fn unnamed_device(user: User) -> (StandIn, Home) {
    let aws = StandIn::start(Options {
        users: vec![user],
        ..Options::default()
    });
    let home = Home::for_user(&aws.user());
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    (aws, home)
}

fn fido() -> Device {
    Device::fido("arn:aws:iam::123456789012:u2f/user/alice/key-GAKAEXAMPLE")
}

#[test]
fn the_device_is_found_and_the_line_for_it_shown() {
    let several_users = user_with(vec![fido(), Device::totp(SERIAL)]);
    let (aws, home) = unnamed_device(several_users);
    let code = Device::totp(SERIAL);
    aws.change(|options| options.users[0].devices = vec![code, fido()]);
    let run = login(&home, &aws);
    run.success()
        .complains(&format!("mfa_serial = {SERIAL}"))
        .complains("~/.aws/credentials:2 [default]");
    let requests = aws.requests();
    assert_eq!(requests[1].parameter("UserName"), Some("alice"));
    assert_eq!(requests[2].parameter("SerialNumber"), Some(SERIAL));
}

#[test]
fn no_device_fido_only_denied_several() {
    let second = "arn:aws:iam::123456789012:mfa/tablet";
    let denied = User {
        may_list_own_devices: false,
        ..User::default()
    };
    for (user, cause, hint) in [
        (
            user_with(vec![Device::totp(SERIAL), Device::totp(second)]),
            format!("there are several MFA devices: {SERIAL}, {second}"),
            "--mfa-serial",
        ),
        (
            denied,
            format!("the access key {KEY} may not list its MFA devices"),
            "it is often arn:aws:iam::123456789012:mfa/alice",
        ),
    ] {
        let (aws, home) = unnamed_device(user);
        let run = login(&home, &aws);
        told(&run, &cause, hint);
        assert_eq!(aws.actions(), ["GetCallerIdentity", "ListMFADevices"]);
    }
    for (devices, cause) in [
        (
            vec![],
            "arn:aws:iam::123456789012:user/alice has no MFA device",
        ),
        (
            vec![fido()],
            "arn:aws:iam::123456789012:user/alice has FIDO devices only (arn:aws:iam::123456789012:u2f/user/alice/key-GAKAEXAMPLE)",
        ),
    ] {
        let (aws, home) = unnamed_device(User::default());
        aws.change(|options| options.users[0].devices = devices);
        let run = home
            .awsmfa(["env", "--shell", "sh", "-c", "123456"])
            .env("AWS_ENDPOINT_URL", aws.endpoint())
            .run();
        told(&run, cause, "add a virtual MFA device");
        assert_eq!(aws.actions(), ["GetCallerIdentity", "ListMFADevices"]);
    }
}

#[test]
fn root_keys_have_no_user_to_ask_about() {
    let (aws, home) = unnamed_device(User {
        root: true,
        ..User::default()
    });
    let run = login(&home, &aws);
    told(
        &run,
        "these are the keys of the root user (arn:aws:iam::123456789012:root)",
        "IAM user",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

const NONE: (&str, &str) = ("X", "");

/// What AWS would refuse for sure is not sent.
#[test]
fn durations_codes_and_serials_are_checked_before_any_call() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    let run = |arguments: &[&str], variable: (&str, &str)| {
        let run = home.awsmfa(["env", "--shell", "sh"]).arguments(arguments);
        run.env("AWS_ENDPOINT_URL", aws.endpoint())
            .env(variable.0, variable.1)
            .run()
    };
    for (duration, status) in [
        ("899", 1),
        ("129601", 1),
        ("0", 1),
        ("37h", 1),
        ("14m59s", 1),
        ("99999999999", 1),
        ("", 2),
        ("1x", 2),
        ("1h30", 2),
        ("-1", 2),
        ("1.5h", 2),
        ("12 h", 2),
        ("99999999999999999999", 2),
    ] {
        let flag = run(&["-c", "123456", &format!("--duration={duration}")], NONE);
        flag.failure(status).complains("--duration");
        assert_eq!(flag.stdout, "false\n", "{}", flag.story());
        if !duration.is_empty() {
            let variable = run(&["-c", "123456"], ("MFA_STS_DURATION", duration));
            variable
                .failure(1)
                .complains("MFA_STS_DURATION")
                .complains("hint: ");
            home.write(
                ".aws/config",
                format!("[default]\nmfa_serial = {SERIAL}\nduration_seconds = {duration}\n"),
            );
            let file = run(&["-c", "123456"], NONE);
            file.failure(1)
                .complains("~/.aws/config:3 [default] duration_seconds")
                .complains("hint: ");
            home.write(".aws/config", format!("[default]\nmfa_serial = {SERIAL}\n"));
        }
    }
    for code in [
        "12345",
        "1234567",
        "12345a",
        "１２３４５６",
        "cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj",
    ] {
        let typed = run(&["-c", code], NONE);
        typed.failure(1).complains("could not log in: ");
        run(&[], ("AWSMFA_TOKEN_CODE", code))
            .failure(1)
            .complains("six digits");
    }
    for serial in [
        "abc",
        "arn:aws:iam::1:u2f/user/a",
        "arn:aws:iam::1:mfa/a b",
        "\"arn:aws:iam::1:mfa/a\"",
        &"a".repeat(257),
    ] {
        run(&["-c", "123456", "--mfa-serial", serial], NONE)
            .failure(1)
            .complains("--mfa-serial")
            .complains("hint: ");
    }
    assert!(aws.requests().is_empty());
}

#[test]
fn the_shortest_and_the_longest_session() {
    for (duration, seconds) in [
        ("900", "900"),
        ("36h", "129600"),
        ("15m", "900"),
        ("1h30m", "5400"),
    ] {
        let aws = StandIn::start(Options::default());
        let home = Home::for_user(&aws.user());
        let run = home.awsmfa([
            "env",
            "--shell",
            "sh",
            "-c",
            &aws.code(),
            "--duration",
            duration,
        ]);
        run.env("AWS_ENDPOINT_URL", aws.endpoint()).run().success();
        assert_eq!(
            aws.requests()[0].parameter("DurationSeconds"),
            Some(seconds)
        );
    }
}
