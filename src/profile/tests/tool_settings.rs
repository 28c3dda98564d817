//! Settings with which no request reaches a stand-in.

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
