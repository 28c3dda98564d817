//! A new account: awsmfa below `~/.local`, and in the file that the README names its line, below that of
//! awsmfa-install(7) for the directory.

use std::fs;
use std::os::unix::fs::symlink;

use crate::prompt::person::PROMPT;
use crate::support::home::{AWSMFA, Home, path};
use crate::support::json_shells::JsonShell;
use crate::support::landing::Landing;
use crate::support::pages::{README, block_with};
use crate::support::pty::Pty;

/// In the README and the manual.
fn name(shell: JsonShell) -> &'static str {
    match shell {
        JsonShell::Nu => "nushell",
        JsonShell::Elvish | JsonShell::Xonsh => shell.name(),
    }
}

/// The README's file and line for the shell.
fn row(shell: &str) -> (&'static str, String) {
    let start = format!("| {shell} | `~/");
    let row = README.lines().find_map(|line| line.strip_prefix(&start));
    let (file, rest) = row.and_then(|row| row.split_once("` | ")).expect(shell);
    let line = rest.trim_end_matches(" |").trim_matches('`');
    let line = line.replace(r"\|", "|");
    if line == "[three lines](man/awsmfa-install.7)" {
        return (file, block_with("awsmfa init nu | save"));
    }
    (file, line)
}

/// The shell at its prompt in a new account, with this line for the directory.
fn terminal(home: &Home, shell: JsonShell, path_line: &str) -> Pty {
    let (file, line) = row(name(shell));
    let lines = [path_line, &line, shell.prompt(), ""];
    home.write(file, lines.join("\n"));
    let path = path().into_string().expect("UTF-8");
    let config = home.path().join(".config");
    let config = config.to_str().expect("UTF-8");
    // nushell looks there on macOS, too, if it is told so.
    let variables = [
        ("TERM", "xterm"),
        ("PATH", &path),
        ("XDG_CONFIG_HOME", config),
    ];
    let mut pty = home.on_terminal_with(&[shell.program()], &variables);
    pty.tell_the_position();
    pty.expect("ready> ");
    pty
}

/// The line that `doctor` gives where awsmfa is not on the PATH.
fn of_doctor(home: &Home, shell: JsonShell) -> String {
    let program = home.path().join(".local/bin/awsmfa");
    let program = program.to_str().expect("UTF-8");
    // The PATH of this computer may have another one.
    let run = home.program("env", ["PATH=/nowhere", program, "doctor"]);
    let run = run.env("SHELL", shell.name()).run();
    let hint = run.stdout.split_once("above the line for awsmfa: ");
    let line = hint.and_then(|(_, rest)| rest.lines().next());
    line.unwrap_or_else(|| panic!("{}", run.story())).to_owned()
}

pub fn the_lines_of_the_readme_log_in(shell: JsonShell) {
    let Landing { aws, home } = Landing::new();
    fs::create_dir_all(home.path().join(".local/bin")).expect("a directory");
    symlink(AWSMFA, home.path().join(".local/bin/awsmfa")).expect("a link");

    let mut pty = terminal(&home, shell, &of_doctor(&home, shell));
    pty.send("aws-mfa-on nosuch\r");
    pty.expect("there is no such profile");

    let lines = block_with("PATH=~/.local/bin:$PATH");
    let end = format!("# {}", name(shell));
    let line = lines.lines().find(|line| line.ends_with(&end));
    let mut pty = terminal(&home, shell, line.expect(&end));
    pty.send("aws-mfa-on landing\r");
    pty.expect(PROMPT);
    pty.send(&format!("{}\r", aws.code()));
    pty.expect("awsmfa: logged in to profile landing");
}
