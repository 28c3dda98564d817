//! `AWS_PROFILE` is unset while a session is held, so other tools read `[default]`: what the chosen
//! profile says about connection and output is exported, and `off` puts everything back.

use crate::support::home::{Home, Run, exported};
use crate::support::shells::{SHELLS, path};
use crate::support::stand_in::{Options, Role, StandIn};

const NAMES: [&str; 5] = [
    "AWS_CA_BUNDLE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_DEFAULT_OUTPUT",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

fn user() -> (StandIn, Home) {
    let aws = StandIn::start(Options {
        roles: vec![Role::named("dev")],
        ..Options::default()
    });
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
        .awsmfa(["env", "--shell", "sh", "work", &aws.code()])
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
    run.complains("~/.aws/config:2 [default] endpoint_url would get requests of this session")
        .complains("AWS_ENDPOINT_URL_");
    // It is the very profile.
    let (aws, home) = user();
    configure(&aws, &home, "[default]\nKEYS\nendpoint_url = ENDPOINT\n");
    let run = home.awsmfa(["env", "--shell", "sh", &aws.code()]).run();
    assert_eq!(
        settings(&run, &home),
        [format!("AWS_ENDPOINT_URL={}", aws.endpoint())]
    );
}

#[test]
fn a_setting_with_a_control_character_is_refused_before_a_code_is_spent() {
    let (run, _) = login("[profile work]\nKEYS\noutput = a\u{1b}[2Jb\n", &[]);
    run.failure(1)
        .complains("~/.aws/config:5 [profile work] output holds a control character");
    assert_eq!(run.stdout, "false\n");
}

/// Two profiles with settings of their own, and the stand-in as both profiles' STS.
const TWO: &str = "[profile a]\nKEYS\nca_bundle = /a b\nservices = a\n[services a]
sts =\n  endpoint_url = ENDPOINT\ns3 =\n  endpoint_url = http://a\nsqs =\n  endpoint_url = http://a
[profile b]\nKEYS\noutput = text\nservices = b\n[services b]
sts =\n  endpoint_url = ENDPOINT\ns3 =\n  endpoint_url = http://b\nsns =\n  endpoint_url = http://b
";

/// What `env` showed behind a label, STS's endpoint left out.
fn shown(run: &Run, label: &str) -> Vec<String> {
    let (_, rest) = run.stdout.split_once(&format!("={label}\n")).expect(label);
    let variables = rest.split("\n=").next().unwrap_or_default().lines();
    let mut settings: Vec<_> = variables
        .filter(|line| {
            let name = line.split('=').next().unwrap_or_default();
            NAMES.contains(&name) || name.starts_with("AWS_ENDPOINT_URL")
        })
        .filter(|line| !line.starts_with("AWS_ENDPOINT_URL_STS="))
        .map(str::to_owned)
        .collect();
    settings.sort();
    settings
}

/// The settings of one profile are gone with the next; the terminal's own are back after `off`.
#[test]
fn settings_follow_the_profile_and_off_puts_everything_back() {
    let [mine, empty] = ["AWS_ENDPOINT_URL_EC2=http://mine", "AWS_ENDPOINT_URL_SQS="];
    let by_hand = "AWS_USE_FIPS_ENDPOINT=false";
    for shell in SHELLS {
        let (aws, home) = user();
        aws.settle();
        configure(&aws, &home, TWO);
        let [on, off] = shell.functions();
        let plain = [
            "AWS_ENDPOINT_URL_SNS=plain",
            "set -g AWS_ENDPOINT_URL_SNS plain",
        ];
        let lines = [
            shell.load(),
            shell.export("AWS_ENDPOINT_URL_SQS", ""),
            shell.export("AWS_ENDPOINT_URL_EC2", "http://mine"),
            plain[usize::from(shell.is_fish())].to_owned(),
            format!("{on} -q a {}; echo '=a'; env", aws.code_in(-1)),
            format!("{on} -q b {}; echo '=b'; env", aws.code()),
            // Set by a person: it stays the terminal's own.
            shell.export("AWS_DEFAULT_OUTPUT", "yaml"),
            shell.export("AWS_USE_FIPS_ENDPOINT", "false"),
            format!("{on} -q a {}; echo '=again'; env", aws.code_in(1)),
            format!("{off}; echo '=after'; env"),
            "echo \"=plain $AWS_ENDPOINT_URL_SNS\"".to_owned(),
        ];
        home.write("script", lines.join("\n") + "\n");
        let words = shell.words[1..].iter().copied().chain(["script"]);
        let script = home.program(shell.words[0], words);
        let run = script.env("PATH", path(&home)).run();
        let case = || format!("{shell:?}{}", run.story());
        assert!(run.success().stderr.is_empty(), "{}", case());
        let of_a = [
            "AWS_ENDPOINT_URL_S3=http://a",
            "AWS_ENDPOINT_URL_SQS=http://a",
        ];
        for (label, expected) in [
            ("a", vec!["AWS_CA_BUNDLE=/a b", mine, of_a[0], of_a[1]]),
            (
                "b",
                vec![
                    "AWS_DEFAULT_OUTPUT=text",
                    mine,
                    "AWS_ENDPOINT_URL_S3=http://b",
                    "AWS_ENDPOINT_URL_SNS=http://b",
                ],
            ),
            (
                "again",
                vec![
                    "AWS_CA_BUNDLE=/a b",
                    "AWS_DEFAULT_OUTPUT=yaml",
                    mine,
                    of_a[0],
                    of_a[1],
                    by_hand,
                ],
            ),
            // What `on` never touched stays as it was set meanwhile.
            ("after", vec![mine, empty, by_hand]),
        ] {
            assert_eq!(shown(&run, label), expected, "{label} {}", case());
        }
        let (_, after) = run.stdout.split_once("=after").expect("the end");
        assert!(!after.contains("AWSMFA_"), "{}", case());
        assert!(after.ends_with("=plain plain\n"), "{}", case());
        assert_eq!(aws.actions(), ["GetSessionToken"; 3], "{}", case());
    }
}

/// Neither the next login's own call nor `exec` takes the settings of the profile before for the
/// terminal's, and a child shell's `off` removes them.
#[test]
fn the_next_profile_is_not_reached_by_the_way_of_the_first() {
    let (first, home) = user();
    let second = StandIn::start(Options::default());
    configure(
        &first,
        &home,
        &format!(
            "[profile a]\nKEYS\nendpoint_url = ENDPOINT\nca_bundle = /nowhere\noutput = text\n\
             [profile b]\nKEYS\nendpoint_url = {}\n",
            second.endpoint()
        ),
    );
    let login = home
        .awsmfa(["env", "--shell", "sh", "a", &first.code()])
        .run();
    let session = exported(&login.success().stdout);
    let run = home
        .awsmfa(["exec", "b", "-c", &second.code(), "--", "env"])
        .envs(session.clone())
        .run();
    let text = &run.success().stdout;
    assert!(
        text.contains(&format!("AWS_ENDPOINT_URL={}\n", second.endpoint())),
        "{}",
        run.story()
    );
    assert!(
        !text.contains("AWS_CA_BUNDLE") && !text.contains("AWS_DEFAULT_OUTPUT"),
        "{}",
        run.story()
    );
    assert_eq!(second.actions(), ["GetSessionToken"]);
    // The session that is held brings its settings along.
    let run = home
        .awsmfa(["exec", "a", "--", "env"])
        .envs(session.clone())
        .run();
    assert!(
        run.success().stdout.contains("AWS_CA_BUNDLE=/nowhere\n"),
        "{}",
        run.story()
    );
    let run = home.awsmfa(["off", "--shell", "sh"]).envs(session).run();
    for name in [
        "AWS_CA_BUNDLE",
        "AWS_ENDPOINT_URL",
        "AWS_DEFAULT_OUTPUT",
        "AWSMFA_FROM_PROFILE",
    ] {
        assert!(run.success().stdout.contains(name), "{name}{}", run.story());
    }
}

/// A hostile list in the environment becomes no shell code.
#[test]
fn only_settings_are_ever_unset() {
    let (aws, home) = user();
    let run = home
        .awsmfa(["env", "--shell", "sh", &aws.code()])
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env(
            "AWSMFA_FROM_PROFILE",
            "PATH=x x;touch\tpwned=y HOME= AWS_ENDPOINT_URL_a=x",
        )
        .env("x;touch\tpwned", "y")
        .env("AWS_ENDPOINT_URL_a", "x")
        .run();
    let text = &run.success().stdout;
    assert!(
        !text.contains("pwned") && !text.contains("unset PATH"),
        "{}",
        run.story()
    );
    assert!(!text.contains("AWS_ENDPOINT_URL_a"), "{}", run.story());
}
