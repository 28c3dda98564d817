//! Many accounts, one code: roles, chains, and the base session that stays in the terminal. The
//! stand-in's request log is the judge.

mod settings;

use crate::support::landing::{Landing, role};
use crate::support::shells::{BASH, SHELLS};
use crate::support::tools::venv;

#[test]
fn one_code_for_every_role_in_every_shell() {
    for shell in SHELLS {
        let landing = Landing::new();
        let [on, off] = shell.functions();
        let expire = match shell.dialect {
            "fish" => "set -gx AWSMFA_EXPIRES_AT 1",
            _ => "export AWSMFA_EXPIRES_AT=1",
        };
        let code = landing.aws.code();
        let run = landing
            .script(
                shell,
                &format!(
                    "{on} -q dev {code}\n{on} -q stage\n{on} -q admin\n{expire}\n{on} -q\n\
                     echo \"$AWSMFA_PROFILE $AWSMFA_ROLE_ARN\"\n{on} -q landing\n\
                     echo \"$AWSMFA_PROFILE $AWSMFA_ROLE_ARN\"\nenv | grep -c __awsmfa_base\n{off}\n{on} -q dev\n\
                     echo last"
                ),
            )
            .run();
        let story = run.story();
        assert_eq!(
            run.stdout,
            format!("admin {}\nlanding \n0\nlast\n", role("admin")),
            "{story}"
        );
        assert!(
            run.stderr
                .contains("could not log in: no source gave an MFA code"),
            "off drops the base session: {story}"
        );
        assert_eq!(
            landing.calls()[..7],
            [
                "GetSessionToken+code",
                "AssumeRole dev",
                "AssumeRole stage",
                "AssumeRole dev",
                "AssumeRole admin",
                "AssumeRole dev",
                "AssumeRole admin",
            ],
            "{story}"
        );
    }
}

/// Neither children nor traces see the base session, whatever the shell's options.
#[test]
fn children_and_traces_do_not_see_the_base_session() {
    for shell in SHELLS {
        let [on, off] = shell.functions();
        let traces = match shell.dialect {
            "fish" => ["set -g fish_trace 1", ""],
            _ => ["set -x", "set -a"],
        };
        for options in traces {
            let landing = Landing::new();
            let code = landing.aws.code();
            let run = landing
                .script(
                    shell,
                    &format!("{options}\n{on} dev {code}\nenv\n{on} stage\nenv\n{off}\nenv"),
                )
                .run();
            let requests = landing.aws.requests();
            let base = requests
                .iter()
                .find(|request| request.session_token.is_some());
            let base = base.expect("a role was assumed");
            let token = base.session_token.as_ref().expect("with a session");
            for text in [&run.stdout, &run.stderr] {
                let story = run.story();
                assert!(!text.contains(token.as_str()), "{options}: {story}");
                assert!(!text.contains("__awsmfa_base=2"), "{options}: {story}");
                assert!(!text.contains(&base.access_key_id), "{options}: {story}");
            }
            run.success().says("AWSMFA_ROLE_ARN=");
        }
    }
}

/// The command that prints the code, and the one that prints the keys, are children too.
#[test]
fn programs_that_awsmfa_starts_do_not_see_the_base_session() {
    let landing = Landing::new();
    let key = landing.aws.user().keys[0].clone();
    landing.configure(&format!(
        "[profile process]\nrole_arn = {}\nsource_profile = printed\n\
         [profile printed]\nmfa_serial = {}\nmfa_process = env > mfa_environment; false\n\
         credential_process = sh -c 'env > keys_environment; echo \"{{\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"{}\\\", \\\"SecretAccessKey\\\": \\\"{}\\\"}}\"'\n",
        role("dev"), landing.aws.user().devices[0].serial_number, key.id, key.secret
    ));
    let code = landing.aws.code();
    landing
        .script(BASH, &format!("aws-mfa-on dev {code}; aws-mfa-on --source process --mfa-serial arn:aws:iam::1:mfa/other process"))
        .run()
        .failure(1);
    for file in ["mfa_environment", "keys_environment"] {
        let seen = std::fs::read_to_string(landing.home.path().join(file)).expect(file);
        assert!(
            seen.contains("AWSMFA_ROLE_ARN=") && !seen.contains("__awsmfa"),
            "{file}: {seen}"
        );
    }
}

/// The bare text keeps it as well: the next call that is handed it needs no code.
#[test]
fn a_bare_eval_keeps_the_base_session() {
    for shell in SHELLS {
        let landing = Landing::new();
        let code = landing.aws.code();
        let lines = match shell.dialect {
            "fish" => format!(
                "awsmfa env dev {code} | source\n__awsmfa_base=$__awsmfa_base awsmfa env stage | source"
            ),
            _ => format!(
                "eval \"$(awsmfa env dev {code})\"\neval \"$(__awsmfa_base=$__awsmfa_base awsmfa env stage)\""
            ),
        };
        landing.script(shell, &lines).run().success();
        let expected = ["GetSessionToken+code", "AssumeRole dev", "AssumeRole stage"];
        assert_eq!(landing.calls(), expected, "{shell:?}");
    }
}

/// A base session as it lies in the shell's variable.
fn base(landing: &Landing) -> Vec<String> {
    let code = landing.aws.code();
    let login = landing.login(&format!("dev {code}")).run();
    let text = &login.success().stdout;
    let (_, rest) = text
        .split_once("__awsmfa_base='2 ")
        .expect("a base session");
    let (words, _) = rest.split_once('\'').expect("its end");
    words.split(' ').map(str::to_owned).collect()
}

#[test]
fn a_base_session_that_does_not_serve_is_left_out_without_an_error() {
    for (index, changed, stays, why) in [
        (0, "ASIAGONEGONEGONEGONE", false, "AWS does not know it"),
        (3, "1", false, "over"),
        (4, "AKIAOTHER", true, "other keys"),
        (
            5,
            "arn:aws:iam::123456789012:mfa/other",
            true,
            "another device",
        ),
    ] {
        let landing = Landing::new();
        let mut words = base(&landing);
        words[index] = changed.to_owned();
        landing.aws.advance(30);
        landing
            .home
            .write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let before = landing.calls().len();
        // A ledger of its own, or the code of the first login would be waited out.
        let elsewhere = tempfile::tempdir().expect("a directory");
        let run = landing
            .awsmfa(["env", "stage", "--shell", "sh", "--source", "file"])
            .env("XDG_RUNTIME_DIR", elsewhere.path())
            .env("__awsmfa_base", format!("2 {}", words.join(" ")))
            .run();
        assert!(
            run.success()
                .stderr
                .lines()
                .all(|line| line.contains("clock")),
            "{why}: {}",
            run.story()
        );
        let calls = &landing.calls()[before..];
        assert!(
            calls.contains(&"GetSessionToken+code".to_owned()),
            "{why}: {calls:?}"
        );
        // It may serve another profile.
        let kept = run.stdout.contains(&words[0]);
        assert_eq!(kept, stays, "{why}: {}", run.story());
    }
}

#[test]
fn a_code_that_is_given_is_used() {
    let landing = Landing::new();
    let base = format!("2 {}", base(&landing).join(" "));
    landing.aws.advance(30);
    let code = landing.aws.code();
    let run = landing
        .login(&format!("stage {code}"))
        .env("__awsmfa_base", base)
        .run();
    run.success();
    assert_eq!(
        landing.calls()[2..],
        ["GetSessionToken+code", "AssumeRole stage"]
    );
}

#[test]
fn one_role_for_longer_than_an_hour_takes_the_code_itself() {
    let landing = Landing::new();
    let run = landing.login(&format!("long {}", landing.aws.code())).run();
    run.success();
    assert_eq!(landing.calls(), ["AssumeRole+code long"]);
    let request = &landing.aws.requests()[0];
    assert_eq!(request.parameter("DurationSeconds"), Some("7200"));
    assert!(!run.stdout.contains("__awsmfa_base='"), "{}", run.story());
}

#[test]
fn a_chain_is_cut_to_an_hour_and_says_so() {
    let landing = Landing::new();
    let run = landing
        .login(&format!("admin {}", landing.aws.code()))
        .run();
    run.success()
        .complains("lasts an hour at most, not 2h (from ~/.aws/config:");
    assert_eq!(
        landing.calls(),
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole admin"]
    );
    assert_eq!(
        landing.aws.requests()[2].parameter("DurationSeconds"),
        Some("3600")
    );
}

#[test]
fn the_terminals_session_can_be_the_source() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile here]\nregion = eu-west-1\nrole_arn = {}\ncredential_source = Environment\n\
         [profile machine]\nrole_arn = {}\ncredential_source = EcsContainer\n",
        role("dev"),
        role("dev")
    ));
    let code = landing.aws.code();
    let run = landing
        .script(
            BASH,
            &format!("aws-mfa-on landing {code}\naws-mfa-on here\nexport AWSMFA_EXPIRES_AT=1\naws-mfa-on\naws sts get-caller-identity --query Arn --output text"),
        )
        .run();
    run.success().says(":assumed-role/dev/alice@");
    let calls = landing.calls();
    assert_eq!(
        calls[..3],
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"]
    );
    landing
        .awsmfa(["env", "here"])
        .run()
        .failure(1)
        .complains("this terminal has no session")
        .complains("hint: ");
    landing
        .awsmfa(["env", "machine"])
        .run()
        .failure(1)
        .complains("EcsContainer")
        .complains("~/.aws/config:");
}

#[test]
fn aws_refusals_say_what_to_do() {
    let landing = Landing::new();
    let run = landing
        .awsmfa(["env", "stage", "--external-id", "43"])
        .arguments([landing.aws.code()])
        .run();
    run.failure(1)
        .complains("does not let arn:aws:iam::123456789012:user/alice assume the role")
        .complains("the session was made with MFA")
        .complains("the external id was 43 (from --external-id)");
    let landing = Landing::new();
    landing.aws.change(|options| options.users[0].root = true);
    let run = landing
        .login("landing")
        .arguments([landing.aws.code()])
        .run();
    run.success().complains("AWS gave 1h instead of 12h");
}

#[test]
fn status_shows_both_sessions_and_their_times() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = landing
        .script(
            BASH,
            &format!("aws-mfa-on -q dev {code}\nawsmfa status\nawsmfa status --json"),
        )
        .run();
    let text = &run.success().stdout;
    let (table, json) = text.split_once('{').expect("JSON");
    assert!(
        table.contains(&format!("role        {}", role("dev"))),
        "{}",
        run.story()
    );
    assert!(
        table.contains(" left: in the shell that logged in, the next role needs no code"),
        "{}",
        run.story()
    );
    let json: serde_json::Value = serde_json::from_str(&format!("{{{json}")).expect("JSON");
    assert!(
        json["seconds_left"].as_u64() < Some(3700)
            && json["base_seconds_left"].as_u64() > Some(40_000)
    );
}

/// The role is part of what makes a session the same.
#[test]
fn a_session_still_valid_is_kept_for_its_role_only() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = landing
        .script(
            BASH,
            &format!("aws-mfa-on landing {code} --role-arn {0}\naws-mfa-on landing --role-arn {0}\naws-mfa-on\naws-mfa-on landing", role("dev")),
        )
        .run();
    run.success();
    run.complains_times(2, "is still valid");
    assert_eq!(landing.calls(), ["GetSessionToken+code", "AssumeRole dev"]);
}

#[test]
fn the_aws_cli_and_boto3_use_the_role() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let python = venv("python");
    let run = landing
        .script(
            BASH,
            &format!(
                "aws-mfa-on dev {code}\naws sts get-caller-identity --query Arn --output text\n\
                 {} -c 'import boto3; print(boto3.client(\"sts\").get_caller_identity()[\"Arn\"])'\nls -A .aws",
                python.display()
            ),
        )
        .run();
    let arns = run
        .success()
        .stdout
        .matches(":assumed-role/dev/alice@")
        .count();
    assert_eq!(arns, 2, "{}", run.story());
    assert!(
        run.stdout.ends_with("config\ncredentials\n"),
        "no role is written anywhere: {}",
        run.story()
    );
}
