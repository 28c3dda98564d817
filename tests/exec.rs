//! `awsmfa exec`: one command with the session, as itself, and nothing left behind.

use crate::support::landing::{Landing, role};
use crate::support::pty::signals::LIST_IGNORED;
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
    (landing.home).write_program("broken", "#!/no/such/interpreter\n");
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
    let look = "ulimit -c; perl ignored; if test -r /proc/self/mem; then echo traceable; fi";
    landing.home.write("look", look);
    landing.home.write("ignored", LIST_IGNORED);
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
    run.success()
        .prints(&direct.success().says("HUP INT").stdout);
}

/// A terminal: the code is asked for there, Ctrl-C goes to the command, and Ctrl-Z stops it.
#[test]
fn a_command_on_a_terminal_is_in_its_foreground() {
    let landing = Landing::new();
    let mut pty = (landing.home).on_terminal_with(BASH.interactive, &[("PS1", "ready> ")]);
    pty.expect("ready> ");
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
