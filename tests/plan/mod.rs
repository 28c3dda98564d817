//! `awsmfa plan`: every value with its origin, every call, and no network.

mod terminal;

use crate::support::landing::{Landing, role};

#[test]
fn names_the_origin_of_everything() {
    let landing = Landing::new();
    landing
        .home
        .write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let run = landing
        .awsmfa(["plan", "admin"])
        .env("AWS_PROFILE", "x")
        .run();
    let endpoint = landing.aws.endpoint();
    let expected = format!(
        "profile     admin (the argument)\n\
         keys        AKIAIOSFODNN7EXAMPLE (~/.aws/credentials:2 [landing] aws_access_key_id)\n\
         MFA device  arn:aws:iam::123456789012:mfa/alice (~/.aws/config:3 [profile landing] mfa_serial)\n\
         region      eu-west-1 (~/.aws/config:2 [profile landing] region)\n\
         endpoint    {endpoint} (AWS_ENDPOINT_URL)\n\
         call 1      GetSessionToken, signed with the long-term keys, with a code\n\
         \u{20}           for 12h (the default)\n\
         \u{20}           left out if the terminal or an agent has a session of these keys, or if there is no MFA device\n\
         call 2      AssumeRole, signed with the session from GetSessionToken\n\
         \u{20}           for 1h (the default)\n\
         \u{20}           role {} (~/.aws/config:5 [profile dev] role_arn)\n\
         \u{20}           session name NAME (the user's name and the host's)\n\
         call 3      AssumeRole, signed with the previous role's session\n\
         \u{20}           for 1h (the most for a role that is assumed with a session)\n\
         \u{20}           role {} (~/.aws/config:12 [profile admin] role_arn)\n\
         \u{20}           session name NAME (the user's name and the host's)\n\
         cap         a role that is assumed with a session lasts an hour at most, not 2h (from ~/.aws/config:14 [profile admin] duration_seconds)\n\
         codes       file: the secret in ~/.aws-mfa\n\
         else        yubikey: the YubiKey's account for the device\n\
         else        prompt: the code that you type\n",
        role("dev"),
        role("admin")
    );
    let name = run
        .success()
        .stdout
        .split_once("session name ")
        .expect("one")
        .1;
    let name = name.split(' ').next().expect("a name");
    run.prints(&expected.replace("NAME", name));
    assert!(run.stderr.is_empty(), "{}", run.story());
    assert!(run.stdout.lines().count() <= 24, "one screen");
}

#[test]
fn json_says_the_same() {
    let landing = Landing::new();
    let run = landing
        .awsmfa([
            "plan",
            "long",
            "--json",
            "--region",
            "eu-west-2",
            "--external-id",
            "42",
            "--token-code",
            "123456",
        ])
        .run();
    let json: serde_json::Value = serde_json::from_str(&run.success().stdout).expect("JSON");
    let call = &json["calls"][0];
    assert_eq!(
        json["calls"].as_array().map(Vec::len),
        Some(1),
        "{}",
        run.story()
    );
    for (value, expected) in [
        (&call["operation"], "AssumeRole"),
        (&call["signed_with"], "the long-term keys"),
        (&call["external_id"]["origin"], "--external-id"),
        (
            &call["duration_seconds"]["origin"],
            "~/.aws/config:18 [profile long] duration_seconds",
        ),
        (&json["region"]["origin"], "--region"),
        (&json["profile"]["origin"], "the argument"),
        (&json["sources"][0]["source"], "given"),
    ] {
        assert_eq!(value, expected, "{}", run.story());
    }
    assert_eq!(
        (&call["with_code"], &call["duration_seconds"]["value"]),
        (&true.into(), &7200.into())
    );
    assert!(
        !run.stdout.contains("123456\"") && !run.stdout.contains("wJalr"),
        "{}",
        run.story()
    );
}

#[test]
#[cfg(target_os = "linux")]
fn connects_to_nobody_and_asks_nothing() {
    let landing = Landing::new();
    landing
        .configure("[profile asks]\nsource_profile = landing\nmfa_process = touch asked; echo 1\n");
    for profile in ["landing", "admin", "long", "asks"] {
        let trace = landing.home.path().join("trace");
        let run = landing
            .home
            .program(
                "strace",
                ["-f", "-e", "trace=network,execve,clone3,clone", "-o"],
            )
            .arguments([trace.as_os_str()])
            .arguments([crate::support::home::AWSMFA, "plan", profile])
            .run();
        run.success();
        let trace = std::fs::read_to_string(trace).expect("a trace");
        // To look the user's name up, the C library may connect to nscd, by a socket of AF_UNIX.
        assert!(
            !trace.contains("AF_INET") && trace.matches("execve(").count() == 1,
            "{trace}"
        );
    }
    assert!(!landing.home.path().join("asked").exists());
    assert!(landing.aws.requests().is_empty());
}

/// After a source that is named a person is asked, unless a list goes on with another one.
#[test]
fn shows_no_source_that_is_never_tried() {
    let landing = Landing::new();
    landing.configure("[profile asks]\nsource_profile = landing\nmfa_process = false\n");
    landing.home.write(".aws-mfa", "GEZDGNBVGY3TQOJQ");
    let plan = landing.awsmfa(["plan", "asks"]).run();
    let named = "codes       process: the code that mfa_process prints (from ~/.aws/config:21 [profile asks] mfa_process)\n\
                 else        prompt: the code that you type\n";
    assert!(plan.success().stdout.ends_with(named), "{}", plan.story());
    let login = landing.login("asks").run();
    login.failure(1).complains("mfa_process failed");

    let list = landing
        .awsmfa(["plan", "asks", "--source", "process,file"])
        .run();
    list.says("else        file: ");
}

/// A device that is not configured is looked up at AWS; the plan says so and does not ask.
#[test]
fn says_what_is_not_known_yet() {
    let landing = Landing::new();
    landing.home.write(".aws/config", "[profile landing]\n");
    let run = landing
        .awsmfa([
            "plan",
            "landing",
            "--role-arn",
            &role("dev"),
            "--duration",
            "2h",
        ])
        .run();
    for words in [
        "MFA device  looked up at AWS (not configured)",
        "ListMFADevices",
        "without a code if no MFA device is found",
        "(--role-arn)",
        "(--duration)",
    ] {
        assert!(
            run.success().stdout.contains(words),
            "{words}: {}",
            run.story()
        );
    }
    assert!(landing.aws.requests().is_empty());
    landing
        .awsmfa(["plan", "landing", "--duration", "37h"])
        .run()
        .failure(1)
        .complains("15m to 36h");
    landing
        .awsmfa(["plan", "nobody"])
        .run()
        .failure(1)
        .complains("no such profile");
}
