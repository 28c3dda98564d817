//! `AWS_ENDPOINT_URL`, `endpoint_url`, `services` sections, and the flag that ignores them.

use crate::support::home::{Home, Run};
use crate::support::stand_in::{Options, StandIn};

/// Which of the endpoints was asked; `port` stands for the stand-in's.
fn asked(config: &str, variables: &[(&str, &str)]) -> (Run, bool) {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    let serial = aws.serial();
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
fn custom_endpoints_have_the_aws_clis_precedence() {
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
fn ignored_endpoints_are_not_used() {
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
fn an_invalid_endpoint_is_an_error() {
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
            &[("AWS_ENDPOINT_URL", "http://127.0.0.1:80443")],
            "AWS_ENDPOINT_URL is not a URL",
        ),
        (
            "",
            &[("AWS_ENDPOINT_URL", "http://user:hunter2@127.0.0.1:1")],
            "AWS_ENDPOINT_URL",
        ),
        (
            "services = gone",
            &[],
            "~/.aws/config:3 [default] services names a section that does not exist: [services gone]",
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
            .complains(cause)
            .complains("hint: ");
        assert!(!hit && !run.stderr.contains("hunter2"), "{}", run.story());
    }
}
