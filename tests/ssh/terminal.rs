//! A terminal on the remote machine is ssh's own.

use super::Shared;

#[test]
fn a_login_shell_with_job_control() {
    let Some(shared) = Shared::new() else { return };
    let mut job = shared.ssh_on_terminal("server");
    job.expect("remote> ");
    job.send("shopt -q login_shell && tty && echo log''in ${AWSMFA_AGENT_SOCK%-*}\r");
    let text = job.expect("login /tmp/awsmfa");
    assert!(text.contains("/dev/pts/"), "{text}");
    job.expect("remote> ");
    // bash names the job before it gives it the terminal.
    // A shell would start others: while the child of its vfork is stopped, dash cannot stop.
    let run = "perl -e '$| = 1; $SIG{CONT} = sub { print \"going\", \"on\\n\" }; \
        print \"run\", \"ning\\n\"; sleep 1 while 1'\r";
    job.send(run);
    job.expect("running");
    job.send("\u{3}");
    job.expect("remote> ");
    job.send(run);
    job.expect("running");
    job.send("\u{1a}");
    job.expect("Stopped");
    job.expect("remote> ");
    job.send("fg\r");
    job.expect("goingon");
    job.send("\u{3}");
    job.expect("remote> ");
    job.send("exit 3\r");
    job.expect("status 3");
}

/// Options after the host and before it are ssh's.
#[test]
fn ssh_gets_its_options() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .ssh(
            "--profile dev -oSendEnv=X -v -l root server -4 --",
            "echo 'a  b'",
        )
        .run();
    run.success().prints("a  b\n").complains("debug1: ");
}

/// What is not a terminal gets the bytes as they are.
#[test]
fn a_command_without_a_terminal() {
    let Some(shared) = Shared::new() else { return };
    let run = shared
        .ssh("--profile dev server", "tty; cat")
        .stdin("one\ntwo\n")
        .run();
    run.success()
        .prints("not a tty\none\ntwo\n")
        .complains_times(0, "Pseudo-terminal");
}

#[test]
fn a_line_without_a_host_is_wrong_usage() {
    let Some(shared) = Shared::new() else { return };
    let run = shared.ssh("--profile dev -p", "22").run();
    run.failure(2)
        .complains("could not tell which word is the host");
}
