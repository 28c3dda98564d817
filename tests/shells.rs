//! The functions and the bare lines in every shell, with the real program: a whole day of a
//! terminal, and every failure.

use crate::support::home::{AWSMFA, Home, Run, account};
use crate::support::shells::{FISH, SHELLS, Shell};
use crate::support::stand_in::StandIn;

/// A user with the profiles `work` and `other`.
fn user() -> (StandIn, Home) {
    let (aws, home) = account();
    aws.settle();
    let serial = aws.serial();
    let profile = |name: &str, region: &str| {
        format!(
            "[profile {name}]\nsource_profile = default\nregion = {region}\nmfa_serial = {serial}\n"
        )
    };
    let config = profile("work", "eu-west-1") + &profile("other", "eu-west-2");
    home.write(".aws/config", config);
    (aws, home)
}

/// Runs a script without a terminal.
fn run(shell: Shell, home: &Home, lines: &[String]) -> Run {
    home.write("script", lines.join("\n") + "\n");
    let words = shell.words[1..].iter().copied().chain(["script"]);
    home.program(shell.words[0], words)
        .env("AWS_PROFILE", "mine")
        .env("AWS_SECURITY_TOKEN", "it's \"odd\" $(touch pwned) \\' \\")
        .run()
}

/// A line that prints what a child process sees, behind a label.
fn show(label: &str) -> String {
    let names = [
        "AWSMFA_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_SECURITY_TOKEN",
    ];
    let values: Vec<_> = names.iter().map(|name| format!("${{{name}-no}}")).collect();
    format!("sh -c 'printf \"%s\\n\" \"{label}|{}\"'", values.join("|"))
}

/// The fields of the line with this label.
#[track_caller]
fn shown<'a>(run: &'a Run, label: &str) -> Vec<&'a str> {
    let start = format!("{label}|");
    let line = run
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("{label}{}", run.story()))
        .split('|')
        .collect()
}

const BEFORE: [&str; 6] = [
    "no",
    "no",
    "no",
    "no",
    "mine",
    "it's \"odd\" $(touch pwned) \\' \\",
];

/// Options under which the functions must work.
fn strictness(shell: Shell) -> &'static [&'static str] {
    match (shell.dialect, shell.words[0]) {
        ("fish", _) => &["true", "set -g fish_trace 1"],
        ("sh", "dash" | "busybox") => &["true", "set -eu", "set -x"],
        _ => &["true", "set -euo pipefail", "set -x"],
    }
}

#[test]
fn logins_and_logouts_in_one_terminal_restore_everything() {
    for shell in SHELLS {
        for strict in strictness(shell) {
            let (aws, home) = user();
            let [on, off] = shell.functions();
            let codes = [aws.code_in(-1), aws.code(), aws.code_in(1)];
            let in_halves = |code: &str| format!("{} {}", &code[..3], &code[3..]);
            let child = [shell.load(), show("parent"), off.to_owned(), show("child")];
            home.write("child", child.join("\n"));
            let lines = [
                (*strict).to_owned(),
                shell.load(),
                shell.load(),
                format!("{on} work {}", codes[0]),
                show("on"),
                format!("{on} work"),
                show("again"),
                // What oh-my-zsh's `asp` does; `--force` and the next `on` see through it.
                shell.export("AWS_PROFILE", "plugin"),
                format!("{on} --force -c {} work", in_halves(&codes[1])),
                show("forced"),
                format!("{on} '{}' other", in_halves(&codes[2])),
                show("other"),
                format!("{} child", shell.words.join(" ")),
                show("after child"),
                "awsmfa status --json".to_owned(),
                off.to_owned(),
                show("off"),
                off.to_owned(),
                show("twice"),
                "awsmfa status || true".replace("||", if shell.is_fish() { "; or" } else { "||" }),
            ];
            let run = run(shell, &home, &lines);
            run.success();
            let case = || format!("{shell:?} {strict}{}", run.story());
            let (first, again) = (shown(&run, "on"), shown(&run, "again"));
            let (forced, other) = (shown(&run, "forced"), shown(&run, "other"));
            assert_eq!(
                [first[0], first[2], first[3]],
                ["work", "eu-west-1", "eu-west-1"],
                "{}",
                case()
            );
            assert!(first[1].starts_with("ASIA"), "{}", case());
            assert_eq!(first[4..], ["no", "no"], "{}", case());
            assert_eq!(again, first, "{}", case());
            run.complains("the session for profile work is still valid for 12h");
            assert_eq!(forced[0], "work", "{}", case());
            assert_ne!(forced[1], first[1], "{}", case());
            assert_eq!(
                [other[0], other[2], other[3]],
                ["other", "eu-west-2", "eu-west-2"],
                "{}",
                case()
            );
            assert_eq!(other[4..], ["no", "no"], "{}", case());
            assert_eq!(shown(&run, "parent"), other, "{}", case());
            assert_eq!(shown(&run, "child"), ["no"; 6], "{}", case());
            assert_eq!(shown(&run, "after child"), other, "{}", case());
            assert!(run.stdout.contains("\"valid\": true"), "{}", case());
            assert_eq!(shown(&run, "off"), BEFORE, "{}", case());
            assert_eq!(shown(&run, "twice"), BEFORE, "{}", case());
            assert!(
                run.stdout.ends_with("no session in this terminal\n"),
                "{}",
                case()
            );
            assert!(!home.path().join("pwned").exists(), "{}", case());
            assert_eq!(aws.actions().len(), 3, "{}", case());
        }
    }
}

#[test]
fn every_failure_is_a_failure_in_every_shell() {
    // What is typed after `awsmfa`, the status of the function, a word of the message.
    let failures: [(&str, i32, &str); 12] = [
        ("env --bogus", 2, "--bogus"),
        ("env --duration soon", 2, "soon"),
        ("env --shell tcsh", 2, "tcsh"),
        ("env one two three", 2, "three"),
        (
            "env work other",
            2,
            "more than one profile was given: work, other",
        ),
        ("env --profile", 2, "--profile"),
        ("env nosuch", 1, "nosuch"),
        ("env work", 1, "there is no terminal to ask on"),
        ("env work --token-code 12345", 1, "six digits"),
        ("env work --duration 14m", 1, "14"),
        ("env work --source file", 1, "no secret file"),
        ("env work --secret-file /nowhere", 1, "/nowhere"),
    ];
    for shell in SHELLS {
        let (aws, home) = user();
        let [on, _] = shell.functions();
        let (and, or) = if shell.is_fish() {
            ("; and", "; or")
        } else {
            (" &&", " ||")
        };
        let status = shell.status();
        let mut lines = vec![shell.load()];
        for (number, (words, ..)) in failures.iter().enumerate() {
            let bare = shell.evaluate(&format!("awsmfa {words}"));
            let function = words.replacen("env", on, 1);
            for (way, line) in [("bare", bare), ("function", function)] {
                lines.push(format!("{line}{and} echo next {words}"));
                lines.push(format!("{line}{or} echo {way} {number} {status}"));
            }
        }
        lines.push(shell.evaluate("awsmfa off --bogus") + and + " echo next off");
        lines.push(show("after"));
        let run = run(shell, &home, &lines);
        let case = format!("{shell:?}{}", run.story());
        assert!(!run.stdout.contains("next"), "{case}");
        for (number, (_, status, word)) in failures.iter().enumerate() {
            for line in [
                format!("bare {number} 1\n"),
                format!("function {number} {status}\n"),
            ] {
                assert!(run.stdout.contains(&line), "{line} {case}");
            }
            run.complains(word);
        }
        assert_eq!(shown(&run, "after"), BEFORE, "{case}");
        assert!(aws.requests().is_empty() || aws.actions().iter().all(|a| a != "GetSessionToken"));
    }
}

/// A command that there is none of may have been meant for the shell. Whoever reads it himself sees
/// the message and nothing else.
#[test]
fn a_mistyped_command_fails_in_every_shell() {
    for shell in SHELLS {
        let (_aws, home) = user();
        let and = if shell.is_fish() { "; and" } else { " &&" };
        let words = ["evn", "", "work 123456", "--profile work env", "--bogus"];
        let lines: Vec<_> = words
            .iter()
            .map(|words| shell.evaluate(&format!("awsmfa {words}")) + and + " echo next")
            .collect();
        let run = run(shell, &home, &lines);
        assert_eq!(run.stdout, "", "{shell:?}{}", run.story());
        run.complains("no command evn")
            .complains("did you mean awsmfa env?");
    }
    let (_, home) = user();
    for (words, printed) in [
        (&["evn"][..], "false\n"),
        (&[], "false\n"),
        // Nobody evaluates what these print.
        (&["status", "--bogus"], ""),
        (&["accounts", "--bogus"], ""),
        (&["completions", "tcsh"], ""),
    ] {
        let run = home.awsmfa(words).run();
        run.failure(2);
        run.prints(printed);
    }
    let mut pty = home.on_terminal(&[AWSMFA, "evn"]);
    pty.wait();
    assert!(!pty.seen().contains("false"), "{}", pty.seen());
}

/// Help is for `| less` as well, so it goes to stdout; evaluated, it is wrong in every shell.
#[test]
fn evaluated_help_is_a_failure_and_runs_nothing() {
    for shell in SHELLS {
        let and = if shell.is_fish() { "; and" } else { " &&" };
        for words in ["env --help", "off --help", "--help"] {
            let (_aws, home) = user();
            let line = shell.evaluate(&format!("awsmfa {words}")) + and + " echo next";
            let run = run(shell, &home, &[line]);
            assert_eq!(run.stdout, "", "{shell:?}{}", run.story());
            // `<` and `>` in the text have made nothing. fish has hidden directories of its own.
            let left = std::fs::read_dir(home.path()).expect("the home").flatten();
            let left = left.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let left: Vec<_> = left.filter(|name| !name.starts_with('.')).collect();
            assert_eq!(left, ["script"], "{shell:?}");
        }
    }
}

/// It cannot be hidden, so what `on` saw of it is no choice of the user's; what he says later is.
#[test]
fn a_universal_profile_in_fish_is_not_followed_while_a_session_is_held() {
    let fish = Shell {
        words: &["fish"],
        ..FISH
    };
    let (aws, home) = user();
    let lines = [
        "set -e AWS_PROFILE; set -Ux AWS_PROFILE other".to_owned(),
        fish.load(),
        format!("aws-mfa-on work -c {}", aws.code()),
        "aws-mfa-on".to_owned(),
        show("held"),
        "set -gx AWS_PROFILE mine; aws-mfa-on; echo own $status".to_owned(),
        "set -eg AWS_PROFILE; aws-mfa-off".to_owned(),
        show("off"),
        "set -q AWSMFA_UNIVERSAL_PROFILE; echo marker $status".to_owned(),
    ];
    let run = run(fish, &home, &lines);
    assert_eq!(shown(&run, "held")[0], "work", "{}", run.story());
    for line in ["own 1\n", "marker 1\n"] {
        assert!(run.stdout.contains(line), "{line}{}", run.story());
    }
    run.complains("profile work is still valid")
        .complains("there is no such profile");
    assert_eq!(shown(&run, "off")[4], "other", "{}", run.story());
    assert_eq!(aws.actions(), ["GetSessionToken"], "{}", run.story());
}

/// The region is the terminal's, and changing it needs no new session.
#[test]
fn another_region_needs_no_new_session() {
    for shell in SHELLS {
        let (aws, home) = user();
        let [on, off] = shell.functions();
        let lines = [
            shell.load(),
            format!("{on} work -c {}", aws.code()),
            format!("{on} work --region us-west-2"),
            show("flag"),
            format!("{on} work --region us-west-2"),
            format!("{on} work"),
            show("kept"),
            shell.evaluate("awsmfa env work --region sa-east-1"),
            show("bare"),
            off.to_owned(),
            show("off"),
        ];
        let run = run(shell, &home, &lines);
        run.success().complains("is still valid");
        let case = format!("{shell:?}{}", run.story());
        for (label, region) in [
            ("flag", "us-west-2"),
            ("kept", "us-west-2"),
            ("bare", "sa-east-1"),
        ] {
            let fields = shown(&run, label);
            assert_eq!(fields[0], "work", "{label} {case}");
            assert!(fields[1].starts_with("ASIA"), "{label} {case}");
            assert_eq!(fields[2..4], [region; 2], "{label} {case}");
        }
        assert_eq!(run.stderr.matches("the region is now").count(), 2, "{case}");
        assert_eq!(shown(&run, "off"), BEFORE, "{case}");
        assert_eq!(aws.actions(), ["GetSessionToken"], "{case}");
    }
}

#[test]
fn secrets_are_not_printed_onto_a_terminal() {
    for (words, printed) in [(&["env"][..], false), (&["env", "--print"], true)] {
        let (aws, home) = user();
        let code = aws.code();
        let words = [&[AWSMFA], words, &["work", "--shell", "sh", "-c", &code]].concat();
        let mut pty = home.on_terminal(&words);
        let status = pty.wait();
        let seen = pty.seen();
        assert_eq!(seen.contains("AWS_SECRET_ACCESS_KEY='"), printed, "{seen}");
        assert_eq!(status.success(), printed, "{seen}");
        if !printed {
            assert!(seen.contains("awsmfa: could not print the session: stdout is a terminal\r\n"));
            assert!(
                seen.contains("awsmfa: hint: use eval \"$(awsmfa env)\", or pass --print"),
                "{seen}"
            );
            assert!(aws.requests().is_empty());
        }
    }
    let (_aws, home) = user();
    for (shell, instead) in [("fish", "awsmfa env | source"), ("xonsh", "aws-mfa-on")] {
        let mut pty = home.on_terminal(&[AWSMFA, "env", "work", "--shell", shell]);
        pty.wait();
        let hint = format!("awsmfa: hint: use {instead}, or pass --print");
        assert!(pty.seen().contains(&hint), "{}", pty.seen());
    }
}
