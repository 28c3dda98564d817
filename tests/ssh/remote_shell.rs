//! Whatever the shell of the remote user, it runs the command, and the socket's file is removed.

use std::fs;

use super::Shared;

const SHELLS: [&str; 7] = ["bash", "zsh", "fish", "dash", "ksh93", "mksh", "busybox"];

/// ssh that runs its last word here, as sshd does, after it has made the socket's file.
const FAKE: &str = "#!/bin/sh\n\
    for word; do case $word in /tmp/awsmfa-*:*) : >\"${word%%:*}\" ;; esac; done\n\
    export SHELL=\"$TEST_SHELL\"\n\
    exec \"$SHELL\" -c \"$word\"\n";

#[test]
fn every_shell_runs_the_command_as_it_was_typed() {
    let Some(shared) = Shared::new() else { return };
    let home = &shared.landing.home;
    home.write_program("bin/ssh", FAKE);
    for shell in SHELLS {
        let which = home
            .program("sh", ["-c", &format!("command -v {shell}")])
            .run();
        let mut program = which.success().stdout.trim().to_owned();
        if shell == "busybox" {
            // A user's shell is one word.
            fs::remove_file(home.path().join("bin/sh")).ok();
            std::os::unix::fs::symlink(program, home.path().join("bin/ash")).expect("a link");
            program = home.path().join("bin/ash").display().to_string();
        }
        let command = r#"printf '%s\n' 'a\b' "it's" 'two  blanks' "$AWSMFA_AGENT_SOCK""#;
        let run = shared
            .ssh("--profile dev server", command)
            .env("TEST_SHELL", &program)
            .run();
        let lines: Vec<_> = run.success().stdout.lines().collect();
        assert!(lines.len() == 4, "{shell}{}", run.story());
        assert_eq!(
            lines[..3],
            [r"a\b", "it's", "two  blanks"],
            "{shell}{}",
            run.story()
        );
        assert!(
            lines[3].starts_with("/tmp/awsmfa-"),
            "{shell}{}",
            run.story()
        );
        assert!(
            !std::path::Path::new(lines[3]).exists(),
            "{shell}{}",
            run.story()
        );
        let run = shared
            .ssh("--profile dev server", "exit 5")
            .env("TEST_SHELL", &program)
            .run();
        run.failure(5);
    }
}
