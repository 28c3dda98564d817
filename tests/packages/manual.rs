//! awsmfa(7) names the variables that the program sets, unsets and reads. (The pages of section 1
//! are compared in `src/cli/man_pages.rs`: only there is the definition of the command line.)

use std::collections::BTreeSet;

use crate::support::home::{Home, exported};
use crate::support::landing::{Landing, role};

const PAGE: &str = include_str!("../../man/awsmfa.7");

/// The variables that a part of the section ENVIRONMENT lists.
fn listed(part: &str) -> BTreeSet<&'static str> {
    let (_, rest) = PAGE.split_once(&format!("\n.Ss {part}\n")).expect(part);
    let text = rest.split("\n.S").next().unwrap_or_default();
    let names = text.lines().filter_map(|line| line.strip_prefix(".It Ev "));
    // Any service will do.
    let of_service = |name| match name {
        "AWS_ENDPOINT_URL_ Ns Ar SERVICE" => "AWS_ENDPOINT_URL_S3",
        name => name,
    };
    names.map(of_service).collect()
}

/// What a login prints: to the role of a profile with these `settings`.
fn login(settings: &str) -> String {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile mine]\nsource_profile = landing\nrole_arn = {}\n{settings}",
        role("dev")
    ));
    let code = landing.aws.code();
    let run = landing.login(&format!("mine {code}"));
    // The general endpoint is left to the profile.
    let run = run
        .env("AWS_ENDPOINT_URL_STS", landing.aws.endpoint())
        .env("AWS_ENDPOINT_URL", "")
        .run();
    run.success().stdout.clone()
}

/// Between them, the two logins have a value for every variable: a profile that has endpoints of its
/// own, and one that must not use those of `[default]`.
#[test]
fn what_a_login_sets_and_unsets() {
    let own = login(
        "output = json\nca_bundle = ca.pem\nuse_fips_endpoint = false\n\
         use_dualstack_endpoint = false\nendpoint_url = http://localhost:1\nservices = local\n\
         [services local]\ns3 =\n  endpoint_url = http://localhost:2\n",
    );
    let foreign = login("[default]\nendpoint_url = http://localhost:1\n");
    let names = [&own, &foreign].map(|text| exported(text).into_iter().map(|(name, _)| name));
    let set: BTreeSet<_> = names.into_iter().flatten().collect();
    let set: BTreeSet<_> = set.iter().map(String::as_str).collect();
    let unset: BTreeSet<_> = foreign
        .lines()
        .filter_map(|line| line.strip_prefix("unset ")?.strip_suffix(';'))
        .filter(|name| name.starts_with("AWS_"))
        .collect();
    assert_eq!(set, listed("Set by aws-mfa-on"), "{own}{foreign}");
    assert_eq!(unset, listed("Unset by aws-mfa-on"), "{foreign}");
}

/// `[env: A, B=1]` in the help texts.
#[test]
fn what_the_flags_read() {
    let listed = listed("Read");
    for command in ["env", "off", "exec", "plan", "code", "accounts"] {
        let run = Home::new().awsmfa([command, "--help"]).run();
        let help = run
            .success()
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let lists = help
            .split("[env: ")
            .skip(1)
            .filter_map(|rest| rest.split(']').next());
        let read: BTreeSet<&str> = lists
            .flat_map(|list| list.split(", "))
            .map(|name| name.split('=').next().unwrap_or_default())
            .collect();
        assert!(!read.is_empty(), "{command}{}", run.story());
        let missing: Vec<_> = read.difference(&listed).collect();
        assert!(
            missing.is_empty(),
            "awsmfa.7 lacks {missing:?} of {command}"
        );
    }
}
