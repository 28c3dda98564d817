//! Shells that cannot evaluate what `env` prints: said before a code is spent.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::home::{AWSMFA, Home, Invocation, copy_program};
use crate::support::landing::Landing;

/// dash by another name: what runs is known by its file.
fn dash_called(home: &Home, name: &str, line: &str) -> Invocation {
    let shell = home.path().join(name);
    copy_program("/bin/dash", &shell);
    fs::set_permissions(&shell, fs::Permissions::from_mode(0o755)).expect("its mode");
    home.program(shell, ["-c", line])
}

fn refused(invocation: Invocation, name: &str) {
    let run = invocation.run();
    run.failure(1)
        .complains(&format!("this is {name}, which cannot evaluate it"))
        .complains(
            "awsmfa exec [PROFILE] -- COMMAND and awsmfa credentials PROFILE work in every shell",
        );
    run.prints("false\n");
}

#[test]
fn an_unsupported_shell_is_refused_before_a_code_is_used() {
    let landing = Landing::new();
    let code = landing.aws.code();
    for (file, name) in [
        ("tcsh", "tcsh"),
        ("bsd-csh", "csh"),
        ("pwsh", "PowerShell"),
        ("es", "es"),
        ("ion", "ion"),
        ("murex", "murex"),
        ("rc", "rc"),
        ("ysh", "ysh"),
        // Their snippets ask for JSON, by `--shell`.
        ("nu", "nu"),
        ("elvish", "elvish"),
    ] {
        for command in [format!("env landing {code}"), "off".to_owned()] {
            let line = format!("'{AWSMFA}' {command}; exit $?");
            refused(dash_called(&landing.home, file, &line), name);
        }
    }
    let xonsh = landing.home.write(
        "bin/xonsh",
        format!("import subprocess, sys\nsys.exit(subprocess.call(['{AWSMFA}', 'env', 'landing', '{code}']))\n"),
    );
    refused(landing.home.program("python3", [xonsh]), "xonsh");
    assert!(landing.aws.requests().is_empty());
}

#[test]
fn an_unsupported_shell_can_name_another_one() {
    let landing = Landing::new();
    for (line, variable) in [
        ("env --shell sh landing CODE", None),
        ("env landing CODE", Some("sh")),
        ("exec landing CODE -- true", None),
        ("status; true", None),
        ("init bash", None),
    ] {
        let line = line.replace("CODE", &landing.aws.code());
        let line = format!("'{AWSMFA}' {line}; exit $?");
        let run = dash_called(&landing.home, "tcsh", &line)
            .env("AWSMFA_SHELL", variable.unwrap_or_default())
            .run();
        run.success();
        landing.aws.advance(30);
    }
    // bash started from it evaluates the code.
    let line = format!("bash -c 'eval \"$({AWSMFA} off)\" && echo done'");
    let run = dash_called(&landing.home, "tcsh", &line).run();
    assert_eq!(run.success().stdout, "done\n");
}
