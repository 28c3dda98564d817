//! AWS's refusals, each in AWS's exact words, and what the user is told instead.

mod devices;
mod limits;
mod roles;

use crate::support::home::{Home, Run, account, account_with};
use crate::support::stand_in::{Fault, Options, Refusal, StandIn, User};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE (from ~/.aws/credentials:2 [default] aws_access_key_id)";

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

fn login(home: &Home, aws: &StandIn) -> Run {
    home.login(&format!("--timeout 4 -c {}", aws.code())).run()
}

/// What the user is told; AWS's code and the layers in between are left out.
#[track_caller]
fn told(run: &Run, cause: &str, hint: &str) {
    run.failure(1);
    run.prints("false\n");
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
const REFUSALS: [(&str, &str, &str, &str); 8] = [
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
        "copy all 40 characters again",
    ),
    (
        "SignatureDoesNotMatch",
        "Credential should be scoped to a valid region, not 'us-east-1'. ",
        "the endpoint does not belong to the region us-east-1 (the default)",
        "--region",
    ),
    (
        "RegionDisabledException",
        "STS is not activated in this region for account:123456789012. Your account administrator \
         can activate STS in this region using the IAM Console.",
        "STS is not active in us-east-1 (the default) for this account",
        "--region us-east-1",
    ),
    // The clocks agree: there is no difference to tell, and none to follow.
    (
        "SignatureDoesNotMatch",
        "Signature expired: 20260102T030405Z is now earlier than 20260102T040405Z \
         (20260102T041905Z - 15 min.)",
        "AWS rejected the request's time: Signature expired: 20260102T030405Z",
        "set the clock of this computer",
    ),
    (
        "SignatureDoesNotMatch",
        "Signature not yet current: 20260102T030405Z is still later than 20260102T020905Z \
         (20260102T015405Z + 15 min.)",
        "AWS rejected the request's time: Signature not yet current: 20260102T030405Z",
        "set the clock of this computer",
    ),
];

#[test]
fn refusals_are_translated() {
    for (code, message, cause, hint) in REFUSALS {
        let (aws, home) = account();
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
    let (aws, home) = account();
    let message = "User: x is not authorized with an explicit deny\u{1b}]0;evil\u{7} in a policy.";
    let refusal = Refusal::new(403, "AccessDenied", message);
    aws.fail("GetSessionToken", Fault::Refuse(refusal), 1);
    let run = login(&home, &aws);
    run.failure(1)
        .complains("could not log in: AWS says AccessDenied: User: x is not authorized")
        .complains("(request ")
        .complains("awsmfa: hint: a policy of the account or of its organization denies it");
    assert!(!run.stderr.contains(['\u{1b}', '\u{7}']), "{}", run.story());
    let refusal = Refusal::new(400, "SomethingNew", "Nobody has seen this before.");
    aws.fail("GetSessionToken", Fault::Refuse(refusal), 9);
    login(&home, &aws)
        .failure(1)
        .complains("AWS says SomethingNew: Nobody has seen this before (request ")
        .complains("awsmfa: hint: `awsmfa plan` shows which keys, device and calls these are");
}

/// Our own texts have names in braces, which stand for what is known.
#[test]
fn words_in_braces_of_awss_stay_as_they_are() {
    let (aws, home) = account();
    let message = "Signature expired: {key} }{said}";
    let refusal = Refusal::new(403, "SignatureDoesNotMatch", message);
    aws.fail("GetSessionToken", Fault::Refuse(refusal), 9);
    let run = login(&home, &aws);
    run.failure(1)
        .complains("AWS rejected the request's time: Signature expired: {key} }{said}");
}

#[test]
fn a_device_of_somebody_else_is_named_with_the_keys_owner() {
    let (aws, home) = account();
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
fn refused_keys_are_named_with_their_line() {
    let (aws, home) = account();
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
fn keys_of_another_partition_are_explained() {
    let (aws, home) = account_with(Options::of(User::default().in_partition("aws-cn")));
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
    let (aws, home) = account_with(Options {
        disabled_regions: vec!["eu-south-1".to_owned()],
        ..Options::default()
    });
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

/// nushell and elvish keep the newline that ends a command's output.
#[test]
fn a_region_with_a_newline_costs_no_code() {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let (aws, home) = account();
        home.configure("region = eu-west-1\n");
        let login = home.login(&format!("-c {}", aws.code()));
        told(
            &login.env(name, "eu-west-2\n").run(),
            &format!("{name} has a control character: \"eu-west-2\\n\""),
            "newline",
        );
        assert_eq!(aws.requests().len(), 0);
    }
}
