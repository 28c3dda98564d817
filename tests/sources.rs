//! Where the code comes from: the secret file, a command, lists of sources, a given code; and
//! what happens when AWS refuses it.

mod loops;
#[cfg(target_os = "linux")]
mod managers;
mod secret_process;

use std::os::unix::process::ExitStatusExt as _;

use signal_hook::consts::SIGINT;

use crate::support::home::{AWSMFA, Home, Invocation, Run};
use crate::support::stand_in::{Options, StandIn};

/// The secret of the stand-in's user.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A user without a terminal, whose profile also says `lines`.
fn user(lines: &str) -> (StandIn, Home) {
    let aws = StandIn::start(Options::default());
    let home = home(&aws, lines);
    aws.wait_for_room();
    (aws, home)
}

fn home(aws: &StandIn, lines: &str) -> Home {
    let home = Home::of(aws);
    home.configure(&format!("{lines}\n"));
    home
}

fn login(home: &Home) -> Invocation {
    home.login("")
}

#[track_caller]
fn logged_in(run: &Run) {
    let key = run.exports("AWS_ACCESS_KEY_ID");
    assert!(key.starts_with("ASIA"), "{}", run.story());
}

#[track_caller]
fn refused(run: &Run, said: &[&str]) {
    run.failure(1).complains("awsmfa: could not log in: ");
    run.prints("false\n");
    for text in said {
        run.complains(text);
    }
    let doubled = run
        .stderr
        .lines()
        .any(|line| line.matches("could not").count() > 1);
    assert!(!doubled, "{}", run.story());
    run.keeps_quiet_about(&SECRET[..8]);
}

#[test]
fn a_secret_file_needs_no_typing() {
    for place in ["default", "flag", "variable", "profile"] {
        let (_aws, home) = user(match place {
            "profile" => "mfa_secret_file = ~/my secret",
            _ => "",
        });
        let path = home.write(
            if place == "default" {
                ".aws-mfa"
            } else {
                "my secret"
            },
            SECRET,
        );
        let login = login(&home);
        let login = match place {
            "flag" => login.arguments(["--secret-file".as_ref(), path.as_os_str()]),
            "variable" => login.env("AWSMFA_SECRET_FILE", &path),
            _ => login,
        };
        logged_in(&login.run());
    }
}

#[test]
fn a_command_prints_the_code() {
    let (aws, home) = user("mfa_process = cat code");
    home.write("code", format!(" {}\n", aws.code()));
    logged_in(&login(&home).run());
    for (command, said) in [
        ("echo 123456; exit 7", "exit status: 7"),
        ("kill -9 $$", "signal: 9"),
        ("no-such-program-xyz", "127"),
        ("yes", "printed more than an MFA code"),
    ] {
        let (aws, home) = user(&format!("mfa_process = {command}"));
        let run = login(&home).run();
        refused(&run, &["mfa_process", said]);
        assert!(!run.stderr.contains("123456"));
        assert!(aws.codes().is_empty());
    }
}

#[test]
fn a_list_of_sources_stops_at_the_first_code() {
    let (aws, home) = user("mfa_process = cat code");
    home.write("code", aws.code());
    home.write(".aws-mfa", "not base32!");
    let run = login(&home)
        .env("AWSMFA_SOURCE", "prompt,file,process")
        .run();
    logged_in(run.complains("could not use the source file: the secret file "));
    // That there is no terminal, as in a cron job, is a detail.
    run.keeps_quiet_about("the source prompt");

    let (_aws, home) = user("mfa_source = prompt, file\nmfa_process = cat code");
    let run = login(&home).arguments(["--verbose"]).run();
    run.complains("skipped the source prompt: there is no terminal");
    run.complains("skipped the source file: there is no secret file");
    refused(
        &run,
        &[
            "no source gave an MFA code",
            "hint: to log in without typing: ",
        ],
    );

    // The flag is stronger, and a single word has nowhere to go on to.
    let run = login(&home)
        .arguments(["--source", "prompt"])
        .env("AWSMFA_SOURCE", "process")
        .run();
    refused(
        &run,
        &["there is no terminal to ask on (/dev/tty)", "--token-code"],
    );

    let run = login(&home).env("AWSMFA_SOURCE", "prompt,phone").run();
    run.failure(1)
        .complains("phone")
        .complains("hint: the sources of codes are prompt, file");
    assert_eq!(run.stdout, "false\n");
}

#[test]
fn a_given_code_wins_and_is_tried_once() {
    for way in ["-c", "--token-code", "word", "variable"] {
        let (aws, home) = user("mfa_process = echo asked > ran; echo 123456");
        home.write(".aws-mfa", SECRET);
        let attempt = |code: &str| match way {
            "word" => login(&home).arguments([code]),
            "variable" => login(&home).env("AWSMFA_TOKEN_CODE", code),
            flag => login(&home).arguments([flag, code]),
        };
        let wrong = attempt(&aws.wrong_code()).run();
        refused(
            &wrong,
            &["AWS refused the MFA code", "hint: the next code comes in "],
        );
        logged_in(&attempt(&aws.code()).run());
        assert_eq!(aws.codes().len(), 2, "{way}");
        assert!(!home.path().join("ran").exists(), "{way}");
    }
    let (aws, home) = user("");
    let run = login(&home).arguments(["--token-code", ""]).run();
    assert_eq!(run.failure(2).stdout, "false\n");
    assert!(aws.requests().is_empty());
}

/// Waits for the next time step, up to 30 seconds.
#[test]
fn a_command_is_run_again_after_a_refused_code() {
    let (aws, home) =
        user("mfa_process = if [ -e tried ]; then cat second; else touch tried; cat first; fi");
    home.write("first", aws.wrong_code());
    home.write("second", aws.code_in(1));
    logged_in(&login(&home).run());
    assert_eq!(aws.codes().len(), 2);
}

/// Ctrl-C reaches the command too, and its end may be noticed first.
#[test]
fn a_command_that_ctrl_c_ends_has_not_failed() {
    for setting in ["mfa_process", "mfa_secret_process", "credential_process"] {
        let (_aws, home) = user(&format!(
            "{setting} = sh -c 'echo asking >&2; exec sleep 60'"
        ));
        if setting == "credential_process" {
            home.write(".aws/credentials", "");
        }
        let line = format!(
            "exec '{AWSMFA}' env --shell sh --source process,secret_process,prompt >/dev/null"
        );
        for _ in 0..20 {
            let mut pty = home.line_on_terminal(&line);
            pty.expect("asking\r\n");
            pty.send("\u{3}");
            let ended_by = pty.wait().signal();
            assert_eq!(ended_by, Some(SIGINT), "{setting} {}", pty.seen());
            assert!(!pty.seen().contains("awsmfa:"), "{}", pty.seen());
        }
    }
}
