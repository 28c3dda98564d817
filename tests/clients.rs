//! Real clients: what the session is for. Denied before, allowed with it, refused after its end.

mod outages;
mod process;
mod profiles;
mod refresh;
mod terraform;
mod tools;

use crate::support::home::{Home, Invocation, Run, exported};
use crate::support::moto::Moto;
use crate::support::stand_in::{Options, Proxy, StandIn, User, Visit};
use crate::support::tools::venv;

/// A session as it lies in a terminal's environment.
type Variables = Vec<(String, String)>;

/// Ten minutes behind: so a session of 15 minutes can be ended by turning the clock, while the
/// clients' signatures stay within AWS's tolerance.
fn behind() -> StandIn {
    StandIn::start(Options::ahead(-600))
}

fn client<'a>(
    home: &Home,
    endpoint: &str,
    program: &str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Invocation {
    home.program(venv(program), arguments)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_MAX_ATTEMPTS", "1")
}

/// What MFA guards, asked for by each client.
fn guarded(home: &Home, aws: &StandIn, session: &Variables) -> [Run; 3] {
    let run = |program, arguments: &[&str]| {
        let invocation = client(home, &aws.endpoint(), program, arguments.iter().copied());
        invocation
            .envs(session.iter().map(|(name, value)| (name, value)))
            .run()
    };
    [
        run("aws", &["s3", "ls"]),
        run("aws", &["iam", "list-users"]),
        run("python", &["-c", include_str!("clients/list_users.py")]),
    ]
}

/// Denied without the session, allowed with it, refused when it is over.
fn denied_allowed_over(home: &Home, aws: &StandIn, session: &Variables) {
    for run in guarded(home, aws, &Vec::new()) {
        assert!(!run.status.success(), "{}", run.story());
        run.complains("AccessDenied")
            .complains("not authorized to perform");
    }
    for (run, word) in guarded(home, aws, session)
        .iter()
        .zip(["behind-mfa", "alice", "alice"])
    {
        run.success().says(word);
    }
    aws.advance(1200);
    for run in guarded(home, aws, session) {
        assert!(!run.status.success(), "{}", run.story());
        run.complains("ExpiredToken");
    }
}

#[test]
fn a_session_of_boto3s_own_opens_what_mfa_guards() {
    let aws = behind();
    let home = Home::of(&aws);
    let serial = aws.serial();
    let code = aws.code();
    let login = client(
        &home,
        &aws.endpoint(),
        "python",
        ["-c", include_str!("clients/login.py"), &serial, &code],
    )
    .run();
    let session = exported(&login.success().stdout);
    assert_eq!(session.len(), 3, "{}", login.story());
    denied_allowed_over(&home, &aws, &session);
}

#[test]
fn a_session_of_awsmfa_opens_what_mfa_guards() {
    let aws = behind();
    let home = Home::of(&aws);
    home.write(".aws-mfa", aws.secret());
    let login = home
        .login("--source file --duration 15m")
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .run();
    let session = exported(&login.success().stdout);
    denied_allowed_over(&home, &aws, &session);
}

#[test]
fn a_code_given_to_awsmfa_opens_what_mfa_guards() {
    let aws = behind();
    let home = Home::of(&aws);
    let login = home
        .awsmfa(["env", &aws.code(), "--shell", "sh", "--duration", "15m"])
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .run();
    denied_allowed_over(&home, &aws, &exported(&login.success().stdout));
}

#[test]
fn curl_signs_with_the_session() {
    let aws = StandIn::start(Options::default());
    let key = aws.user().keys[0].clone();
    let curl = |secret: &str| {
        Home::new()
            .program(
                "curl",
                ["-sS", "--aws-sigv4", "aws:amz:us-east-1:sts", "--user"],
            )
            .arguments([format!("{}:{secret}", key.id).as_str()])
            .arguments([
                "-d",
                "Action=GetCallerIdentity&Version=2011-06-15",
                &aws.endpoint(),
            ])
            .run()
    };
    let run = curl(&key.secret);
    run.success().says("user/alice</Arn>");
    let run = curl("wrong");
    run.success().says("SignatureDoesNotMatch");
}

/// The stand-in under AWS's own names: TLS with the test CA, behind a proxy.
#[test]
fn clients_reach_every_aws_host_through_the_proxy() {
    for (partition, region, host) in [
        ("aws", "eu-west-1", "sts.eu-west-1.amazonaws.com:443"),
        (
            "aws-us-gov",
            "us-gov-west-1",
            "sts.us-gov-west-1.amazonaws.com:443",
        ),
        (
            "aws-cn",
            "cn-north-1",
            "sts.cn-north-1.amazonaws.com.cn:443",
        ),
    ] {
        let users = vec![User::default().in_partition(partition)];
        let aws = StandIn::start(Options {
            users,
            tls: true,
            ..Options::default()
        });
        let proxy = Proxy::start(Some(aws.address()));
        let home = Home::for_user(&aws.user());
        let identity = |bundle: &str| {
            home.program(venv("python"), ["-", region])
                .stdin(include_str!("clients/identity.py"))
                .env("HTTPS_PROXY", proxy.url())
                .env("AWS_CA_BUNDLE", home.write("ca.pem", bundle))
                .env("AWS_MAX_ATTEMPTS", "1")
                .run()
        };
        let run = identity(&aws.ca_pem());
        assert_eq!(
            run.success().stdout.trim(),
            aws.user().arn(),
            "{}",
            run.story()
        );
        assert_eq!(aws.requests()[0].host, host.trim_end_matches(":443"));
        let other = StandIn::start(Options::tls());
        identity(&other.ca_pem())
            .failure(1)
            .complains("CERTIFICATE_VERIFY_FAILED");
        let visit = Visit {
            target: host.to_owned(),
            authorization: None,
        };
        assert_eq!(proxy.visits(), [visit.clone(), visit]);
    }
}

#[test]
fn moto_gives_a_session() {
    let moto = Moto::start();
    let home = Home::for_user(&User::default());
    let login = home
        .awsmfa(["env", "123456", "--shell", "sh"])
        .env("AWS_ENDPOINT_URL", &moto.endpoint)
        .run();
    let session = exported(&login.success().stdout);
    // moto's own idea of temporary keys is AKIAIOSFODNN7EXAMPLE: only the token is telling.
    let token = session.iter().find(|(name, _)| name == "AWS_SESSION_TOKEN");
    assert!(
        token.is_some_and(|(_, value)| value.len() > 100),
        "{}",
        login.story()
    );
    let identity = client(&home, &moto.endpoint, "aws", ["sts", "get-caller-identity"]);
    identity.envs(session).run().success();
}
