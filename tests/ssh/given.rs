//! What the remote machine gets.

use std::os::unix::net::UnixListener;

use super::{DEV, Shared, own_process};
use crate::support::landing::role;

/// It knows no profile, and no request goes to AWS but that for the role.
#[test]
fn a_session_of_a_shared_profile() {
    let Some(shared) = Shared::new() else { return };
    let calls = shared.landing.calls().len();
    let session = shared.told(DEV);
    assert_eq!(shared.landing.calls()[calls..], ["AssumeRole dev"]);
    let expected = "arn:aws:sts::123456789012:assumed-role/dev/";
    let caller = shared.caller(&session);
    assert!(caller.starts_with(expected), "{caller}");
}

/// The base session, which is all that a code gives, is in none of the answers.
#[test]
fn each_of_several_profiles_until_they_end() {
    let Some(shared) = Shared::new() else { return };
    let ask = |name: &str| format!("python3 ~/ask '{}'", DEV.replace("dev", name));
    let command = [ask("dev"), ask("stage"), ask("dev")].join("; ");
    let run = shared.ssh("--profile dev,stage server", &command).run();
    let answers: Vec<_> = run.success().stdout.lines().collect();
    let answer = |index: usize| serde_json::from_str(answers[index]).expect("JSON");
    let [first, stage, second]: [serde_json::Value; 3] = [0, 1, 2].map(answer);
    assert_eq!(first["access_key_id"], second["access_key_id"]);
    assert!(shared.caller(&stage).contains("assumed-role/stage/"));
    assert_eq!(shared.landing.aws.assumed("dev"), 1, "{}", run.story());
}

/// The terminal's profile, if none is named.
#[test]
fn the_profile_of_the_terminal() {
    let Some(shared) = Shared::new() else { return };
    let ask = format!("python3 ~/ask '{DEV}'");
    let run = shared
        .ssh("server", &ask)
        .env("AWSMFA_PROFILE", "dev")
        .run();
    run.success().says("session_token");
}

/// A role for a quarter of an hour is too short for a remote machine; from one that has been used, a
/// new session is made while 30 minutes are left.
#[test]
fn half_an_hour_at_least() {
    let Some(shared) = Shared::new() else { return };
    shared
        .landing
        .configure("[profile short]\nsource_profile = landing\nduration_seconds = 900\n");
    shared
        .landing
        .configure(&format!("role_arn = {}\n", role("dev")));
    let ask = format!("python3 ~/ask '{}'", DEV.replace("dev", "short"));
    let run = shared.ssh("--profile short server", &ask).run();
    let session: serde_json::Value = serde_json::from_str(&run.success().stdout).expect("JSON");
    let end = session["expiration"].as_u64().expect("a time");
    assert!(end >= shared.landing.aws.now() + 1_790, "{}", run.story());
}

#[test]
fn a_login_wakes_who_waits() {
    let Some(shared) = Shared::without_session("") else {
        return;
    };
    let mut job = shared.ssh_on_terminal("server 'awsmfa credentials dev --wait 60s; echo done'");
    while shared.shares().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    shared.log_in();
    let text = job.expect("done");
    assert!(text.contains("SessionToken"), "{text}");
}

/// A login on the remote machine would not reach the agent.
#[test]
fn one_line_says_where_to_log_in() {
    let Some(shared) = Shared::without_session("") else {
        return;
    };
    let run = shared
        .ssh("--profile dev server", "awsmfa credentials dev --wait 0s")
        .run();
    run.failure(1)
        .prints("")
        .complains("; run aws-mfa-on on the computer that ssh runs on");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.story());
}

/// The remote machine has no files of the AWS CLI.
#[test]
fn the_credential_process_of_a_remote_tool() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .ssh("--profile dev server", "awsmfa credentials dev")
        .run();
    let session: serde_json::Value = serde_json::from_str(&run.success().stdout).expect("JSON");
    assert_eq!(session["Version"], 1, "{}", run.story());
    assert!(
        shared
            .caller(&own_process(&session))
            .contains("assumed-role/dev/")
    );
}

/// A profile of that name, and the machine's own agent variables, change nothing.
#[test]
fn a_profile_that_the_remote_machine_has_too() {
    let Some(shared) = Shared::new() else { return };
    shared.remote.home.write(
        ".aws/config",
        "[profile dev]\nregion = us-west-2\nrole_arn = arn:aws:iam::999999999999:role/other\n\
         source_profile = keys\n[profile keys]\naws_access_key_id = AKIAIOSFODNN7OTHERS\n\
         aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
         mfa_serial = arn:aws:iam::999999999999:mfa/other\n",
    );
    let run = shared
        .ssh("--profile dev server", "awsmfa credentials dev")
        .run();
    let session: serde_json::Value = serde_json::from_str(&run.success().stdout).expect("JSON");
    let caller = shared.caller(&own_process(&session));
    assert!(
        caller.contains("123456789012:assumed-role/dev/"),
        "{caller}"
    );
}

/// The remote machine's profile does without an agent of its own.
#[test]
fn a_remote_profile_without_the_agent_uses_the_share() {
    let Some(shared) = Shared::new() else { return };
    let keys = "aws_access_key_id = AKIAIOSFODNN7OTHERS\naws_secret_access_key = other\n";
    let config =
        format!("[profile dev]\n{keys}mfa_agent = off\nmfa_serial = arn:aws:iam::1:mfa/x\n");
    shared.remote.home.write(".aws/config", config);
    let command = "awsmfa credentials dev --wait 0s";
    let run = shared.ssh("--profile dev server", command).run();
    let session: serde_json::Value = serde_json::from_str(&run.success().stdout).expect("JSON");
    let caller = shared.caller(&own_process(&session));
    assert!(caller.contains("assumed-role/dev/"), "{caller}");
}

#[test]
fn a_profile_that_is_not_shared_is_reported_in_one_line() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .ssh("--profile dev server", "awsmfa credentials stage --wait 0s")
        .run();
    run.failure(1)
        .prints("")
        .complains("profile stage is not shared with this machine, only dev");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.story());
}

/// A connection broke, and sshd left the socket's file behind.
#[test]
fn a_closed_connection_is_reported_in_one_line() {
    let Some(shared) = Shared::new() else { return };
    let stale = shared.remote.home.path().join("stale.sock");
    drop(UnixListener::bind(&stale).expect("a socket"));
    let command = format!(
        "AWSMFA_AGENT_SOCK={} awsmfa credentials dev",
        stale.display()
    );
    let run = shared.ssh("--profile dev server", &command).run();
    run.failure(1)
        .prints("")
        .complains("which AWSMFA_AGENT_SOCK names")
        .complains("the ssh connection that made the socket is closed");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.story());
}
