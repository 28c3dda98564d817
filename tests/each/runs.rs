//! `awsmfa exec --each`: which profiles run, with which codes, and how it ends.

use crate::support::home::Run;
use crate::support::landing::{Landing, role};
use crate::support::pty::Pty;
use crate::support::shells::BASH;

/// `exec --each` over the profiles, with a code that is due and flags before the command.
fn each(landing: &Landing, profiles: &str, rest: &[&str]) -> Run {
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
    // Not dash: while the child of its vfork is stopped, dash cannot stop.
    pty.send(&format!(
        "awsmfa exec --each dev,stage -c {code} -- bash {path}/command\r"
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
