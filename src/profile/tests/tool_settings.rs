//! Settings that keep requests from reaching the stand-in.

use super::*;

fn settings(config: &str, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let credentials = format!("[work]\n{KEYS}[default]\n{KEYS}");
    let profile = Home::new(config, credentials).resolve("work", variables);
    let settings = profile.unwrap().tool_settings.variables;
    settings
        .into_iter()
        .map(|setting| (setting.name, setting.value))
        .collect()
}

#[test]
fn fips_hosts_are_those_of_the_profile() {
    for (config, expected) in [
        ("[profile work]\nuse_fips_endpoint = True\n", &["true"][..]),
        (
            "[default]\nuse_fips_endpoint = true\n[profile work]\n",
            &["false"],
        ),
        (
            "[default]\nuse_fips_endpoint = false\n[profile work]\n",
            &[],
        ),
    ] {
        let found = settings(config, &[]);
        let values: Vec<_> = found.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, expected, "{config}");
        assert!(
            found
                .iter()
                .all(|(name, _)| name == "AWS_USE_FIPS_ENDPOINT")
        );
    }
}

#[test]
fn endpoints_that_the_profile_ignores_stay_ignored() {
    let ignore = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    let config =
        "[default]\nendpoint_url = http://default\n[profile work]\nendpoint_url = http://work\n";
    let ignoring = format!("{config}ignore_configured_endpoint_urls = true\n");
    let ignored = (ignore.to_owned(), "true".to_owned());
    let own = ("AWS_ENDPOINT_URL".to_owned(), "http://work".to_owned());
    assert_eq!(settings(&ignoring, &[]), [ignored]);
    assert_eq!(settings(config, &[]), std::slice::from_ref(&own));
    assert_eq!(settings(config, &[(ignore, "true")]), []);
    assert_eq!(settings(&ignoring, &[(ignore, "false")]), [own]);
}

#[test]
fn a_switch_of_the_default_profile_does_not_reach_the_chosen_ones_endpoints() {
    let ignore = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    let config = "[default]\nignore_configured_endpoint_urls = true\nDEFAULT[profile work]\nWORK";
    let own = "endpoint_url = http://work\n";
    let of_s3 = "services = w\n[services w]\ns3 =\n  endpoint_url = http://s3\n";
    for (default, work, expected) in [
        (
            "",
            own,
            &[("AWS_ENDPOINT_URL", "http://work"), (ignore, "false")][..],
        ),
        (
            "",
            of_s3,
            &[("AWS_ENDPOINT_URL_S3", "http://s3"), (ignore, "false")],
        ),
        (
            "endpoint_url = http://default\n",
            own,
            &[("AWS_ENDPOINT_URL", "http://work"), (ignore, "false")],
        ),
        (
            "endpoint_url = http://default\n",
            of_s3,
            &[("AWS_ENDPOINT_URL_S3", "http://s3"), (ignore, "true")],
        ),
        ("endpoint_url = http://default\n", "", &[]),
        ("", "", &[]),
    ] {
        let config = config.replace("DEFAULT", default).replace("WORK", work);
        let found = settings(&config, &[]);
        let found: Vec<_> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, expected, "{config}");
    }
}
