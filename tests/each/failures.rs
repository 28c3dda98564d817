//! `awsmfa exec --each` where a login fails: who is tried after it, and who is not.

use super::profiles::each;
use crate::support::landing::{Landing, role};

/// Whoever uses the same keys and device would fail in the same way, after the same wait.
#[test]
fn profiles_with_the_keys_and_device_of_a_failed_one_are_not_tried() {
    // No source of codes; one that fails; a code that AWS refuses.
    let landing = Landing::of_two_users();
    landing
        .aws
        .change(|options| options.users[1].devices[0].secret = None);
    let code = landing.aws.code();
    let run = each(&landing, "bob,bob-dev,landing,stage", &["-c", &code]);
    run.failure(1)
        .complains("awsmfa: bob: could not log in")
        .complains("awsmfa: bob-dev: not tried: it uses the same keys and MFA device as bob");
    let failed = ["GetSessionToken+code"];
    assert_eq!(landing.calls()[..1], failed);

    for (settings, flags) in [("", &[][..]), ("mfa_process = echo >>asked; false\n", &[])] {
        let landing = Landing::new();
        let config = landing.home.path().join(".aws/config");
        let config = std::fs::read_to_string(config).expect("the config");
        let with = format!("[profile landing]\n{settings}");
        landing
            .home
            .write(".aws/config", config.replace("[profile landing]\n", &with));
        let run = each(&landing, "dev,stage,nobody,landing,admin", flags);
        run.failure(1)
            .complains("awsmfa: dev: could not log in")
            .complains("awsmfa: nobody: ");
        for profile in ["stage", "landing", "admin"] {
            run.complains(&format!(
                "awsmfa: {profile}: not tried: it uses the same keys and MFA device as dev"
            ));
        }
        run.complains_times(1, "could not log in:");
        assert!(landing.calls().is_empty() && run.stdout.is_empty());
        let asked = std::fs::read_to_string(landing.home.path().join("asked"));
        assert!(asked.map_or(0, |asked| asked.lines().count()) <= 1);
    }
}

/// What is wrong with keys, device or code is so in every region; what is wrong with the way to AWS
/// need not be.
#[test]
fn another_region_or_endpoint_is_tried_if_aws_was_not_reached() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile far]\nrole_arn = {}\nsource_profile = landing\nregion = us-west-2\n",
        role("dev")
    ));
    each(&landing, "dev,far", &[])
        .failure(1)
        .complains("awsmfa: far: not tried: it uses the same keys and MFA device as dev");

    let landing = Landing::new();
    landing
        .home
        .write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let profile = |name: &str, endpoint: &str| {
        format!(
            "[profile {name}]\nrole_arn = {}\nsource_profile = landing\nendpoint_url = {endpoint}\n",
            role("dev")
        )
    };
    landing.configure(&profile("down", "http://127.0.0.1:1"));
    landing.configure(&profile("down-too", "http://127.0.0.1:1"));
    landing.configure(&profile("up", &landing.aws.endpoint()));
    let command = [
        "exec",
        "-q",
        "--each",
        "down,down-too,up",
        "--",
        "sh",
        "-c",
        "echo $AWSMFA_PROFILE",
    ];
    let run = landing
        .awsmfa(command)
        .env("AWS_ENDPOINT_URL", "")
        .env("AWSMFA_TIMEOUT", "1")
        .run();
    run.failure(1)
        .complains("awsmfa: down: could not")
        .complains("awsmfa: down-too: not tried");
    run.prints("up\n");
}

/// Keys that a command prints are asked for once too.
#[test]
fn a_command_that_prints_no_keys_is_run_once() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile vault]\ncredential_process = sh -c 'echo >>asked; exit 1'\nmfa_serial = x123456789\n\
         [profile vault-dev]\nrole_arn = {}\nsource_profile = vault\n",
        role("dev")
    ));
    let run = each(&landing, "vault,vault-*", &[]);
    run.failure(1)
        .complains("awsmfa: vault: ")
        .complains("awsmfa: vault-dev: not tried");
    let asked = std::fs::read_to_string(landing.home.path().join("asked")).expect("asked");
    assert_eq!(asked.lines().count(), 1);
}

/// A role that is refused says nothing of the others, nor does another source of codes.
#[test]
fn other_roles_and_other_sources_are_tried() {
    let landing = Landing::new();
    landing
        .home
        .write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    landing.configure(&format!(
        "[profile no-process]\nrole_arn = {0}\nsource_profile = landing\nmfa_source = process\n\
         [profile denied]\nrole_arn = {1}\nsource_profile = landing\n\
         [profile denied-long]\nrole_arn = {1}\nsource_profile = landing\nduration_seconds = 7200\n",
        role("dev"),
        role("denied")
    ));
    let run = each(&landing, "no-process,denied,dev", &["-q"]);
    run.failure(1)
        .complains("awsmfa: no-process: ")
        .complains("awsmfa: denied: ");
    run.prints("dev\n");

    let landing = Landing::new();
    landing.configure(&format!(
        "[profile denied-long]\nrole_arn = {}\nsource_profile = landing\nduration_seconds = 7200\n",
        role("denied")
    ));
    let code = landing.aws.code();
    let run = each(&landing, "denied-long,dev", &["-q", "-c", &code]);
    run.failure(1)
        .complains("awsmfa: dev: could not log in: no source gave an MFA code");
}
