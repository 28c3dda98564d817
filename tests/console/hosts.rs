//! Where the session is sent, and which page the address leads to.

use super::{address, sign_ins};
use crate::support::home::{Home, Invocation};
use crate::support::landing::{Landing, end_in};
use crate::support::stand_in::{Options, Proxy, Role, StandIn, User};

/// Partition, region of the profile, service, host of the sign-in endpoint, page.
const PAGES: &str = "
aws         eu-west-1      -          signin.aws.amazon.com          eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1
aws         -              s3         signin.aws.amazon.com          us-east-1.console.aws.amazon.com/s3/home?region=us-east-1
aws         aws-global     iam        signin.aws.amazon.com          us-east-1.console.aws.amazon.com/iam/home?region=us-east-1
aws         eu-west-1      dynamodb   signin.aws.amazon.com          eu-west-1.console.aws.amazon.com/dynamodbv2/home?region=eu-west-1
aws         eu-west-1      ecr/private-registry  signin.aws.amazon.com  eu-west-1.console.aws.amazon.com/ecr/private-registry/home?region=eu-west-1
aws-us-gov  us-gov-east-1  ec2        signin.amazonaws-us-gov.com    console.amazonaws-us-gov.com/ec2/home?region=us-gov-east-1
aws-us-gov  -              -          signin.amazonaws-us-gov.com    console.amazonaws-us-gov.com/console/home?region=us-gov-west-1
aws-cn      cn-northwest-1 -          signin.amazonaws.cn            console.amazonaws.cn/console/home?region=cn-northwest-1
";

/// A user and the role `dev` of a partition, behind a proxy that leads every host to the stand-in.
struct Net {
    aws: StandIn,
    proxy: Proxy,
    home: Home,
}

impl Net {
    fn start(partition: &str, lines: &str) -> Self {
        let here = |arn: String| arn.replace("arn:aws:", &format!("arn:{partition}:"));
        let role = Role::named("dev");
        let aws = StandIn::start(Options {
            users: vec![User::default().in_partition(partition)],
            roles: vec![Role {
                arn: here(role.arn.clone()),
                trusts: role.trusts.iter().cloned().map(here).collect(),
                ..role
            }],
            tls: true,
            ..Options::default()
        });
        aws.settle();
        let proxy = Proxy::start(Some(aws.address()));
        let home = Home::for_user(&aws.user()).with("HTTPS_PROXY", proxy.url());
        let bundle = home.write("ca.pem", aws.ca_pem());
        let home = home.with("AWS_CA_BUNDLE", bundle);
        let config = format!(
            "[default]\nmfa_serial = {}\n[profile dev]\nrole_arn = {}\nsource_profile = default\n{lines}\n",
            aws.serial(),
            here("arn:aws:iam::123456789012:role/dev".to_owned())
        );
        home.write(".aws/config", config);
        Self { aws, proxy, home }
    }

    fn console(&self) -> Invocation {
        let words = ["console", "--print", "-c", &self.aws.code(), "dev"];
        self.home.awsmfa(words)
    }

    fn targets(&self) -> Vec<String> {
        let visits = self.proxy.visits().into_iter();
        visits.map(|visit| visit.target).collect()
    }
}

#[test]
fn each_partition_has_its_own_hosts() {
    for row in PAGES.trim().lines() {
        let [partition, region, service, host, page] =
            row.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("five words: {row}");
        };
        let line = match region {
            "-" => String::new(),
            region => format!("region = {region}"),
        };
        let net = Net::start(partition, &line);
        let service = Some(service).filter(|service| *service != "-");
        let run = net.console().arguments(service).run();
        let (endpoint, parameters) = address(&run);
        assert_eq!(endpoint, format!("https://{host}/federation"), "{row}");
        assert_eq!(
            parameters["Destination"],
            format!("https://{page}"),
            "{row}"
        );
        let targets = net.targets();
        assert_eq!(targets.last(), Some(&format!("{host}:443")), "{row}");
        assert_eq!(sign_ins(&net.aws).len(), 1, "{row}");
        run.keeps_quiet_about("requests go to");
    }
}

/// The stand-in's STS is not there, so the terminal has the session already.
#[test]
fn the_sovereign_cloud_has_hosts_of_its_own() {
    let net = Net::start("aws-eusc", "");
    let words = ["console", "dev", "--print"];
    let held = [
        ("AWS_ACCESS_KEY_ID", "ASIAHELD"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAHELD"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWSMFA_PROFILE", "dev"),
        ("AWSMFA_ROLE_ARN", "arn:aws-eusc:iam::123456789012:role/dev"),
        ("AWSMFA_EXPIRES_AT", &end_in(60)),
    ];
    let run = net.home.awsmfa(words).envs(held).run();
    run.failure(1)
        .complains("signin.amazonaws-eusc.eu through ");
    assert_eq!(net.targets(), ["signin.amazonaws-eusc.eu:443"]);
}

/// Before a code is used.
#[test]
fn a_partition_without_a_known_console_is_refused() {
    let net = Net::start("aws-iso", "region = us-iso-east-1");
    let run = net.console().run();
    run.failure(1)
        .complains(
            "could not sign in to the console: the console of the partition aws-iso is not known",
        )
        .complains("hint: ");
    assert!(net.targets().is_empty());
}

#[test]
fn the_region_is_the_flags_or_the_held_sessions_or_the_profiles() {
    let landing = Landing::new();
    landing.configure("[profile sea]\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = landing\nregion = ap-southeast-2\n");
    let code = landing.aws.code();
    let run = landing
        .login(&format!("sea {code} --region us-west-2"))
        .run();
    let held: Vec<_> = [
        "AWS_ACCESS_KEY_ID",
        "AWSMFA_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWSMFA_PROFILE",
        "AWSMFA_ROLE_ARN",
        "AWSMFA_EXPIRES_AT",
        "AWSMFA_BASE_EXPIRES_AT",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ]
    .map(|name| (name, run.exports(name)))
    .into();
    for (words, variables, region) in [
        (&["console", "--print"][..], vec![], "us-west-2"),
        (
            &["console", "--print", "--region", "eu-north-1"],
            vec![],
            "eu-north-1",
        ),
        // What cannot be a part of a host's name is not the console's region.
        (
            &["console", "--print"],
            vec![("AWS_REGION", "evil.example/")],
            "ap-southeast-2",
        ),
    ] {
        let run = landing
            .awsmfa(words.iter().copied())
            .envs(held.iter().cloned());
        let run = run.envs(variables).run();
        let page = &address(&run).1["Destination"];
        let begin = format!("https://{region}.console.aws.amazon.com/");
        assert!(page.starts_with(&begin), "{page} {region}{}", run.story());
    }
}

#[test]
fn a_custom_endpoint_is_that_of_aws_s_settings() {
    let net = Net::start("aws", "");
    let other = StandIn::start(Options::default());
    for (variable, words) in [
        ("AWS_ENDPOINT_URL_SIGNIN", ""),
        (
            "",
            "services = s\n[services s]\nsignin =\n  endpoint_url = URL",
        ),
    ] {
        let url = format!("{}/", other.endpoint());
        let net = Net::start("aws", &words.replace("URL", &url));
        let run = net.console().env("NO_PROXY", "127.0.0.1");
        let run = if variable.is_empty() {
            run
        } else {
            run.env(variable, &url)
        };
        // The other AWS does not know the session.
        run.run()
            .failure(1)
            .complains("does not accept the role's session (HTTP 400)");
        assert_eq!(other.requests().pop().expect("a request").service, "signin");
        assert_eq!(sign_ins(&net.aws).len(), 0);
    }
    let run = net
        .console()
        .env("AWS_ENDPOINT_URL_SIGNIN", "http://signin.corp.example");
    let run = run.env("HTTP_PROXY", net.proxy.url()).run();
    run.failure(1).complains(
        "requests go to http://signin.corp.example (from AWS_ENDPOINT_URL_SIGNIN), which is not AWS's; \
         the MFA code and the session are sent in clear text",
    );
}

/// A code is not used for a mistake in the command line.
#[test]
fn words_are_profile_service_and_code() {
    let landing = Landing::new();
    let code = landing.aws.code();
    for words in [
        vec!["dev", "s3", &code],
        vec!["-p", "dev", &code, "s3"],
        vec![&code[..3], &code[3..], "dev", "s3"],
    ] {
        let landing = Landing::new();
        let run = landing.awsmfa(["console", "--print"]).arguments(&words);
        // The code of another stand-in at the same time.
        let page = &address(&run.run()).1["Destination"];
        assert!(page.contains("/s3/home"), "{page} {words:?}");
    }
    for service in ["s3 x", "../evil", "s3?a=b", "https://evil", "", "é"] {
        let run = landing.awsmfa(["console", "dev", service, "--print"]).run();
        assert!(!run.status.success(), "{service}{}", run.story());
        assert_eq!(run.stdout, "");
    }
    for (words, expected) in [
        (
            &["s3"][..],
            "; a service comes after the profile: awsmfa console PROFILE s3\n",
        ),
        (&["landign"], "did you mean landing?\n"),
        (&["cloud", "s3"], "the profiles are: "),
    ] {
        let run = landing.awsmfa(["console", "--print"]).arguments(words);
        let run = run.run();
        run.failure(1).complains("there is no such profile");
        run.complains(expected);
        let says = run.stderr.contains("a service comes after");
        assert_eq!(says, words == ["s3"], "{}", run.story());
    }
    let run = landing
        .awsmfa(["console", "dev", "s3", "ec2", "--print"])
        .run();
    run.failure(2).complains("more than one profile was given");
    assert!(landing.aws.requests().is_empty());
}
