use super::super::Files;
use super::*;
use crate::environment::Environment;

fn overlay(config: &str, credentials: &str) -> Overlay {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    std::fs::write(home.path().join(".aws/credentials"), credentials).unwrap();
    let environment = Environment::of(&[("HOME", home.path().to_str().unwrap())]);
    Files::read(&environment).overlay(|name| match name {
        "sso" => Source::Own,
        "bare" => Source::Environment("bare".to_owned(), None),
        name => Source::Process(format!("RUN {name}"), None),
    })
}

#[test]
fn settings_stay_and_credentials_go() {
    let config = "\u{feff}[default]\r\nregion = eu-west-1\r\nmfa_serial = arn:aws:iam::1:mfa/a\r\n\
        [profile dev]\nrole_arn = arn\nsource_profile = default\nexternal_id = 1\noutput = text\n\
        s3 =\n  max_queue_size = 7\n  secret = x\nservices = mine\nproxy_url = http://me:pw@host/\n\
        [services mine]\ns3 =\n  endpoint_url = http://localhost\n\
        [profile sso]\nsso_session = corp\nsso_account_id = 1\n[sso-session corp]\nsso_region = x\n\
        [profile bare]\noutput = json\n";
    let credentials = "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = hunter2\n\
        [dev-long-term]\naws_access_key_id = AKIA2\naws_secret_access_key = hunter3\n\
        the_password = hunter4\nnote = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    let expected = "[profile bare]\noutput = json\n\n\
        [default]\nregion = eu-west-1\ncredential_process = RUN default\n\n\
        [profile dev]\noutput = text\ns3 =\n    max_queue_size = 7\nservices = mine\n\
        credential_process = RUN dev\n\n\
        [profile dev-long-term]\ncredential_process = RUN dev-long-term\n\n\
        [profile sso]\nsso_account_id = 1\nsso_session = corp\n\n\
        [services mine]\ns3 =\n    endpoint_url = http://localhost\n\n\
        [sso-session corp]\nsso_region = x\n\n";
    let overlay = overlay(config, credentials);
    assert_eq!(overlay.text, expected);
    assert!(overlay.left_out.is_empty());
}

#[test]
fn odd_names_are_quoted_or_left_out() {
    let overlay = overlay(
        "[profile \"a b\"]\n[profile 'it\"s \\x']\n[profile a\u{200b}b]\n[profile x]\n[x]\nregion = bare\n",
        "[ü]\n[profile y]\n",
    );
    for header in [
        "[profile \"a b\"]\n",
        "[profile \"it\\\"s \\\\x\"]\n",
        "[profile ü]\n",
        "[profile y]\n",
        "[profile \"profile y\"]\n",
        "[profile x]\ncredential",
    ] {
        assert!(overlay.text.contains(header), "{header}{}", overlay.text);
    }
    assert_eq!(overlay.left_out, ["a\u{200b}b"]);
}
