//! Where the requests go: regions and partitions, custom endpoints, proxies, CA bundles. AWS's own
//! host names are asked for at a proxy that leads them all to the stand-in.

use std::path::PathBuf;

use crate::support::home::{AWSMFA, Home, Invocation, Run, exported};
use crate::support::stand_in::{Options, Proxy, StandIn, User};

/// The stand-in with TLS, the proxy before it, and a user's home.
struct Net {
    aws: StandIn,
    proxy: Proxy,
    home: Home,
    bundle: PathBuf,
}

impl Net {
    fn start(partition: &str, disabled_regions: &[&str]) -> Self {
        let aws = StandIn::start(Options {
            users: vec![User::default().in_partition(partition)],
            tls: true,
            disabled_regions: disabled_regions.iter().map(ToString::to_string).collect(),
            ..Options::default()
        });
        let home = Home::for_user(&aws.user());
        let bundle = home.write("ca.pem", aws.ca_pem());
        Self {
            proxy: Proxy::start(Some(aws.address())),
            aws,
            home,
            bundle,
        }
    }

    /// A login with the next code that is due.
    fn login(&self) -> Invocation {
        self.aws.settle();
        let arguments = ["env", "--shell", "sh", "--timeout", "4", "-c"];
        self.home
            .awsmfa(arguments)
            .arguments([self.aws.code()])
            .env("AWS_CA_BUNDLE", &self.bundle)
    }

    fn through_the_proxy(&self) -> Invocation {
        self.login().env("HTTPS_PROXY", self.proxy.url())
    }

    /// Where clients wanted to go.
    fn targets(&self) -> Vec<String> {
        let visits = self.proxy.visits().into_iter();
        visits.map(|visit| visit.target).collect()
    }
}

const NO_VARIABLES: &[(&str, &str)] = &[];
const FIPS: &[(&str, &str)] = &[("AWS_USE_FIPS_ENDPOINT", "true")];
const DUAL_STACK: &[(&str, &str)] = &[("AWS_USE_DUALSTACK_ENDPOINT", "TRUE")];

/// Partition, region, variables; the hosts of STS and IAM.
type Row = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

const HOSTS: [Row; 10] = [
    (
        "aws",
        "eu-central-1",
        NO_VARIABLES,
        "sts.eu-central-1.amazonaws.com",
        "iam.amazonaws.com",
    ),
    (
        "aws",
        "us-east-1",
        NO_VARIABLES,
        "sts.us-east-1.amazonaws.com",
        "iam.amazonaws.com",
    ),
    (
        "aws",
        "",
        NO_VARIABLES,
        "sts.us-east-1.amazonaws.com",
        "iam.amazonaws.com",
    ),
    (
        "aws",
        "us-east-2",
        FIPS,
        "sts-fips.us-east-2.amazonaws.com",
        "iam-fips.amazonaws.com",
    ),
    (
        "aws",
        "eu-west-1",
        DUAL_STACK,
        "sts.eu-west-1.api.aws",
        "iam.global.api.aws",
    ),
    (
        "aws-us-gov",
        "us-gov-west-1",
        NO_VARIABLES,
        "sts.us-gov-west-1.amazonaws.com",
        "iam.us-gov.amazonaws.com",
    ),
    (
        "aws-us-gov",
        "us-gov-east-1",
        FIPS,
        "sts.us-gov-east-1.amazonaws.com",
        "iam.us-gov.amazonaws.com",
    ),
    (
        "aws-cn",
        "cn-north-1",
        NO_VARIABLES,
        "sts.cn-north-1.amazonaws.com.cn",
        "iam.cn-north-1.amazonaws.com.cn",
    ),
    (
        "aws-cn",
        "cn-northwest-1",
        NO_VARIABLES,
        "sts.cn-northwest-1.amazonaws.com.cn",
        "iam.cn-north-1.amazonaws.com.cn",
    ),
    (
        "aws-cn",
        "cn-north-1",
        DUAL_STACK,
        "sts.cn-north-1.api.amazonwebservices.com.cn",
        "iam.global.api.amazonwebservices.com.cn",
    ),
];

/// Nothing is contacted but STS, and IAM to find the device: neither DNS nor a metadata server has
/// these names here, so that only the proxy can lead there.
#[test]
fn sts_and_iam_are_asked_at_their_own_hosts() {
    for (partition, region, variables, sts, iam) in HOSTS {
        let net = Net::start(partition, &[]);
        net.home
            .write(".aws/config", format!("[default]\nregion = {region}\n"));
        let run = net
            .through_the_proxy()
            .envs(variables.iter().copied())
            .run();
        assert!(
            run.status.success(),
            "{region} {variables:?}{}",
            run.story()
        );
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

/// The serial's partition decides where nobody names a region.
#[test]
fn the_partition_of_the_serial_is_asked() {
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
fn sts_switched_off_in_the_region_is_asked_in_us_east_1() {
    let net = Net::start("aws", &["eu-south-1"]);
    let run = net
        .through_the_proxy()
        .arguments(["--region", "eu-south-1"])
        .run();
    run.success()
        .complains("STS is not active in eu-south-1 for this account; going on with us-east-1");
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
    let exported = exported(&run.stdout);
    assert!(
        exported.contains(&("AWS_REGION".to_owned(), "eu-south-1".to_owned())),
        "{}",
        run.story()
    );
}

/// The kernel's word for it: all connections of a login that has to look the device up.
#[test]
#[cfg(target_os = "linux")]
fn no_other_address_is_connected_to() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    home.write(".aws/config", "");
    let trace = home.path().join("trace");
    let options = ["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,bind", "-o"];
    home.program("strace", options)
        .arguments([trace.as_os_str(), AWSMFA.as_ref()])
        .arguments(["env", "--shell", "sh", "-c", &aws.code()])
        .env("AWS_ENDPOINT_URL", aws.endpoint())
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

#[test]
fn proxies_are_used_unless_no_proxy_names_the_host() {
    let net = Net::start("aws", &[]);
    let authority = net.proxy.url().replace("http://", "");
    for (name, value) in [
        ("HTTPS_PROXY", format!("http://user:s%40cret@{authority}")),
        ("https_proxy", format!("user:s%40cret@{authority}")),
        ("ALL_PROXY", format!("HTTP://user:s%40cret@{authority}/")),
    ] {
        let before = net.proxy.visits().len();
        let run = net.login().env(name, value).arguments(["-v"]).run();
        run.success().complains(&format!(
            "went to sts.us-east-1.amazonaws.com through the proxy {authority} ({name})"
        ));
        assert!(!run.stderr.contains("cret"), "{}", run.story());
        let visits = net.proxy.visits();
        assert_eq!(visits.len(), before + 1);
        let visit = visits.last().expect("a visit");
        assert_eq!(
            visit.authorization.as_deref(),
            Some("Basic dXNlcjpzQGNyZXQ=")
        );
    }
    let visits = net.proxy.visits().len();
    for no_proxy in ["127.0.0.0/8", "127.0.0.1", "localhost, 127.0.0.1", "*"] {
        net.through_the_proxy()
            .env("AWS_ENDPOINT_URL", net.aws.endpoint())
            .env("NO_PROXY", no_proxy)
            .run()
            .success();
        assert_eq!(net.proxy.visits().len(), visits, "{no_proxy}");
    }
    for no_proxy in ["example.com", "ws.com", "127.0.0.2", "10.0.0.0/8", ""] {
        let before = net.proxy.visits().len();
        net.through_the_proxy()
            .env("NO_PROXY", no_proxy)
            .run()
            .success();
        assert_eq!(net.proxy.visits().len(), before + 1, "{no_proxy}");
    }
}

/// There is no such host, and no way to it but the proxy.
#[test]
fn names_in_no_proxy_go_straight() {
    let net = Net::start("aws", &[]);
    for no_proxy in [
        "example.invalid",
        ".example.invalid",
        "x, STS.Example.invalid",
        "*",
    ] {
        let run = net
            .through_the_proxy()
            .env("AWS_ENDPOINT_URL", "https://sts.example.invalid")
            .env("NO_PROXY", no_proxy)
            .run();
        run.failure(1)
            .complains("the name of sts.example.invalid cannot be resolved");
    }
    assert!(net.targets().is_empty());
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
    let net = Net::start("aws", &[]);
    let refusing_proxy = Proxy::start(None);
    let refusing = refusing_proxy
        .url()
        .replace("http://", "http://user:hunter2@");
    for (value, cause, hint) in [
        (
            "socks5://user:hunter2@127.0.0.1:1",
            "the proxy in HTTPS_PROXY has the scheme socks5://",
            "NO_PROXY",
        ),
        (
            "http://user:hunter2@",
            "the address in HTTPS_PROXY is not one of a proxy",
            "should look like",
        ),
        (
            "http://user:hunter2@127.0.0.1:1",
            "the proxy 127.0.0.1:1 (HTTPS_PROXY) refuses the connection",
            "proxy variables",
        ),
        (
            "http://user:hunter2@nowhere.invalid:3128",
            "the name of the proxy nowhere.invalid:3128 (HTTPS_PROXY) cannot be resolved",
            "proxy variables",
        ),
        (
            &refusing,
            "does not connect to sts.us-east-1.amazonaws.com",
            "NO_PROXY",
        ),
    ] {
        let run = net.login().env("HTTPS_PROXY", value).run();
        run.failure(1).complains(cause).complains(hint);
        assert!(!run.stderr.contains("hunter2"), "{}", run.story());
    }
    assert!(net.aws.requests().is_empty());
}

#[test]
fn a_bundle_is_needed_and_must_hold_certificates() {
    let net = Net::start("aws", &[]);
    let with = |bundle: &PathBuf| {
        net.login()
            .env("AWS_ENDPOINT_URL", net.aws.endpoint())
            .env("AWS_CA_BUNDLE", bundle)
            .run()
    };
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let noise: Vec<u8> = (0..=255).cycle().take(9000).collect();
    for (bundle, cause) in [
        (
            net.home.path().join("missing.pem"),
            "missing.pem (from AWS_CA_BUNDLE) is of no use: ",
        ),
        (net.home.path().to_owned(), "it is a directory"),
        (
            net.home.write("empty.pem", ""),
            "there is no certificate in it",
        ),
        (
            net.home.write("noise.pem", noise),
            "there is no certificate in it",
        ),
        (
            net.home.write("broken.pem", broken),
            "certificate 1 is not valid",
        ),
        (
            net.home.write("half.pem", net.aws.ca_pem() + broken),
            "certificate 2 is not valid",
        ),
        (PathBuf::new(), "the certificate of 127.0.0.1"),
    ] {
        let run = with(&bundle);
        run.failure(1)
            .complains("awsmfa: could not log in: ")
            .complains(cause)
            .complains("hint: ");
        assert!(!run.stderr.contains("panick"), "{}", run.story());
    }
    assert!(net.aws.requests().is_empty());
    with(&net.bundle).success();
}

#[test]
fn a_bundle_of_the_profile_and_of_other_tools() {
    let net = Net::start("aws", &[]);
    let path = net.bundle.display().to_string();
    let run = |name: &str| {
        let run = net
            .login()
            .env("AWS_CA_BUNDLE", "")
            .env("AWS_ENDPOINT_URL", net.aws.endpoint());
        run.env(name, &path).run()
    };
    run("NOTHING").failure(1);
    run("REQUESTS_CA_BUNDLE").success();
    run("SSL_CERT_FILE").success();
    net.home
        .write(".aws/config", format!("[default]\nca_bundle = {path}\n"));
    run("NOTHING").success();
    net.home
        .write(".aws/config", "[default]\nca_bundle = ~/ca.pem\n");
    run("NOTHING").success();
    net.home
        .write(".aws/config", "[default]\nca_bundle = /nowhere\n");
    run("NOTHING")
        .failure(1)
        .complains("(from ~/.aws/config:2 [default] ca_bundle)");
}

/// Which of the endpoints was asked; `port` stands for the stand-in's.
fn asked(config: &str, variables: &[(&str, &str)]) -> (Run, bool) {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    let serial = &aws.user().devices[0].serial_number;
    let fill = |text: &str| {
        text.replace("AWS", &aws.endpoint())
            .replace("NOWHERE", "http://127.0.0.1:1")
    };
    home.write(
        ".aws/config",
        format!("[default]\nmfa_serial = {serial}\n{}", fill(config)),
    );
    let variables = variables.iter().map(|(name, value)| (name, fill(value)));
    let arguments = [
        "env",
        "--shell",
        "sh",
        "--timeout",
        "0.3",
        "-c",
        &aws.code(),
    ];
    let run = home.awsmfa(arguments).envs(variables).run();
    (run, aws.actions() == ["GetSessionToken"])
}

#[test]
fn custom_endpoints_in_the_order_of_the_aws_cli() {
    let services = "services = mine\n[services mine]\nsts =\n  endpoint_url = AWS\n";
    for (config, variables) in [
        ("endpoint_url = AWS", &[][..]),
        ("endpoint_url = NOWHERE", &[("AWS_ENDPOINT_URL", "AWS")]),
        (
            "",
            &[
                ("AWS_ENDPOINT_URL", "NOWHERE"),
                ("AWS_ENDPOINT_URL_STS", "AWS"),
            ],
        ),
        (
            "",
            &[
                ("AWS_ENDPOINT_URL_IAM", "NOWHERE"),
                ("AWS_ENDPOINT_URL_STS", "AWS"),
            ],
        ),
        (services, &[]),
        (&format!("endpoint_url = NOWHERE\n{services}"), &[]),
        (
            &services.replace("AWS", "NOWHERE"),
            &[("AWS_ENDPOINT_URL", "AWS")],
        ),
        ("endpoint_url = AWS", &[("AWS_ENDPOINT_URL", "")]),
        (
            "endpoint_url = AWS",
            &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")],
        ),
    ] {
        let (run, hit) = asked(config, variables);
        assert!(
            hit && run.status.success(),
            "{config} {variables:?}{}",
            run.story()
        );
    }
}

#[test]
fn endpoints_that_are_not_to_be_used() {
    let dead = ("HTTPS_PROXY", "http://127.0.0.1:1");
    for (config, variables) in [
        (
            "endpoint_url = AWS\nignore_configured_endpoint_urls = true",
            &[dead][..],
        ),
        (
            "endpoint_url = AWS",
            &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"), dead],
        ),
        (
            "",
            &[
                ("AWS_ENDPOINT_URL", "AWS"),
                ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
                dead,
            ],
        ),
    ] {
        let (run, hit) = asked(config, variables);
        run.failure(1).complains("127.0.0.1:1");
        assert!(!hit, "{}", run.story());
    }
}

#[test]
fn an_endpoint_that_is_none_is_named() {
    for (config, variables, cause) in [
        (
            "endpoint_url = sts.local",
            &[][..],
            "~/.aws/config:3 [default] endpoint_url is not a URL",
        ),
        (
            "",
            &[("AWS_ENDPOINT_URL", "localhost:4566")],
            "AWS_ENDPOINT_URL is not a URL",
        ),
        (
            "",
            &[("AWS_ENDPOINT_URL_STS", "ftp://x")],
            "AWS_ENDPOINT_URL_STS is not a URL",
        ),
        (
            "",
            &[("AWS_ENDPOINT_URL", "http://user:hunter2@127.0.0.1:1")],
            "AWS_ENDPOINT_URL",
        ),
        (
            "services = gone",
            &[],
            "~/.aws/config:3 [default] services names a section that is not there: [services gone]",
        ),
        ("use_fips_endpoint = true\nendpoint_url = AWS", &[], "FIPS"),
        (
            "use_dualstack_endpoint = true\nendpoint_url = AWS",
            &[],
            "ualstack",
        ),
    ] {
        let (run, hit) = asked(config, variables);
        run.failure(1)
            .complains("could not log in")
            .complains(cause);
        assert!(!hit && !run.stderr.contains("hunter2"), "{}", run.story());
    }
}
