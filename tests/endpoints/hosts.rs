//! Regions, partitions, FIPS and dual stack, and that nothing else is contacted.

use super::Net;
#[cfg(target_os = "linux")]
use crate::support::home::{AWSMFA, account};
use crate::support::stand_in::{Options, Role, StandIn};

/// Partition, region, what it is asked for, the hosts of STS and IAM.
const HOSTS: &str = "
aws         eu-central-1    -           sts.eu-central-1.amazonaws.com               iam.amazonaws.com
aws         us-east-1       -           sts.us-east-1.amazonaws.com                  iam.amazonaws.com
aws         -               -           sts.us-east-1.amazonaws.com                  iam.amazonaws.com
aws         us-east-2       FIPS        sts-fips.us-east-2.amazonaws.com             iam-fips.amazonaws.com
aws         eu-west-1       DUALSTACK   sts.eu-west-1.api.aws                        iam.global.api.aws
aws-us-gov  us-gov-west-1   -           sts.us-gov-west-1.amazonaws.com              iam.us-gov.amazonaws.com
aws-us-gov  us-gov-east-1   FIPS        sts.us-gov-east-1.amazonaws.com              iam.us-gov.amazonaws.com
aws-cn      cn-north-1      -           sts.cn-north-1.amazonaws.com.cn              iam.cn-north-1.amazonaws.com.cn
aws-cn      cn-northwest-1  -           sts.cn-northwest-1.amazonaws.com.cn          iam.cn-north-1.amazonaws.com.cn
aws-cn      cn-north-1      DUALSTACK   sts.cn-north-1.api.amazonwebservices.com.cn  iam.global.api.amazonwebservices.com.cn
";

/// Nothing is contacted but STS, and IAM to find the device: neither DNS nor a metadata server has
/// these names here, so that only the proxy can lead there.
#[test]
fn sts_and_iam_are_asked_at_their_own_hosts() {
    for row in HOSTS.trim().lines() {
        let [partition, region, kind, sts, iam] = row.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("five words: {row}");
        };
        let net = Net::start(partition, &[]);
        let region = region.trim_matches('-');
        net.home
            .write(".aws/config", format!("[default]\nregion = {region}\n"));
        let mut login = net.through_the_proxy();
        if kind != "-" {
            login = login.env(&format!("AWS_USE_{kind}_ENDPOINT"), "TRUE");
        }
        let run = login.run();
        assert!(run.status.success(), "{row}{}", run.story());
        let mut targets = net.targets();
        targets.dedup();
        assert_eq!(
            targets,
            [format!("{sts}:443"), format!("{iam}:443")],
            "{}",
            run.story()
        );
        let actions = ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"];
        assert_eq!(net.aws.actions(), actions, "{}", run.story());
    }
}

/// The host that a login asks with these variables and lines of the profile, and the region it signs
/// for.
fn asked(variables: &[(&str, &str)], lines: &str) -> (String, String) {
    let net = Net::start("aws", &[]);
    let serial = &net.aws.user().devices[0].serial_number;
    let config = format!("[default]\nmfa_serial = {serial}\n{lines}\n");
    net.home.write(".aws/config", config);
    let run = net
        .through_the_proxy()
        .envs(variables.iter().copied())
        .run();
    run.success();
    let region = net.aws.requests()[0].region.clone();
    (net.targets()[0].clone(), region)
}

const GLOBAL: (&str, &str) = ("sts.amazonaws.com:443", "us-east-1");

#[test]
fn legacy_endpoints_are_those_of_the_aws_cli() {
    let variable = ("AWS_STS_REGIONAL_ENDPOINTS", "legacy");
    let regional = ("AWS_STS_REGIONAL_ENDPOINTS", "regional");
    let legacy = "sts_regional_endpoints = legacy";
    let frankfurt = ("sts.eu-central-1.amazonaws.com:443", "eu-central-1");
    let milan = ("sts.eu-south-1.amazonaws.com:443", "eu-south-1");
    let fips = ("AWS_USE_FIPS_ENDPOINT", "true");
    let of_fips = ("sts-fips.us-east-2.amazonaws.com:443", "us-east-2");
    let rows: [(&[_], &str, &str, _); 8] = [
        (&[variable], "eu-central-1", "", GLOBAL),
        (&[], "eu-central-1", legacy, GLOBAL),
        (&[variable], "us-west-2", "", GLOBAL),
        // The variable comes first.
        (&[regional], "eu-central-1", legacy, frankfurt),
        (
            &[("AWS_STS_REGIONAL_ENDPOINTS", "")],
            "eu-central-1",
            "",
            frankfurt,
        ),
        // A region of after 2019 has no keys at the global endpoint.
        (&[variable], "eu-south-1", "", milan),
        (&[], "aws-global", "", GLOBAL),
        (&[variable, fips], "us-east-2", "", of_fips),
    ];
    for (variables, region, line, (host, signed_for)) in rows {
        let found = asked(variables, &format!("region = {region}\n{line}"));
        let expected = (host.to_owned(), signed_for.to_owned());
        assert_eq!(found, expected, "{variables:?} {region} {line}");
    }
}

#[test]
fn an_unknown_kind_of_endpoint_is_an_error() {
    let net = Net::start("aws", &[]);
    for value in ["Legacy", "global", "regional # mine"] {
        let run = net.login().env("AWS_STS_REGIONAL_ENDPOINTS", value).run();
        run.failure(1)
            .complains("AWS_STS_REGIONAL_ENDPOINTS is neither legacy nor regional")
            .complains("hint: ");
    }
    let line = "[default]\nsts_regional_endpoints = lagacy\n";
    net.home.write(".aws/config", line);
    let run = net.login().run();
    run.failure(1)
        .complains("~/.aws/config:2 [default] sts_regional_endpoints is neither");
    assert!(net.aws.requests().is_empty());
}

#[test]
fn a_region_named_fips_is_asked_at_its_fips_endpoint() {
    for (name, region) in [
        ("us-east-1-fips", "us-east-1"),
        ("fips-us-east-1", "us-east-1"),
        ("us-west-2-fips", "us-west-2"),
    ] {
        let (host, signed_for) = asked(&[], &format!("region = {name}"));
        assert_eq!(host, format!("sts-fips.{region}.amazonaws.com:443"));
        assert_eq!(signed_for, region);
    }
    let (host, _) = asked(&[("AWS_REGION", "us-east-2-fips")], "");
    assert_eq!(host, "sts-fips.us-east-2.amazonaws.com:443");
}

/// The serial's partition decides where nobody names a region.
#[test]
fn the_serials_partition_chooses_the_endpoint() {
    for (partition, host) in [
        ("aws-us-gov", "sts.us-gov-west-1.amazonaws.com:443"),
        ("aws-cn", "sts.cn-north-1.amazonaws.com.cn:443"),
    ] {
        let net = Net::start(partition, &[]);
        net.through_the_proxy().run().success();
        assert_eq!(net.targets(), [host]);
    }
}

#[test]
fn a_disabled_region_falls_back_to_us_east_1() {
    let net = Net::start("aws", &["eu-south-1"]);
    let run = net
        .through_the_proxy()
        .arguments(["--region", "eu-south-1"])
        .run();
    run.success()
        .complains("STS is not active in eu-south-1 for this account; going on with us-east-1");
    let hosts = ["eu-south-1", "us-east-1"].map(|region| format!("sts.{region}.amazonaws.com:443"));
    assert_eq!(net.targets(), hosts);
    // The first refusal comes before the code is looked at.
    let outcomes: Vec<_> = net
        .aws
        .requests()
        .into_iter()
        .map(|request| (request.region, request.error))
        .collect();
    let disabled = Some("RegionDisabledException".to_owned());
    assert_eq!(
        outcomes,
        [
            ("eu-south-1".to_owned(), disabled),
            ("us-east-1".to_owned(), None)
        ]
    );
    assert_eq!(run.exports("AWS_REGION"), "eu-south-1");
}

/// The call that proves the keys is refused first, and all that follow go to us-east-1 at once.
#[test]
fn the_first_call_moves_from_a_disabled_region_to_us_east_1() {
    let net = Net::start("aws", &["eu-south-1"]);
    net.home.write(".aws/config", "");
    let run = net
        .through_the_proxy()
        .arguments(["--region", "eu-south-1"])
        .run();
    run.success();
    assert_eq!(run.stderr.matches("going on with us-east-1").count(), 1);
    let requests = net.aws.requests().into_iter();
    let sts: Vec<_> = requests
        .filter(|request| request.service == "sts")
        .map(|request| (request.action, request.region))
        .collect();
    let expected = [
        ("GetCallerIdentity", "eu-south-1"),
        ("GetCallerIdentity", "us-east-1"),
        ("GetSessionToken", "us-east-1"),
    ];
    let expected = expected.map(|(action, region)| (action.to_owned(), region.to_owned()));
    assert_eq!(sts, expected, "{}", run.story());
}

/// The refusal comes before the code is looked at, and a role is assumed where the session is from.
#[test]
fn roles_fall_back_to_us_east_1_too() {
    for (duration, calls) in [
        (
            "2h",
            &[
                ("AssumeRole", "eu-south-1", true),
                ("AssumeRole", "us-east-1", true),
            ][..],
        ),
        (
            "1h",
            &[
                ("GetSessionToken", "eu-south-1", true),
                ("GetSessionToken", "us-east-1", true),
                ("AssumeRole", "us-east-1", false),
            ],
        ),
    ] {
        let net = Net::start("aws", &["eu-south-1"]);
        net.aws.change(|options| {
            options.roles = vec![Role::for_two_hours("dev")];
        });
        let run = net
            .through_the_proxy()
            .arguments(["--region", "eu-south-1", "--duration", duration])
            .arguments(["--role-arn", "arn:aws:iam::123456789012:role/dev"])
            .run();
        run.success();
        assert_eq!(run.stderr.matches("going on with us-east-1").count(), 1);
        let requests = net.aws.requests();
        let made: Vec<_> = requests
            .iter()
            .map(|request| {
                let with_code = request.parameter("TokenCode").is_some();
                (request.action.as_str(), request.region.as_str(), with_code)
            })
            .collect();
        assert_eq!(made, calls, "{}", run.story());
    }
}

/// Other partitions have no region where STS is always on.
#[test]
fn outside_of_aws_a_disabled_region_is_an_error() {
    let net = Net::start("aws-us-gov", &["us-gov-east-1"]);
    let run = net
        .through_the_proxy()
        .arguments(["--region", "us-gov-east-1"])
        .run();
    run.failure(1)
        .complains("STS is not active in us-gov-east-1 (from --region) for this account")
        .complains("hint: set another region: --region us-gov-west-1");
    assert_eq!(net.aws.actions(), ["GetSessionToken"]);
}

/// The kernel's word for it: all connections of a login that has to look the device up.
#[test]
#[cfg(target_os = "linux")]
fn no_other_address_is_connected_to() {
    let (aws, home) = account();
    home.write(".aws/config", "");
    let trace = home.path().join("trace");
    let options = ["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,bind", "-o"];
    home.program("strace", options)
        .arguments([trace.as_os_str(), AWSMFA.as_ref()])
        .arguments(["env", "--shell", "sh", "-c", &aws.code()])
        .run()
        .success();
    let trace = std::fs::read_to_string(trace).expect("what strace saw");
    let calls: Vec<_> = trace.lines().filter(|line| line.contains("sin")).collect();
    let port = format!("sin_port=htons({})", aws.address().port());
    let to_the_stand_in =
        |line: &&str| line.contains(&port) && line.contains("inet_addr(\"127.0.0.1\")");
    assert!(
        !calls.is_empty() && calls.iter().all(to_the_stand_in),
        "{trace}"
    );
    assert!(!trace.contains("AF_NETLINK"), "{trace}");
}

#[test]
fn a_metadata_server_is_never_asked() {
    let net = Net::start("aws", &[]);
    let metadata = StandIn::start(Options::default());
    net.through_the_proxy()
        .env("HTTP_PROXY", net.proxy.url())
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint())
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", metadata.endpoint())
        .run()
        .success();
    assert!(metadata.requests().is_empty());
    assert_eq!(net.targets(), ["sts.us-east-1.amazonaws.com:443"]);
}
