//! One profile's settings are gone with the next, and all with `off`.

use super::{NAMES, configure, user};
use crate::support::home::{Run, exported};
use crate::support::shells::SHELLS;
use crate::support::stand_in::{Options, StandIn};

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
        let run = script.run();
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
            // What has been set since the login stays.
            (
                "after",
                vec!["AWS_DEFAULT_OUTPUT=yaml", mine, empty, by_hand],
            ),
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
fn settings_of_one_profile_do_not_reach_the_next() {
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
    let login = home.login(&format!("a {}", first.code())).run();
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
    run.success().says("AWS_CA_BUNDLE=/nowhere\n");
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
        .login(&aws.code())
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
