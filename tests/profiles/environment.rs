//! What the environment has, and what the system has where it says nothing.

use super::{CONFIG, CREDENTIALS, ID, PERMANENT, SERIAL, login, value};
use crate::support::home::{AWSMFA, Home, exported};
use crate::support::stand_in::{Options, Role, StandIn};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)];

#[test]
fn long_term_keys_of_the_environment_serve_profiles_without_keys() {
    let role = "role_arn = arn:aws:iam::123456789012:role/dev\n";
    let config = format!(
        "[default]\nmfa_serial = SERIAL\n[profile dev]\nmfa_serial = SERIAL\n\
         [profile role]\n{role}source_profile = dev\n\
         [profile itself]\n{role}source_profile = itself\n"
    );
    for (files, arguments) in [
        (&[][..], &["--mfa-serial", SERIAL][..]),
        (&[], &["default", "--mfa-serial", SERIAL]),
        (&[(CONFIG, config.as_str())], &[]),
        (&[(CONFIG, &config)], &["dev"]),
    ] {
        let (run, requests) = login(files, arguments, &KEYS);
        run.success();
        assert_eq!(requests[0].access_key_id, ID, "{}", run.story());
        assert_eq!(requests[0].parameter("SerialNumber"), Some(SERIAL));
    }
    let home = Home::new();
    home.write(CONFIG, config.replace("SERIAL", SERIAL));
    for (profile, call) in [
        ("default", "GetSessionToken"),
        ("role", "AssumeRole"),
        ("itself", "AssumeRole"),
    ] {
        let plan = home.awsmfa(["plan", profile]).envs(KEYS).run();
        let keys = format!("keys        {ID} (AWS_ACCESS_KEY_ID)\n");
        plan.success().says(&keys);
        assert!(
            plan.stdout.contains(call) && !plan.stdout.contains(SECRET),
            "{}",
            plan.story()
        );
    }
}

/// Keys of a file, a profile that nobody has, and a session.
#[test]
fn unusable_keys_in_the_environment_are_not_used() {
    let other = [
        ("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
    ];
    let files = [(CREDENTIALS, "[default]\nPERMANENT\nmfa_serial = SERIAL\n")];
    let (run, requests) = login(&files, &[], &other);
    assert_eq!(requests[0].access_key_id, ID, "{}", run.story());

    let sso = "[profile sso]\nsso_session = corp\n";
    let debris = "[debris]\nDEBRIS";
    let files = [(CONFIG, sso), (CREDENTIALS, debris)];
    for (profile, cause) in [
        ("nobody", "there is no such profile"),
        ("sso", "from IAM Identity Center"),
        ("debris", "those keys are temporary"),
    ] {
        let (run, requests) = login(&files, &[profile], &KEYS);
        run.failure(1).complains(cause);
        assert!(requests.is_empty(), "{}", run.story());
    }
    let stale =
        "; the environment has a long-term key, but a session token stands beside it: unset";
    let session = ", and the environment has a session, not long-term keys";
    let half = ", and the environment has only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    for (more, cause) in [
        (&[("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEOLD")][..], stale),
        (&[("AWS_SECURITY_TOKEN", "FwoGZXIvYXdzEOLD")], stale),
        (&[("AWSMFA_ACCESS_KEY_ID", ID)], session),
        (&[("AWS_ACCESS_KEY_ID", "ASIAOLDOLDOLDOLDOLD1")], session),
        (&[("AWS_ACCESS_KEY_ID", "")], half),
        (&[("AWS_SECRET_ACCESS_KEY", "")], half),
    ] {
        let variables = [&KEYS[..], more].concat();
        let (run, requests) = login(
            &[(CONFIG, "[default]\nregion = eu-west-1\n")],
            &[],
            &variables,
        );
        run.failure(1).complains(cause).complains("hint: put ");
        assert!(
            requests.is_empty() && !run.stderr.contains(SECRET),
            "{}",
            run.story()
        );
    }
}

/// After `on` the session stands in the variables: a second `on` keeps it, and a renewal says how to
/// get the keys back. A role needs neither.
#[test]
fn a_session_in_the_variables_is_not_used_as_long_term_keys() {
    let aws = StandIn::start(Options::with_roles([Role::named("dev")]));
    let home = Home::new();
    let awsmfa = |arguments: &[&str]| {
        let run = home.awsmfa(arguments);
        run.env("AWS_ENDPOINT_URL", aws.endpoint())
    };
    home.write(
        CONFIG,
        "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\n",
    );
    let on = ["env", "--shell", "sh", "--mfa-serial", SERIAL, "-c"];
    let first = awsmfa(&on).arguments([aws.code()]).envs(KEYS).run();
    let held = exported(&first.success().stdout);
    assert_eq!(value(&held, "AWSMFA_PROFILE"), Some("default"));

    let again = awsmfa(&["env", "--shell", "sh"])
        .envs(held.iter().cloned())
        .run();
    again.success().complains("still valid");
    let plan = awsmfa(&["plan"]).envs(held.iter().cloned()).run();
    plan.success().says("aws-mfa-off puts them back");
    let role = awsmfa(&["env", "dev", "--shell", "sh"])
        .envs(held.iter().cloned())
        .run();
    role.success();
    let forced = awsmfa(&["env", "--shell", "sh", "--force"])
        .envs(held)
        .run();
    forced
        .failure(1)
        .complains("the session of this terminal has replaced the environment's long-term keys")
        .complains("hint: put the keys back first: aws-mfa-off, then aws-mfa-on");
    assert_eq!(aws.actions(), ["GetSessionToken", "AssumeRole"]);
}

/// In a service or a container.
#[test]
fn without_home_and_user_the_system_is_asked() {
    let script =
        "import os, pwd; user = pwd.getpwuid(os.getuid()); print(user.pw_dir, user.pw_name)";
    let home = Home::new();
    home.write(
        CREDENTIALS,
        format!("[base]\n{PERMANENT}mfa_serial = {SERIAL}\n[dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = base\n"),
    );
    let python = home.program("python3", ["-c", script]).run();
    let (directory, name) = python
        .success()
        .stdout
        .trim()
        .split_once(' ')
        .expect("both");
    let keys = home.path().join(CREDENTIALS);
    let plan = home
        .program(
            "env",
            [
                "-u", "HOME", "-u", "USER", "-u", "LOGNAME", AWSMFA, "plan", "dev",
            ],
        )
        .env("AWS_SHARED_CREDENTIALS_FILE", &keys)
        .run();
    let session = format!("session name {name}@");
    plan.success().says(&session);
    // Only a known home is shown as ~.
    for without in [["-u", "HOME"], ["HOME=", "A=b"]] {
        let run = home
            .program("env", without)
            .arguments([AWSMFA, "plan", "nobody-has-this"])
            .env("AWS_CONFIG_FILE", format!("{directory}/.aws/config"))
            .run();
        run.failure(1)
            .complains("there is no such profile in ~/.aws/credentials")
            .complains(" or ~/.aws/config");
    }
}
