//! The command of `exec --refresh` as a job: signals, status, the terminal, Ctrl-Z.

use std::os::unix::process::ExitStatusExt as _;

use super::refresh;
use crate::support::landing::Landing;
use crate::support::pty::Pty;
use crate::support::shells::BASH;

#[test]
fn streams_and_status_are_the_commands_own() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let words = format!("-q landing {code}");
    let script = "printf '<%s>' \"$@\"; cat; exit 41";
    let run = refresh(
        &landing,
        &words,
        &[
            "sh", "-c", script, "sh", "a b", "--help", "-q", "", "é'$(x)",
        ],
    );
    let run = run.stdin("typed").run();
    run.failure(41).prints("<a b><--help><-q><><é'$(x)>typed");
    assert_eq!(run.stderr, "");
}

#[test]
fn a_command_that_a_signal_ends_ends_this_process_by_it() {
    for signal in [15, 2, 1, 3, 9, 10] {
        let landing = Landing::new();
        let code = landing.aws.code();
        let words = format!("-q landing {code}");
        let kill = format!("kill -{signal} $$; sleep 60");
        let run = refresh(&landing, &words, &["sh", "-c", &kill]).run();
        assert_eq!(run.status.signal(), Some(signal), "{}", run.story());
    }
}

#[test]
fn what_cannot_be_run_has_a_shells_status() {
    let landing = Landing::new();
    refresh(&landing, "landing", &["no-such-command"])
        .run()
        .failure(127)
        .complains("awsmfa: could not run no-such-command");
    assert!(landing.calls().is_empty());
    (landing.home).write_program("broken", "#!/no/such/interpreter\n");
    let code = landing.aws.code();
    refresh(&landing, &format!("landing {code}"), &["./broken"])
        .run()
        .failure(127)
        .complains("awsmfa: could not run ./broken");
}

/// An interactive bash, and in it the command, which says what signals it gets.
fn job(landing: &Landing, command: &str) -> Pty {
    let mut pty = (landing.home).on_terminal_with(BASH.interactive, &[("PS1", "ready> ")]);
    pty.expect("ready> ");
    landing.home.write("command", command);
    let code = landing.aws.code();
    pty.send(&format!(
        "awsmfa exec --refresh -q landing {code} -- bash command\r"
    ));
    pty.expect("begun\r\n");
    pty
}

fn finish(mut pty: Pty, status: u8) {
    pty.expect("ready> ");
    pty.send("echo \"status $?\"; jobs\r");
    pty.expect(&format!("status {status}\r\nready> "));
    pty.send("exit\r");
    pty.wait();
}

const COUNT: &str = "for signal in INT QUIT TERM HUP USR1 USR2 ALRM WINCH; do\n\
    trap \"echo caught $signal\" $signal; done\n\
    trap 'echo caught TERM; exit 7' TERM\n\
    echo begun; while :; do sleep 0.05; done\n";

/// The keys reach the whole job, and the command gets each once.
#[test]
fn the_terminals_keys_reach_the_command_once() {
    let landing = Landing::new();
    let mut pty = job(&landing, COUNT);
    for (key, name) in [("\u{3}", "INT"), ("\u{1c}", "QUIT")] {
        pty.send(key);
        pty.expect(&format!("caught {name}\r\n"));
    }
    let pid = pty.find("awsmfa").expect("awsmfa");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("kill");
    pty.expect("caught TERM\r\n");
    let seen = pty.seen();
    for name in ["INT", "QUIT", "TERM"] {
        assert_eq!(seen.matches(&format!("caught {name}")).count(), 1, "{seen}");
    }
    finish(pty, 7);
}

/// On macOS, those that a key can send do not: it does not tell who has sent them.
#[test]
fn signals_to_this_process_reach_the_command() {
    use rustix::process::Signal;
    let landing = Landing::new();
    let mut pty = job(&landing, COUNT);
    let pid = pty.find("awsmfa").expect("awsmfa");
    for (signal, name) in [
        #[cfg(not(target_os = "macos"))]
        (Signal::HUP, "HUP"),
        #[cfg(not(target_os = "macos"))]
        (Signal::INT, "INT"),
        #[cfg(not(target_os = "macos"))]
        (Signal::QUIT, "QUIT"),
        #[cfg(not(target_os = "macos"))]
        (Signal::WINCH, "WINCH"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
        (Signal::ALARM, "ALRM"),
        (Signal::TERM, "TERM"),
    ] {
        rustix::process::kill_process(pid, signal).expect("kill");
        pty.expect(&format!("caught {name}\r\n"));
    }
    finish(pty, 7);
}

#[test]
fn a_key_that_kills_the_command_ends_the_line() {
    let landing = Landing::new();
    let mut pty = job(&landing, "echo begun; exec sleep 60\n");
    pty.send("\u{3}");
    finish(pty, 130);
}

#[test]
fn the_job_stops_and_goes_on_with_the_command() {
    let landing = Landing::new();
    let mut pty = job(
        &landing,
        "echo begun\nfor _ in 1 2 3; do read -r line; echo \"read $line\"; done\n\
         until [ -e go ]; do sleep 0.05; done; read -r line; echo \"read $line\"; exit 5\n",
    );
    for word in ["one", "two", "three"] {
        pty.send("\u{1a}");
        pty.expect("Stopped");
        pty.expect("ready> ");
        pty.send("fg\r");
        pty.expect("bash command\r\n");
        // A Ctrl-Z before it goes on would be lost.
        pty.send(&format!("{word}\r"));
        pty.expect(&format!("read {word}\r\n"));
    }
    pty.send("\u{1a}");
    pty.expect("ready> ");
    pty.send("bg; sleep 0.2; jobs\r");
    pty.expect("Running");
    pty.expect("ready> ");
    pty.send("fg\r");
    pty.expect("bash command\r\n");
    landing.home.write("go", "");
    pty.send("four\r");
    pty.expect("read four\r\n");
    finish(pty, 5);
}

/// If only the command is stopped, the job stops: the shell takes the terminal back.
#[test]
fn a_command_that_stops_itself_stops_the_job() {
    for signal in ["STOP", "TSTP"] {
        let landing = Landing::new();
        let mut pty = job(
            &landing,
            &format!("echo begun; kill -{signal} $$; echo goes on; exit 3\n"),
        );
        pty.expect("Stopped");
        pty.expect("ready> ");
        pty.send("fg\r");
        pty.expect("goes on\r\n");
        finish(pty, 3);
    }
}

/// A shell as the command has job control of its own.
#[test]
fn a_shell_is_at_home_in_it() {
    let landing = Landing::new();
    let mut pty = job(&landing, "echo begun; PS1='inner> ' exec bash --norc -i\n");
    pty.expect("inner> ");
    pty.send("sh -c 'echo ready to read; read line'\r");
    pty.expect("\r\nready to read\r\n");
    pty.send("\u{1a}");
    pty.expect("Stopped");
    pty.expect("inner> ");
    // Not `wait`: it gives up a job that it still takes for stopped.
    pty.send("kill -9 %1; while jobs %1; do sleep 0.1; done 2>/dev/null; suspend\r");
    pty.expect("ready> ");
    pty.send("fg\r");
    pty.expect("inner> ");
    pty.send("exit 9\r");
    finish(pty, 9);
}

/// The whole pipeline is in the terminal's foreground.
#[test]
fn a_pager_after_it_can_read_the_terminal() {
    let landing = Landing::new();
    let mut pty = (landing.home).on_terminal_with(BASH.interactive, &[("PS1", "ready> ")]);
    pty.expect("ready> ");
    let code = landing.aws.code();
    pty.send(&format!(
        "awsmfa exec --refresh -q landing {code} -- echo shown | sh -c 'cat; read -r key </dev/tty; echo \"key $key\"'\r"
    ));
    pty.expect("\r\nshown\r\n");
    pty.send("q\r");
    pty.expect("key q\r\n");
    finish(pty, 0);
}

/// Whatever ends it leaves nothing behind; what a kill -9 leaves, the next run removes.
#[test]
fn no_file_is_left_behind() {
    use rustix::process::{Signal, kill_process};
    let landing = Landing::new();
    let left = || {
        std::fs::read_dir(landing.home.path().join("awsmfa")).map_or(0, |entries| {
            let names = entries.flatten().map(|entry| entry.file_name());
            names
                .filter(|name| name.to_string_lossy().starts_with("exec-"))
                .count()
        })
    };
    for (signal, files) in [
        (Signal::TERM, 0),
        #[cfg(not(target_os = "macos"))]
        (Signal::HUP, 0),
        (Signal::KILL, 1),
        #[cfg(not(target_os = "macos"))]
        (Signal::INT, 0),
    ] {
        landing.aws.advance(30);
        let mut pty = job(&landing, "echo begun; exec sleep 60\n");
        assert_eq!(left(), 1);
        let pid = pty.find("awsmfa").expect("awsmfa");
        kill_process(pid, signal).expect("kill");
        pty.expect("ready> ");
        assert_eq!(left(), files, "{signal:?}");
        if signal == Signal::KILL {
            let orphan = pty.find("sleep").expect("the command");
            kill_process(orphan, Signal::KILL).expect("kill");
        }
    }
}
