//! `awsmfa exec --each`: what the user sees while the commands run, and what they may do.

mod failures;
mod profiles;
mod runs;

use crate::support::landing::Landing;
#[cfg(target_os = "linux")]
use crate::support::namespace::first_process;
use crate::support::pty::Pty;
use crate::support::shells::BASH;
use crate::support::tools::venv;

/// `words` on a terminal of their own, where `awsmfa` asks the stand-in.
fn on_terminal(landing: &Landing, words: &[&str]) -> Pty {
    landing.home.on_terminal_with(words, &[("PS1", "ready> ")])
}

/// An interactive shell, which gives every command a process group.
fn shell(landing: &Landing) -> Pty {
    let mut pty = on_terminal(landing, BASH.interactive);
    pty.expect("ready> ");
    pty
}

/// The command that runs gets one interrupt, and the next one is never started.
fn interrupt_once(interrupt: impl Fn(&mut Pty)) {
    let landing = Landing::new();
    landing.home.write("command", include_str!("interrupts.py"));
    let mut pty = shell(&landing);
    let code = landing.aws.code();
    let python = venv("python");
    pty.send(&format!(
        "awsmfa exec -q --each dev,stage -c {code} -- {} command\r",
        python.display()
    ));
    pty.expect("dev: begun dev\r\n");
    interrupt(&mut pty);
    pty.expect("dev: ended\r\n");
    pty.expect("ready> ");
    pty.send("echo \"status $?\"\r");
    pty.expect("status 130");
    let seen = pty.seen();
    assert_eq!(seen.matches("interrupted").count(), 1, "{seen}");
    assert!(!seen.contains("begun stage"), "{seen}");
    pty.send("exit\r");
    pty.wait();
}

/// It reaches the whole job by itself.
#[test]
fn an_interrupt_by_a_key_reaches_the_commands_once() {
    interrupt_once(|pty| pty.send("\u{3}"));
}

/// It interrupts awsmfa alone. macOS does not tell it from a key.
#[test]
#[cfg(not(target_os = "macos"))]
fn an_interrupt_by_a_process_reaches_the_commands_once() {
    interrupt_once(|pty| {
        let pid = pty.find("awsmfa").expect("awsmfa");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("kill");
    });
}

/// Ctrl-Z while the command of the terminal's only job runs, below the program that `above` names.
fn ctrl_z_stops_nothing(above: &[&str]) {
    let landing = Landing::new();
    let code = landing.aws.code();
    landing.home.write(
        "command",
        "echo be\"\"gun; until test -e go; do sleep 0.05; done; echo en\"\"ded",
    );
    let script = landing.home.path().join("command");
    let script = script.to_str().expect("UTF-8");
    let words = [
        "awsmfa", "exec", "--each", "dev", "-c", &code, "--", "sh", script,
    ];
    let mut pty = Pty::spawn_below(above, &words, |command| {
        command.env_clear().envs(landing.home.environment());
        command.current_dir(landing.home.path());
    });
    pty.expect("dev: begun\r\n");
    pty.send("\u{1a}");
    pty.expect("^Z");
    landing.home.write("go", "");
    pty.expect("dev: ended\r\n");
    assert!(pty.wait().success(), "{}", pty.seen());
}

/// Nobody could continue it: the terminal's only process is awsmfa itself.
#[test]
fn ctrl_z_without_a_shell_above_stops_nothing() {
    ctrl_z_stops_nothing(&[]);
}

/// The process above is in a session that this namespace does not know.
#[test]
#[cfg(target_os = "linux")]
fn ctrl_z_stops_nothing_if_the_session_is_in_another_namespace() {
    let Some(first_process) = first_process() else {
        return;
    };
    // Not `exec`: the shell remains as the process above.
    let shell = ["sh", "-c", "\"$@\"; exit $?", "sh"];
    ctrl_z_stops_nothing(&[first_process, &shell].concat());
}

/// Of the group and of the terminal's nothing is known but that both are outside.
#[test]
#[cfg(target_os = "linux")]
fn a_code_is_asked_for_if_the_process_group_is_in_another_namespace() {
    let Some(first_process) = first_process() else {
        return;
    };
    let landing = Landing::new();
    let words = ["awsmfa", "exec", "dev", "--", "echo", "ended"];
    let mut pty = on_terminal(&landing, &[first_process, &words].concat());
    pty.expect("MFA code for ");
    pty.send(&format!("{}\r", landing.aws.code()));
    pty.expect("ended\r\n");
    assert!(pty.wait().success(), "{}", pty.seen());
}

/// What a command of `exec` may do, one of `exec --each` may do too.
#[test]
fn each_changes_no_limits() {
    let landing = Landing::new();
    let limited = |line: &str| {
        let script = format!("ulimit -S -c 2048; {line}");
        let bash = landing.home.program("bash", ["-c", &script]);
        bash.run()
    };
    let look = "bash -c 'ulimit -S -c; ulimit -H -c'";
    let direct = limited(look);
    let code = landing.aws.code();
    let run = limited(&format!(
        "awsmfa exec -q --each dev,stage -c {code} -- {look}"
    ));
    run.success();
    run.prints(&direct.stdout.repeat(2));
}

/// One line below the output, written over as the commands come and go, and gone at the end.
#[test]
fn a_progress_line_is_shown_below_the_output() {
    let landing = Landing::new();
    landing.home.write(
        "command",
        "echo be\"\"gun; until test -e go.$AWSMFA_PROFILE; do sleep 0.05; done; echo en\"\"ded",
    );
    let mut pty = shell(&landing);
    let code = landing.aws.code();
    pty.send(&format!(
        "awsmfa exec --each dev,stage,landing --parallel 2 -c {code} -- sh command\r"
    ));
    pty.expect("awsmfa: 0 of 3 done, running: dev, stage");
    landing.home.write("go.stage", "");
    pty.expect("stage: ended\r\n");
    pty.expect("awsmfa: 1 of 3 done, running: dev, landing");
    landing.home.write("go.dev", "");
    pty.expect("awsmfa: 2 of 3 done, running: landing");
    landing.home.write("go.landing", "");
    pty.expect("landing: ended\r\n");
    pty.expect("ready> ");
    // What stood on the line is blanked before anything else is written there.
    for part in pty.seen().split("running: ").skip(1) {
        let after = part.split_once('\r').map_or("", |(_, after)| after);
        assert!(after.starts_with("    "), "{part:?} in {}", pty.seen());
    }
    pty.send("exit\r");
    pty.wait();

    // Not for one profile, not with --quiet, not where the messages go elsewhere.
    for flags in [
        "--each dev",
        "-q --each dev,stage",
        "--each dev,stage 2>log",
    ] {
        let landing = Landing::new();
        let mut pty = shell(&landing);
        let code = landing.aws.code();
        pty.send(&format!(
            "awsmfa exec -c {code} {flags} -- true; echo status $?\r"
        ));
        pty.expect("status 0");
        assert!(!pty.seen().contains("done, running"), "{}", pty.seen());
        pty.send("exit\r");
        pty.wait();
    }
}

/// A progress bar shows while it is drawn, not when its line ends.
#[test]
fn a_line_that_is_drawn_over_shows_at_once() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let line = "printf '1%%\\r2%%\\r'; until test -e go; do sleep 0.05; done; echo en\"\"ded";
    let words = [
        "awsmfa", "exec", "--each", "dev", "-c", &code, "--", "sh", "-c", line,
    ];
    let mut pty = on_terminal(&landing, &words);
    pty.expect("dev: 1%\r");
    landing.home.write("go", "");
    pty.expect("dev: ended\r\n");
    assert!(pty.wait().success(), "{}", pty.seen());
}
