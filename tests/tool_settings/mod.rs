//! `AWS_PROFILE` is unset while a session is held, so other tools read `[default]`: what the chosen
//! profile says about connection and output is exported, and `off` puts everything back.

mod between_profiles;

use crate::support::home::{Home, Run, exported};
use crate::support::stand_in::{Options, Role, StandIn};

const NAMES: [&str; 5] = [
    "AWS_CA_BUNDLE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_DEFAULT_OUTPUT",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

fn user() -> (StandIn, Home) {
    let aws = StandIn::start(Options::with_roles([Role::named("dev")]));
    let home = Home::for_user(&aws.user());
    (aws, home)
}

/// A config file with the profile `work`, whose keys and device are the user's; KEYS stands for them.
fn configure(aws: &StandIn, home: &Home, config: &str) {
    let user = aws.user();
    let (key, device) = (&user.keys[0], &user.devices[0].serial_number);
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\nmfa_serial = {device}",
        key.id, key.secret
    );
    let config = config
        .replace("KEYS", &keys)
        .replace("ENDPOINT", &aws.endpoint());
    home.write(".aws/config", config);
    home.write(".aws/credentials", "");
}

/// A login to `work`. STS's own endpoint is the terminal's.
fn login(config: &str, variables: &[(&str, &str)]) -> (Run, Home) {
    let (aws, home) = user();
    configure(&aws, &home, config);
    let run = home
        .login(&format!("work {}", aws.code()))
        .env("AWS_ENDPOINT_URL_STS", aws.endpoint())
        .envs(variables.iter().copied())
        .run();
    (run, home)
}

/// The settings among what a login exports, `NAME=VALUE`.
fn settings(run: &Run, home: &Home) -> Vec<String> {
    let exported = exported(&run.success().stdout);
    let settings = exported
        .into_iter()
        .filter(|(name, _)| NAMES.contains(&name.as_str()) || name.starts_with("AWS_ENDPOINT_URL"));
    let home = home.path().to_str().unwrap().to_owned();
    let mut settings: Vec<_> = settings
        .map(|(name, value)| format!("{name}={}", value.replace(&home, "HOME")))
        .collect();
    settings.sort();
    settings
}

#[test]
fn the_chosen_profiles_settings_are_exported() {
    for (config, variables, expected) in [
        ("[profile work]\nKEYS\n", &[][..], &[][..]),
        (
            "[profile work]\nKEYS\nca_bundle = ~/my ca%.pem\nuse_fips_endpoint = no\n\
             use_dualstack_endpoint = FALSE\noutput = yaml\nendpoint_url = https://all\n",
            &[],
            &[
                "AWS_CA_BUNDLE=HOME/my ca%.pem",
                "AWS_DEFAULT_OUTPUT=yaml",
                "AWS_ENDPOINT_URL=https://all",
                "AWS_USE_DUALSTACK_ENDPOINT=false",
                "AWS_USE_FIPS_ENDPOINT=false",
            ],
        ),
        // The terminal's own settings win; an empty one is none.
        (
            "[profile work]\nKEYS\nca_bundle = /mine\noutput = yaml\nuse_fips_endpoint = true\n",
            &[
                ("AWS_CA_BUNDLE", ""),
                ("AWS_DEFAULT_OUTPUT", "text"),
                ("AWS_USE_FIPS_ENDPOINT", "false"),
            ],
            &["AWS_CA_BUNDLE=/mine"],
        ),
        // Tools are started in other directories too.
        (
            "[profile work]\nKEYS\nca_bundle = certs/../ca.pem\n",
            &[],
            &["AWS_CA_BUNDLE=HOME/certs/../ca.pem"],
        ),
        // Of a role's profile the source speaks for the connection, and for nothing else.
        (
            "[profile work]\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = keys\n\
             use_fips_endpoint = false\n[profile keys]\nKEYS\nca_bundle = /ca\noutput = text\n\
             use_fips_endpoint = true\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = http://s3\n",
            &[],
            &[
                "AWS_CA_BUNDLE=/ca",
                "AWS_ENDPOINT_URL_S3=http://s3",
                "AWS_USE_FIPS_ENDPOINT=false",
            ],
        ),
        // FIPS hosts of `[default]` are not meant for this session.
        (
            "[default]\nuse_fips_endpoint = true\noutput = text\n[profile work]\nKEYS\n",
            &[],
            &["AWS_USE_FIPS_ENDPOINT=false"],
        ),
    ] {
        let (run, home) = login(config, variables);
        assert_eq!(settings(&run, &home), expected, "{config}{}", run.story());
    }
}

const SERVICES: &str = "[profile work]\nKEYS\nservices = mine\n[services mine]\n\
    s3 =\n  endpoint_url = http://s3\n  other = x\nelastic_beanstalk =\n  endpoint_url = http://eb\n\
    bad-name =\n  endpoint_url = http://bad\nx;touch pwned =\n  endpoint_url = http://bad\n";

#[test]
fn endpoints_have_the_same_rank_as_in_the_files() {
    for (config, variables, expected) in [
        (
            SERVICES.to_owned(),
            &[][..],
            &[
                "AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=http://eb",
                "AWS_ENDPOINT_URL_S3=http://s3",
            ][..],
        ),
        // What is said for all services in the terminal wins over what the file says for one.
        (
            SERVICES.to_owned(),
            &[("AWS_ENDPOINT_URL", "http://terminal")],
            &[],
        ),
        (
            SERVICES.to_owned(),
            &[("AWS_ENDPOINT_URL_S3", "http://terminal")],
            &["AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=http://eb"],
        ),
        // They would be ignored.
        (
            SERVICES.to_owned(),
            &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "")],
            &[
                "AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=http://eb",
                "AWS_ENDPOINT_URL_S3=http://s3",
            ],
        ),
    ] {
        let (run, home) = login(&config, variables);
        assert_eq!(settings(&run, &home), expected, "{config}{}", run.story());
        assert!(!run.stdout.contains("pwned"));
    }
}

#[test]
fn endpoints_of_default_do_not_get_the_session() {
    let ignored = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true";
    let services = "services = other\n[services other]\ndynamodb =\n  endpoint_url = http://db\n";
    for (default, work, variables, expected) in [
        (
            "endpoint_url = http://127.0.0.1:4566\n",
            "",
            &[][..],
            &[ignored][..],
        ),
        (services, "", &[], &[ignored]),
        (
            "endpoint_url = http://127.0.0.1:4566\n",
            "endpoint_url = http://mine\n",
            &[],
            &["AWS_ENDPOINT_URL=http://mine"],
        ),
        (
            services,
            "endpoint_url = http://mine\n",
            &[],
            &["AWS_ENDPOINT_URL=http://mine"],
        ),
        // The terminal's own endpoint wins over the file's.
        (
            "endpoint_url = http://x\n",
            "",
            &[("AWS_ENDPOINT_URL", "http://mine")],
            &[],
        ),
        (
            services,
            "",
            &[("AWS_ENDPOINT_URL_DYNAMODB", "http://mine")],
            &[],
        ),
        (
            "endpoint_url = http://x\n",
            "",
            &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")],
            &[],
        ),
        (
            "endpoint_url = http://x\nignore_configured_endpoint_urls = true\n",
            "",
            &[],
            &[],
        ),
    ] {
        let config = format!("[default]\n{default}[profile work]\nKEYS\n{work}");
        let (run, home) = login(&config, variables);
        assert_eq!(settings(&run, &home), expected, "{config}{}", run.story());
    }
    // No variable hides those of `[default]` alone.
    let config = format!("[default]\nendpoint_url = http://x\n{SERVICES}");
    let (run, home) = login(&config, &[]);
    assert!(
        settings(&run, &home).contains(&ignored.to_owned()),
        "{}",
        run.story()
    );
    run.complains("~/.aws/config:2 [default] endpoint_url would get this session's requests")
        .complains("AWS_ENDPOINT_URL_");
    // It is the very profile.
    let (aws, home) = user();
    configure(&aws, &home, "[default]\nKEYS\nendpoint_url = ENDPOINT\n");
    let run = home.login(&aws.code()).run();
    assert_eq!(
        settings(&run, &home),
        [format!("AWS_ENDPOINT_URL={}", aws.endpoint())]
    );
}

#[test]
fn a_setting_with_a_control_character_is_refused_before_a_code_is_spent() {
    let (run, _) = login("[profile work]\nKEYS\noutput = a\u{1b}[2Jb\n", &[]);
    run.failure(1)
        .complains("~/.aws/config:5 [profile work] output has a control character");
    assert_eq!(run.stdout, "false\n");
}
