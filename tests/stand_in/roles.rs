//! The stand-in's AssumeRole: trust, MFA, durations, chains.

use crate::support::signed::{Form, credentials, element};
use crate::support::stand_in::{Options, Role, StandIn};

fn start() -> StandIn {
    let deploy = Role {
        external_id: Some("42".to_owned()),
        max_session_duration: 7200,
        ..Role::named("deploy")
    };
    let admin = Role {
        trusts: vec![deploy.arn.clone()],
        trust_needs_mfa: false,
        ..Role::named("admin")
    };
    StandIn::start(Options::with_roles([deploy, admin]))
}

fn assume(aws: &StandIn, role: &str, rest: &str) -> Form {
    let arn = format!("arn:aws:iam::123456789012:role/{role}");
    Form::new(
        aws,
        &format!("Action=AssumeRole&RoleArn={arn}&RoleSessionName=me{rest}"),
    )
}

fn code(aws: &StandIn) -> String {
    format!(
        "&SerialNumber={}&TokenCode={}",
        aws.user().devices[0].serial_number,
        aws.code()
    )
}

#[track_caller]
fn message(form: &Form, aws: &StandIn) -> String {
    let answer = form.send(aws.address());
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    element(&answer, "Message").to_owned()
}

#[test]
fn a_trust_policy_is_enforced() {
    let aws = start();
    let denied = "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: \
                  sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deploy";
    assert_eq!(
        message(&assume(&aws, "deploy", "&ExternalId=42"), &aws),
        denied,
        "no MFA"
    );
    assert_eq!(
        message(&assume(&aws, "deploy", &code(&aws)), &aws),
        denied,
        "no external id"
    );
    aws.advance(30);
    let right = format!("&ExternalId=42&DurationSeconds=7200{}", code(&aws));
    let answer = assume(&aws, "deploy", &right).send(aws.address());
    assert!(
        answer.contains(":sts::123456789012:assumed-role/deploy/me<"),
        "{answer}"
    );
    assert!(message(&assume(&aws, "nobody", ""), &aws).contains("role/nobody"));
}

#[test]
fn durations_have_limits() {
    let aws = start();
    let max = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    let form = assume(
        &aws,
        "deploy",
        &format!("&ExternalId=42&DurationSeconds=7201{}", code(&aws)),
    );
    assert_eq!(message(&form, &aws), max);
    assert!(
        message(&assume(&aws, "deploy", "&DurationSeconds=43201"), &aws).contains("equal to 43200")
    );
    aws.advance(30);
    let login = Form::new(&aws, &format!("Action=GetSessionToken{}", code(&aws)));
    let keys = credentials(&login.send(aws.address()));
    let chained = Form {
        keys,
        ..assume(&aws, "deploy", "&ExternalId=42&DurationSeconds=3601")
    };
    assert!(
        message(&chained, &aws)
            .contains("the 1 hour session limit for roles assumed by role chaining")
    );
}

#[test]
fn roles_can_be_chained() {
    let aws = start();
    assert!(
        message(&assume(&aws, "admin", ""), &aws).contains("not authorized"),
        "trusts deploy only"
    );
    let tags = "&ExternalId=42&SourceIdentity=alice&Tags.member.1.Key=team&Tags.member.1.Value=a&\
                TransitiveTagKeys.member.1=team";
    let first = assume(&aws, "deploy", &format!("{tags}{}", code(&aws))).send(aws.address());
    let keys = credentials(&first);
    let second = Form {
        keys: keys.clone(),
        ..assume(&aws, "admin", "")
    };
    let answer = second.send(aws.address());
    assert_eq!(element(&answer, "SourceIdentity"), "alice", "{answer}");
    let again = "&Tags.member.1.Key=team&Tags.member.1.Value=b";
    let form = Form {
        keys,
        ..assume(&aws, "admin", again)
    };
    assert!(message(&form, &aws).contains("conflicts with a transitive tag key"));
}

#[test]
fn root_may_not_assume_roles() {
    let aws = start();
    aws.change(|options| options.users[0].root = true);
    assert_eq!(
        message(&assume(&aws, "deploy", ""), &aws),
        "Roles may not be assumed by root accounts."
    );
}
