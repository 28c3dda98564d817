//! `awsmfa exec`: one command with the session, as itself, and nothing left behind.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::landing::{Landing, role};
use crate::support::pty::Pty;
use crate::support::shells::BASH;
use crate::support::tools::venv;

/// `exec landing` with a code that is due.
fn exec(landing: &Landing, command: &[&str]) -> crate::support::home::Run {
    let code = landing.aws.code();
    let words = ["exec", "-q", "landing", &code, "--"];
    landing
        .awsmfa(words.into_iter().chain(command.iter().copied()))
        .run()
}

#[test]
fn exec_becomes_the_command() {
    let run = exec(
        &Landing::new(),
        &[
            "sh",
            "-c",
            "printf '<%s>' \"$@\"; cat; exit 41",
            "sh",
            "a b",
            "--help",
            "-q",
            "",
            "é'$(x)",
        ],
    );
    run.failure(41);
    run.prints("<a b><--help><-q><><é'$(x)>");
    let run = exec(&Landing::new(), &["sh", "-c", "kill -TERM $$"]);
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&run.status),
        Some(15),
        "{}",
        run.story()
    );
}

#[test]
fn commands_that_cannot_be_run_cost_no_code() {
    let landing = Landing::new();
    let plain = landing.home.write("plain", "echo");
    let plain = plain.to_str().expect("UTF-8");
    for (command, status, words) in [
        ("no-such-command", 127, "no such command in PATH"),
        ("./nowhere", 127, "no such file"),
        ("", 127, "no such command"),
        (plain, 126, "not executable"),
        ("/", 126, "is a directory"),
    ] {
        let run = exec(&landing, &[command]);
        run.failure(status)
            .complains("awsmfa: could not run")
            .complains(words);
        assert_eq!(run.stdout, "");
    }
    assert!(landing.calls().is_empty());
    let broken = landing.home.write("broken", "#!/no/such/interpreter\n");
    std::fs::set_permissions(&broken, std::fs::Permissions::from_mode(0o755)).expect("its mode");
    exec(&landing, &["./broken"])
        .failure(127)
        .complains("could not run ./broken");
    landing
        .awsmfa(["exec", "landing"])
        .run()
        .failure(2)
        .complains("put -- before the command");
}

#[test]
fn exec_sets_the_same_variables_as_on() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = landing
        .awsmfa(["exec", "dev", &code, "--", "env"])
        .env("AWS_PROFILE", "other")
        .env("AWS_SECURITY_TOKEN", "old")
        .env("__awsmfa_base", "x")
        .env("__awsmfa_off", "x")
        .env("ODD", "kept")
        .run();
    let has = |line: &str| run.stdout.lines().any(|other| other == line);
    assert!(
        has("AWSMFA_PROFILE=dev") && has(&format!("AWSMFA_ROLE_ARN={}", role("dev"))),
        "{}",
        run.story()
    );
    assert!(
        has("AWS_REGION=eu-west-1") && has("AWS_DEFAULT_REGION=eu-west-1") && has("ODD=kept"),
        "{}",
        run.story()
    );
    for name in [
        "AWS_PROFILE=",
        "AWS_SECURITY_TOKEN=",
        "__awsmfa",
        "AWSMFA_BASE",
    ] {
        assert!(!run.stdout.contains(name), "{name}: {}", run.story());
    }
}

/// In a terminal whose session is the one that is asked for, no call is made, and what would
/// mislead an SDK goes all the same.
#[test]
fn a_session_still_valid_is_used() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = landing
        .script(
            BASH,
            &format!(
                "aws-mfa-on dev {code}\nexport AWS_PROFILE=dev\nawsmfa exec -- sh -c 'echo \"$AWSMFA_ROLE_ARN <$AWS_PROFILE>\"; aws sts get-caller-identity --query Arn --output text'\n\
                 echo \"$AWS_PROFILE\"\nawsmfa exec --source file landing -- true || echo \"$?\""
            ),
        )
        .run();
    let lines: Vec<_> = run.success().stdout.lines().collect();
    assert_eq!(lines[0], format!("{} <>", role("dev")), "{}", run.story());
    assert!(
        lines[1].contains(":assumed-role/dev/") && lines[2..] == ["dev", "1"],
        "{}",
        run.story()
    );
    assert_eq!(
        landing.calls(),
        [
            "GetSessionToken+code",
            "AssumeRole dev",
            "GetCallerIdentity"
        ]
    );
}

#[test]
fn the_aws_cli_and_boto3_run_under_it() {
    let landing = Landing::new();
    let run = exec(&landing, &["aws", "s3", "ls"]);
    run.success().says("behind-mfa");
    landing.aws.advance(30);
    let python = venv("python");
    let boto3 = "import boto3; print(boto3.client('iam').list_users()['Users'][0]['UserName'])";
    let run = exec(&landing, &[python.to_str().expect("UTF-8"), "-c", boto3]);
    run.success().prints("alice\n");
    let left: Vec<_> = std::fs::read_dir(landing.home.path().join(".aws"))
        .expect("it")
        .collect();
    assert_eq!(left.len(), 2, "config and credentials, no cache");
}

/// What the command may do is what it could do without: core files, ignored signals.
#[test]
fn exec_changes_no_limits_and_signals() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let look = "ulimit -c; grep SigIgn /proc/self/status; test -r /proc/self/mem && echo traceable";
    landing.home.write("look", look);
    let before = "ulimit -S -c 2048 2>/dev/null; trap '' INT HUP TSTP; ";
    let direct = landing
        .home
        .program("bash", ["-c", &format!("{before} exec bash look")])
        .run();
    let run = landing
        .home
        .program(
            "bash",
            [
                "-c",
                &format!("{before} exec awsmfa exec -q landing {code} -- bash look"),
            ],
        )
        .run();
    run.success().prints(&direct.success().stdout);
}

/// A terminal: the code is asked for there, Ctrl-C goes to the command, and Ctrl-Z stops it.
#[test]
fn a_command_on_a_terminal_is_in_its_foreground() {
    let landing = Landing::new();
    let mut pty = terminal(&landing);
    pty.send("awsmfa exec landing -- sh -c 'trap \"echo caught; exit 7\" INT; echo begun; while :; do sleep 0.1; done'\r");
    pty.expect("MFA code for ");
    pty.send(&format!("{}\r", landing.aws.code()));
    pty.expect("begun\r\n");
    pty.send("\u{3}");
    pty.expect("caught");
    pty.expect("ready> ");
    pty.send("echo \"status $? <$AWSMFA_PROFILE>\"\r");
    pty.expect("status 7 <>");
    pty.send("exit\r");
    pty.wait();
}

/// `exec --each` over the profiles, with a code that is due and flags before the command.
fn each(landing: &Landing, profiles: &str, rest: &[&str]) -> crate::support::home::Run {
    let code = landing.aws.code();
    let words = ["exec", "-q", "--each", profiles, "-c", &code];
    landing
        .awsmfa(words.into_iter().chain(rest.iter().copied()))
        .run()
}

#[test]
fn several_profiles_take_one_code_in_all() {
    for parallel in ["1", "4"] {
        let landing = Landing::new();
        let show = [
            "--parallel",
            parallel,
            "--",
            "sh",
            "-c",
            "echo $AWSMFA_PROFILE $AWSMFA_ROLE_ARN",
        ];
        let run = each(&landing, "dev,stage,admin,landing,dev", &show);
        let mut lines: Vec<_> = run.success().stdout.lines().map(str::to_owned).collect();
        lines.sort();
        let held = |name: &str| format!("{name} {}", role(name));
        let expected = [
            held("admin"),
            held("dev"),
            "landing".to_owned(),
            held("stage"),
        ];
        assert_eq!(lines, expected, "{}", run.story());
        let calls = landing.calls();
        assert_eq!(
            calls.iter().filter(|call| call.contains("+code")).count(),
            1,
            "{calls:?}"
        );
        assert_eq!(calls.len(), 5, "{calls:?}");
    }
}

#[test]
fn each_runs_all_and_returns_the_worst_status() {
    let fails = [
        "--",
        "sh",
        "-c",
        "echo $AWSMFA_PROFILE; case $AWSMFA_PROFILE in dev) exit 3;; landing) kill -TERM $$;; esac",
    ];
    let landing = Landing::new();
    let run = each(&landing, "dev,landing,stage", &fails);
    run.failure(143);
    run.prints("dev\nlanding\nstage\n");
    let landing = Landing::new();
    let run = each(
        &landing,
        "dev,landing,stage",
        &[&["--fail-fast"][..], &fails[..]].concat(),
    );
    run.failure(3);
    run.prints("dev\n");
    let landing = Landing::new();
    let run = each(&landing, "dev,nobody,stage", &["--", "true"]);
    run.failure(1)
        .complains("awsmfa: nobody: ")
        .complains("there is no such profile")
        .complains("hint: ");
    assert_eq!(
        landing.calls(),
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole stage"]
    );
    let run = landing
        .awsmfa(["exec", "--each", "dev", "stage", "--", "true"])
        .run();
    run.failure(2)
        .complains("--each names the profiles already");
}

#[test]
fn each_prefixes_lines_on_a_terminal() {
    let landing = Landing::new();
    let command = "awsmfa exec --each dev,stage -- sh -c 'echo out; printf err >&2'";
    let mut pty = landing.home.line_on_terminal(command);
    pty.expect("MFA code for ");
    pty.send(&format!("{}\r", landing.aws.code()));
    assert!(pty.wait().success(), "{}", pty.seen());
    for line in [
        "dev: out\r\n",
        "dev: err\r\n",
        "stage: out\r\n",
        "stage: err\r\n",
    ] {
        assert!(pty.seen().contains(line), "{line}: {}", pty.seen());
    }
    assert!(!pty.seen().contains("status"), "{}", pty.seen());
}

/// A shell on a terminal, where `awsmfa` asks the stand-in.
fn terminal(landing: &Landing) -> Pty {
    let mut pty = (landing.home).on_terminal_with(BASH.interactive, &[("PS1", "ready> ")]);
    pty.expect("ready> ");
    pty
}

/// The first command is handed the signal and waited for; the second is never started.
#[test]
fn a_signal_reaches_the_commands_and_they_are_waited_for() {
    for signal in ["TERM", "HUP"] {
        let landing = Landing::new();
        let code = landing.aws.code();
        let command = format!(
            "trap 'echo caught; sleep 0.3; echo ended' {signal}\n             touch $AWSMFA_PROFILE; sleep 0.1 & while ! wait $!; do :; done\n             test -e killed || until test -e killed; do sleep 0.1; done"
        );
        landing.home.write("command", command);
        let script = format!(
            "awsmfa exec -q --each dev,stage -c {code} -- sh {}/command & pid=$!\n             until test -e dev; do sleep 0.05; done\n             kill -{signal} $pid; touch killed; wait $pid; echo status $?; ls stage",
            landing.home.path().display()
        );
        let run = landing.home.program("bash", ["-c", &script]).run();
        run.prints("caught\nended\nstatus 130\n");
    }
}

/// Ctrl-Z stops all of it and `fg` goes on; Ctrl-C ends it when the command has ended.
#[test]
fn the_keys_of_the_terminal_reach_the_commands_of_each() {
    let landing = Landing::new();
    let mut pty = terminal(&landing);
    let code = landing.aws.code();
    landing.home.write(
        "command",
        "trap 'echo caught; sleep 0.3; echo en\"\"ded; exit 7' INT\ntrap 'echo go\"\"es on' CONT\necho be\"\"gun $AWSMFA_PROFILE; while :; do sleep 0.1; done",
    );
    let path = landing.home.path().display().to_string();
    pty.send(&format!(
        "awsmfa exec --each dev,stage -c {code} -- sh {path}/command\r"
    ));
    pty.expect("dev: begun dev\r\n");
    pty.send("\u{1a}");
    pty.expect("Stopped");
    pty.expect("ready> ");
    pty.send("fg\r");
    pty.expect("dev: goes on\r\n");
    pty.send("\u{3}");
    pty.expect("dev: ended\r\n");
    pty.expect("ready> ");
    pty.send("echo \"status $?\"\r");
    pty.expect("status 130");
    assert!(!pty.seen().contains("begun stage"), "{}", pty.seen());
    pty.send("exit\r");
    pty.wait();
}

#[test]
fn a_code_is_sent_once_for_all_profiles() {
    // A role for two hours is assumed with the code itself, which leaves no session. The source is
    // named, because the keys may be proven while a YubiKey is looked for.
    let run = |landing: &Landing, flag: &[&str], variable: &str| {
        let words = ["exec", "-q", "--each", "long,dev", "--source", "prompt"];
        let command = ["--", "sh", "-c", "echo $AWSMFA_PROFILE"];
        landing
            .awsmfa(words.iter().chain(flag).chain(&command).copied())
            .env("AWSMFA_TOKEN_CODE", variable)
            .run()
    };
    for by_flag in [true, false] {
        let landing = Landing::new();
        let code = landing.aws.code();
        let run = if by_flag {
            run(&landing, &["-c", &code], "")
        } else {
            run(&landing, &[], &code)
        };
        run.failure(1)
            .complains("dev: could not log in: no source gave an MFA code");
        run.prints("long\n");
        assert_eq!(landing.calls(), ["AssumeRole+code long"]);
    }
}

#[test]
fn a_refused_role_costs_no_second_code() {
    let landing = Landing::new();
    landing.configure(&format!(
        "[profile denied]\nrole_arn = {}\nsource_profile = landing\n",
        role("denied")
    ));
    let run = each(
        &landing,
        "denied,dev",
        &["--", "sh", "-c", "echo $AWSMFA_PROFILE"],
    );
    run.failure(1).complains("awsmfa: denied: could not");
    run.prints("dev\n");
    assert_eq!(
        landing.calls(),
        [
            "GetSessionToken+code",
            "AssumeRole denied",
            "AssumeRole dev"
        ]
    );
}

/// The question that the failure left open would take what is typed for the next one.
#[test]
fn each_asks_nothing_after_a_login_that_ended_at_the_prompt() {
    let landing = Landing::new();
    landing
        .aws
        .change(|options| options.users[0].keys[0].active = false);
    let mut pty = terminal(&landing);
    pty.send("awsmfa exec --each landing,dev -- echo done\r");
    pty.expect("MFA code for ");
    pty.expect("awsmfa: landing: could not log in");
    pty.expect("ready> ");
    pty.send("echo \"status $?\"\r");
    pty.expect("status 1");
    assert_eq!(
        pty.seen().matches("MFA code for ").count(),
        1,
        "{}",
        pty.seen()
    );
    pty.send("exit\r");
    pty.wait();
}

/// What a daemon keeps open is not waited for.
#[test]
fn a_daemon_left_behind_keeps_nobody_waiting() {
    let landing = Landing::new();
    let mut pty = terminal(&landing);
    let code = landing.aws.code();
    pty.send(&format!(
        "awsmfa exec --each dev -c {code} -- sh -c 'sleep 100 & echo $! >~/daemon; printf be\"\"gun'; kill $(cat ~/daemon) && echo was $((40+2))\r"
    ));
    pty.expect("dev: begun\r\n");
    pty.expect("was 42");
    pty.send("exit\r");
    pty.wait();
}
