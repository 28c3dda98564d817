//! AWS's refusals of a role, in AWS's exact words.

use super::{SERIAL, told};
use crate::support::home::{Home, account};
use crate::support::stand_in::{Fault, Options, Refusal, StandIn};

const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// Status, code, text; cause and hint.
const REFUSALS: [(u16, &str, &str, &str, &str); 5] = [
    (
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "does not allow sessions of 2h (from --duration)",
        "--duration 1h",
    ),
    (
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role \
         chaining.",
        "lasts an hour at most, not 2h (from --duration)",
        "--duration 1h",
    ),
    (
        403,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole \
         on resource: arn:aws:iam::123456789012:role/admin",
        "AWS does not let arn:aws:iam::123456789012:user/alice assume the role",
        "a code was sent; no external id was sent (--external-id)",
    ),
    (
        403,
        "AccessDenied",
        "Roles may not be assumed by root accounts.",
        "belongs to the root user",
        "use the keys of an IAM user",
    ),
    (
        403,
        "AccessDenied",
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA \
         serial number is valid and associated with this user.",
        "the MFA device arn:aws:iam::123456789012:mfa/alice (from ~/.aws/config:2",
        "another user's, another account's, or deleted",
    ),
];

#[test]
fn refusals_of_a_role_are_translated() {
    for (status, code, message, cause, hint) in REFUSALS {
        let (aws, home) = account();
        home.write(
            ".aws/config",
            format!(
                "[default]\nmfa_serial = {SERIAL}\nrole_arn = {ROLE}\nsource_profile = default\n"
            ),
        );
        let refusal = Refusal::new(status, code, message);
        aws.fail("AssumeRole", Fault::Refuse(refusal), 9);
        let run = home
            .login(&format!("--duration 2h -c {}", aws.code()))
            .run();
        told(&run, cause, hint);
        let sent = aws
            .actions()
            .iter()
            .filter(|action| *action == "AssumeRole")
            .count();
        assert_eq!(sent, 1, "{}", run.story());
    }
}

/// `credential_source = Environment`: the terminal's session takes the place of keys and code.
#[test]
fn a_session_that_is_over_is_told_with_its_end() {
    for (code, end, cause) in [
        (
            "ExpiredToken",
            "2020-01-02T03:04:05Z",
            "expired on 2020-01-02T03:04:05Z",
        ),
        (
            "ExpiredTokenException",
            "",
            "the session used to assume the role ",
        ),
        (
            "InvalidClientTokenId",
            "",
            "AWS does not accept the session used to assume the role",
        ),
    ] {
        let aws = StandIn::start(Options::default());
        let home = Home::calling(&aws);
        home.write(
            ".aws/config",
            format!("[default]\nrole_arn = {ROLE}\ncredential_source = Environment\n"),
        );
        let refusal = Refusal::new(403, code, "The security token included in the request is …");
        aws.fail("AssumeRole", Fault::Refuse(refusal), 9);
        let run = home
            .login("")
            .env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "anything")
            .env("AWS_SESSION_TOKEN", "anything")
            .env("AWS_CREDENTIAL_EXPIRATION", end)
            .run();
        told(&run, cause, "log in again: aws-mfa-off, then aws-mfa-on");
        assert!(run.stderr.contains(ROLE), "{}", run.story());
        assert_eq!(aws.actions(), ["AssumeRole"]);
    }
}
