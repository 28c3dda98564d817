//! Profiles that get their credentials from awsmfa: by the README's two lines, and by lines that come
//! back to where they started.

use super::{computing, printed, why_not};
use crate::support::agent::Agent;
use crate::support::home::AWSMFA;
use crate::support::landing::Landing;
use crate::support::pages::block_with;
use crate::support::tools::venv;

/// The block of the README.
fn two_lines() -> String {
    let block = block_with("credential_process = /usr/local/bin/awsmfa credentials dev");
    block.replace("/usr/local/bin/awsmfa", AWSMFA) + "\n"
}

#[test]
fn the_readmes_two_lines_serve_the_aws_cli_and_boto3() {
    let landing = Landing::new();
    let _agent = Agent::start(&landing.home);
    landing.log_in();
    assert_eq!(two_lines().lines().count(), 2);
    landing.configure(&two_lines());
    let who = "arn:aws:sts::123456789012:assumed-role/dev/";
    let words = [
        "sts",
        "get-caller-identity",
        "--region",
        "eu-west-1",
        "--profile",
        "dev-mfa",
    ];
    landing.home.program("aws", words).run().success().says(who);
    let script = "import boto3; print(boto3.Session(profile_name='dev-mfa', region_name='eu-west-1')\
                  .client('sts').get_caller_identity()['Arn'])";
    let run = landing.home.program(venv("python"), ["-c", script]).run();
    run.success().says(who);
}

/// A profile that gets its credentials from awsmfa stands for the one that the line names.
#[test]
fn a_profile_with_awsmfas_line_works_in_awsmfa_too() {
    for line in [
        "awsmfa credentials dev",
        "\"/opt/my tools/awsmfa\" credentials dev --no-agent",
        "sh -c 'exec awsmfa credentials --wait 5s dev'",
    ] {
        let landing = computing();
        landing.configure(&format!(
            "[profile ide]\nregion = us-east-2\ncredential_process = {line}\n"
        ));
        let run = landing.awsmfa(["plan", "ide"]).run();
        run.success()
            .says("AssumeRole")
            .says("role/dev")
            .says("us-east-2");
        let run = landing.login("ide").run();
        assert_eq!(run.exports("AWSMFA_PROFILE"), "ide");
        assert_eq!(run.exports("AWS_REGION"), "us-east-2");
        assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
        let session = crate::support::home::exported(&run.stdout);
        for words in [&["status"][..], &["exec", "ide", "--", "true"]] {
            let run = landing.home.awsmfa(words).envs(session.clone()).run();
            run.success();
        }
        printed(&landing.awsmfa(["credentials", "ide"]).envs(session).run());
        assert_eq!(landing.calls().len(), 2, "{line}");
    }
}

/// The line may stand in the profile itself: its keys are then elsewhere.
#[test]
fn a_profile_may_name_itself() {
    let landing = computing();
    let config = landing.home.path().join(".aws/config");
    let before = std::fs::read_to_string(config).unwrap();
    let own = "[profile landing]\ncredential_process = awsmfa credentials landing\n";
    let config = before.replace("[profile landing]\n", own);
    landing.home.write(".aws/config", config);
    printed(&landing.awsmfa(["credentials", "dev"]).run());
    landing.configure("[profile alone]\ncredential_process = awsmfa credentials alone\n");
    for words in [
        ["credentials", "alone"],
        ["env", "alone"],
        ["plan", "alone"],
    ] {
        let run = landing.home.awsmfa(words).run();
        run.failure(1)
            .complains("is awsmfa itself, which needs them");
    }
}

#[test]
fn no_line_goes_in_a_circle() {
    let landing = computing();
    landing.configure(
        "[profile a]\ncredential_process = awsmfa credentials b\n\
         [profile b]\ncredential_process = awsmfa credentials c\n\
         [profile c]\ncredential_process = awsmfa credentials a\n",
    );
    for words in [
        &["credentials", "a"][..],
        &["env", "a"],
        &["exec", "b", "--", "true"],
        &["plan", "c"],
    ] {
        let run = landing.home.awsmfa(words).run();
        run.failure(1).complains("in a circle");
    }
    landing.awsmfa(["status"]).run().failure(1);
}

/// awsmfa cannot see what a script runs. The script runs once.
#[test]
fn a_script_that_runs_awsmfa_is_stopped() {
    let landing = computing();
    let count = landing.home.path().join("count");
    let script = landing.home.write_program(
        "wrapper",
        format!(
            "#!/bin/sh\necho >>'{}'\nexec awsmfa credentials \"$1\"\n",
            count.display()
        ),
    );
    let script = script.display();
    landing.configure(&format!(
        "[profile one]\ncredential_process = {script} one\n\
         [profile two]\ncredential_process = {script} landing\n\
         [profile three]\ncredential_process = {script} one\n"
    ));
    for profile in ["one", "two", "three"] {
        for words in [&["env", profile][..], &["exec", profile, "--", "true"]] {
            let run = landing.home.awsmfa(words).run();
            run.failure(1)
                .complains("runs awsmfa, which needs the long-term keys from this line");
        }
        let run = landing.awsmfa(["credentials", profile]).run();
        run.failure(1).complains("runs awsmfa");
        landing.awsmfa(["plan", profile]).run().success();
    }
    let ran = std::fs::read_to_string(count).unwrap().lines().count();
    assert_eq!(ran, 9);
    assert!(landing.calls().is_empty());
    why_not(&landing.awsmfa(["credentials", "nosuch"]).run());
}
