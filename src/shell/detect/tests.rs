use super::*;

fn process(parent: i32, names: &[&str], arguments: &[&str]) -> Process {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Process {
        parent,
        names: owned(names),
        arguments: owned(arguments),
    }
}

#[test]
fn knows_shells_by_executable_then_name() {
    for (names, arguments, expected) in [
        (
            &["/usr/bin/bash", "bash"][..],
            &["-bash"][..],
            Some(Ok(Shell::Bash)),
        ),
        (&["/usr/bin/bash", "sh"], &["sh"], Some(Ok(Shell::Sh))),
        (
            &["/usr/bin/bash", "sh"],
            &["/bin/sh", "-c"],
            Some(Ok(Shell::Sh)),
        ),
        (
            &["/usr/bin/bash", "bash"],
            &["bash", "--posix"],
            Some(Ok(Shell::Sh)),
        ),
        (&["/usr/bin/dash", "sh"], &["sh"], Some(Ok(Shell::Sh))),
        (&["/usr/bin/zsh", "-zsh"], &["-zsh"], Some(Ok(Shell::Zsh))),
        (&["/usr/bin/fish", "renamed"], &["x"], Some(Ok(Shell::Fish))),
        (&["/opt/odd", "fish"], &["fish"], Some(Ok(Shell::Fish))),
        (&["/usr/bin/ksh93", "ksh"], &["ksh"], Some(Ok(Shell::Sh))),
        (
            &["/bin/busybox", "busybox"],
            &["busybox", "sh"],
            Some(Ok(Shell::Sh)),
        ),
        (&["/bin/busybox", "ash"], &["-ash"], Some(Ok(Shell::Sh))),
        (&["/bin/busybox", "timeout"], &["timeout", "9", "sh"], None),
        (&["/usr/bin/python3", "python3"], &["python3", "bash"], None),
        (
            &["/usr/bin/python3.11", "xonsh"],
            &["/usr/bin/python3", "/usr/bin/xonsh"],
            Some(Ok(Shell::Xonsh)),
        ),
        (
            &["/usr/bin/python3", "python3"],
            &["python3", "-m", "xonsh"],
            Some(Ok(Shell::Xonsh)),
        ),
        (
            &["Python", "/opt/Resources/Python"],
            &["/opt/Resources/Python", "/opt/homebrew/bin/xonsh"],
            Some(Ok(Shell::Xonsh)),
        ),
        (&["/usr/bin/tcsh", "-csh"], &["-csh"], Some(Err("tcsh"))),
        (&["/bin/bsd-csh", "csh"], &["-csh"], Some(Err("csh"))),
        (&["/usr/bin/nu", "nu"], &["-nu"], Some(Ok(Shell::Nu))),
        (
            &["/opt/pwsh/pwsh", "pwsh"],
            &["pwsh"],
            Some(Err("PowerShell")),
        ),
        (
            &["/usr/bin/elvish", "elvish"],
            &["elvish"],
            Some(Ok(Shell::Elvish)),
        ),
        (&["-zsh"], &["-zsh"], Some(Ok(Shell::Zsh))),
        (&["/usr/bin/rc.byron", "rc"], &["-rc"], Some(Err("rc"))),
        (&["/usr/bin/es", "es"], &["es", "es"], Some(Err("es"))),
        // `#!/usr/bin/perl -w` in scripts of these names.
        (
            &["/usr/bin/perl", "es"],
            &["/usr/bin/perl", "/bin/es"],
            None,
        ),
        (&["perl", "rc"], &["/usr/bin/perl", "-w", "./rc"], None),
    ] {
        assert_eq!(
            shell(&process(1, names, arguments)),
            expected,
            "{names:?} {arguments:?}"
        );
    }
}

#[test]
fn climbs_ten_generations_and_stops_at_the_first_shell() {
    let chain = |depth: i32| {
        move |pid: i32| {
            let name = if pid == depth { "fish" } else { "sudo" };
            (pid <= depth).then(|| process(pid + 1, &[name], &[name]))
        }
    };
    let nearest = |length| ancestor(1, chain(length)).map(|(running, _)| running);
    assert_eq!(nearest(1), Some(Ok(Shell::Fish)));
    assert_eq!(nearest(10), Some(Ok(Shell::Fish)));
    assert_eq!(nearest(11), None);
    assert!(ancestor(1, |_| None).is_none());
}

#[test]
fn the_flag_wins_over_the_variable() {
    let environment = Environment::of(&[("AWSMFA_SHELL", "FISH")]);
    assert_eq!(detect(Some(Shell::Zsh), &environment).unwrap(), Shell::Zsh);
    assert_eq!(detect(None, &environment).unwrap(), Shell::Fish);
    assert!(detect(None, &Environment::of(&[("AWSMFA_SHELL", "tcsh")])).is_err());
}

#[test]
fn finds_a_real_ancestor() {
    let own = i32::try_from(std::process::id()).unwrap();
    let parent = look_up(own).unwrap().parent;
    assert_eq!(
        Some(parent),
        rustix::process::getppid().map(rustix::process::Pid::as_raw_pid)
    );
    assert!(look_up(parent).is_some());
}

#[test]
fn a_shell_with_a_script_or_a_command_reads_no_terminal() {
    for (line, expected) in [
        ("-bash", true),
        ("bash --rcfile x -i", true),
        ("bash -c true", false),
        ("bash script", false),
        ("/usr/bin/python3 /usr/bin/xonsh", true),
        ("python3 -m xonsh --rc x -i", true),
        ("/usr/bin/python3 /usr/bin/xonsh script.xsh", false),
        ("python3 -m xonsh -c true", false),
    ] {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(reads_terminal(&words), expected, "{line}");
    }
}
