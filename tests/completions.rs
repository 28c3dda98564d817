//! The completion scripts: those of `completions/` are the program's, `init` brings them along, and in
//! real shells, in a terminal, Tab completes commands, flags and the profiles of the user's files.
//!
//! PowerShell is not in Debian's or Ubuntu's archive: its script is compared, not run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::home::{AWSMFA, Home};
use crate::support::screen::Screen;
use crate::support::shells::{BASH, FISH, ZSH};

fn script(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("completions")
        .join(file)
}

#[test]
fn committed_completions_are_what_the_program_prints() {
    let shells = [
        ("bash", "awsmfa.bash"),
        ("zsh", "_awsmfa"),
        ("fish", "awsmfa.fish"),
        ("nu", "awsmfa.nu"),
        ("elvish", "awsmfa.elv"),
        ("xonsh", "awsmfa.py"),
        ("powershell", "awsmfa.ps1"),
    ];
    for (shell, file) in shells {
        let run = Home::new().awsmfa(["completions", shell]).run();
        assert!(run.success().stderr.is_empty(), "{}", run.story());
        let committed = fs::read_to_string(script(file)).expect(file);
        assert_eq!(run.stdout, committed, "completions/{file}");
    }
}

/// What a script asks for at Tab, whatever the files are like: the profiles and nothing else.
#[test]
fn profiles_of_odd_files_are_candidates() {
    let home = Home::new();
    let config = "junk\n[profile dev]\n[profile \"two words\"]\n[bare]\n[broken\n\
                  [sso-session s]\n[services t]\n[profile e\u{1b}[2Jvil]\n[profile n\u{f6}]\n";
    home.write(".aws/config", config);
    home.write(".aws/credentials", b"[dev-long-term]\n[x]\n\xff\n");
    let names = ["bare", "dev", "n\u{f6}", "two words", "x"];
    for words in [["awsmfa", "env", ""], ["awsmfa", "env", "--profile="]] {
        let run = home
            .awsmfa(["--"])
            .arguments(words)
            .env("_AWSMFA_COMPLETE", "fish")
            .run();
        assert!(run.success().stderr.is_empty(), "{}", run.story());
        let offered = run
            .stdout
            .lines()
            .map(|line| line.trim_start_matches("--profile="));
        let offered: Vec<_> = offered.filter(|line| !line.starts_with('-')).collect();
        assert_eq!(offered, names, "{}", run.story());
    }
}

/// Whoever has exported the variable gets what every other call gets.
#[test]
fn the_scripts_variable_changes_no_command() {
    let home = Home::new();
    for words in [
        &["env", "--shell", "sh"][..],
        &["status"],
        &["exec", "--", "true"],
        &["--version"],
    ] {
        let plain = home.awsmfa(words).run();
        for shell in ["bash", "nosuch"] {
            let run = home.awsmfa(words).env("_AWSMFA_COMPLETE", shell).run();
            assert_eq!(run.status, plain.status, "{}", run.story());
            assert_eq!((&run.stdout, &run.stderr), (&plain.stdout, &plain.stderr));
        }
    }
}

const HOSTILE: &str = "x;touch sprung";

/// A shell at its prompt, with the program in its PATH and three profiles in its home; the third is
/// a trap.
pub struct Shell {
    screen: Screen,
    home: Home,
}

impl Shell {
    fn start(program: &[&str], set_up: &str) -> Self {
        let directory = Path::new(AWSMFA).parent();
        let directory = directory.expect("the directory of the program");
        Self::start_in(Home::new(), program, set_up, directory, &[])
    }

    /// In this home, with the `awsmfa` of that directory, and with these variables as well.
    pub fn start_in(
        home: Home,
        program: &[&str],
        set_up: &str,
        directory: &Path,
        more: &[(&'static str, OsString)],
    ) -> Self {
        let config = "[profile development]\n[profile production]\n[profile trap$(touch sprung)]\n\
                      [profile \"two words\"]\n[profile \"it's\"]\n[profile col:on]\n";
        home.write(".aws/config", config);
        for name in [
            HOSTILE,
            "$(touch sprung)",
            "new\nline;touch sprung",
            "plain",
        ] {
            home.write(name, "");
        }
        let mut variables = home.environment();
        for (name, value) in &mut variables {
            if *name == "PATH" {
                *value = format!("{}:{}", directory.display(), value.display()).into();
            }
        }
        variables.push(("PS1", "> ".into()));
        variables.extend_from_slice(more);
        let screen = Screen::start(program, home.path(), &variables);
        screen.write_line(&format!("{set_up}; echo ready | tr a-z A-Z"));
        screen.wait_for("the shell to load the script", |text| {
            text.contains("READY")
        });
        Self { screen, home }
    }

    /// Types the line and Tab; then the whole line is there.
    pub fn completes(&self, line: &str, to: &str) {
        self.type_and_complete(line);
        self.screen
            .wait_for(&format!("{line}<Tab> to give {to}"), |text| {
                text.contains(to)
            });
        self.clear_line(to);
    }

    /// Tab is pressed when the line is there: a shell may take typed-ahead input for a paste.
    fn type_and_complete(&self, line: &str) {
        self.screen.write(line);
        self.screen
            .wait_for("the typed line", |text| text.contains(line));
        self.screen.press("Tab");
    }

    /// Ctrl-U and not Ctrl-C: an interrupted shell throws away what is typed next.
    fn clear_line(&self, line: &str) {
        self.screen.press("C-u");
        self.screen
            .wait_for("an empty line", |text| !text.contains(line));
    }

    fn completes_commands_flags_and_profiles(&self) {
        self.completes("awsmfa comp", "awsmfa completions");
        self.completes("awsmfa env --secret-f", "awsmfa env --secret-file");
        self.completes("awsmfa env devel", "awsmfa env development");
        self.completes(
            "awsmfa env --profile produ",
            "awsmfa env --profile production",
        );
    }

    /// Completes the line, and has the shell print the words that it would have run.
    fn arrives(&self, line: &str, word: &str) {
        self.arrives_once(line, word, |text| !text.ends_with(line));
    }

    /// The same in a shell that looks for candidates while it goes on reading keys: `is_complete` tells
    /// that it has put in what it found.
    fn arrives_once(&self, line: &str, word: &str, is_complete: impl Fn(&str) -> bool) {
        self.type_and_complete(line);
        self.screen.wait_for("a longer line", is_complete);
        self.screen.press("C-a");
        self.screen.write("printf '<%s>' ");
        self.screen.press("Enter");
        self.screen
            .wait_for(&format!("{line}<Tab> to give {word}"), |text| {
                text.contains(&format!("<{word}>"))
            });
        assert!(
            !self.home.path().join("sprung").exists(),
            "{line} was executed"
        );
    }

    fn quotes_what_it_completes(&self) {
        self.arrives("awsmfa env --secret-file x", HOSTILE);
        self.arrives("awsmfa env --secret-file '$", "$(touch sprung)");
        self.arrives("awsmfa env tw", "two words");
        self.arrives("awsmfa env two\\ w", "two words");
        self.arrives("awsmfa env it", "it's");
        self.arrives("awsmfa env col", "col:on");
        self.arrives("awsmfa exec development -- ls pla", "plain");
        let in_home = self.home.path().join(HOSTILE).display().to_string();
        self.arrives("awsmfa exec development -- ls ~/x", &in_home);
    }

    /// A flag is offered where one is begun.
    fn offers_profiles_and_no_flags(&self) {
        self.screen.write("awsmfa env ");
        self.screen.press("Tab");
        self.screen.press("Tab");
        self.screen.wait_for("the profiles", |text| {
            text.contains("development") && text.contains("production")
        });
        self.screen
            .wait_for("no flags", |text| !text.contains("--force"));
        self.screen.press("C-c");
    }

    /// Takes what Tab offers for the trap, and runs it.
    fn springs_no_trap(&self) {
        self.type_and_complete("awsmfa env tra");
        // elvish takes the first Enter for its list of candidates.
        self.screen.press("Enter");
        self.screen.press("Enter");
        self.screen.write_line("echo done | tr a-z A-Z");
        self.screen
            .wait_for("the command to end", |text| text.contains("DONE"));
        assert!(
            !self.home.path().join("sprung").exists(),
            "a profile's name was executed"
        );
    }
}

#[test]
fn bash_completes() {
    let shell = Shell::start(BASH.words, "eval \"$(awsmfa init bash)\"");
    shell.completes_commands_flags_and_profiles();
    shell.completes("aws-mfa-on devel", "aws-mfa-on development");
    shell.completes("awsmfa env --shell=zs", "awsmfa env --shell=zsh");
    shell.completes("aws-mfa-on --source=yu", "aws-mfa-on --source=yubikey");
    shell.quotes_what_it_completes();
    shell.offers_profiles_and_no_flags();
    shell.springs_no_trap();
}

/// From `fpath`, as it is installed: the first Tab must find something.
#[test]
fn zsh_completes() {
    let directory = script("");
    let load = format!(
        "fpath=('{}' $fpath); autoload -U compinit; compinit -u -D",
        directory.display()
    );
    let shell = Shell::start(ZSH.words, &load);
    shell.completes_commands_flags_and_profiles();
    shell.completes("aws-mfa-on devel", "aws-mfa-on development");
    shell.quotes_what_it_completes();
    shell.springs_no_trap();
    // Ctrl-C may still interrupt the second Tab, so this comes last.
    shell.offers_profiles_and_no_flags();
}

#[test]
fn zsh_loads_the_script_from_eval() {
    let odd = "setopt ksh_arrays no_unset sh_word_split; ";
    for (options, command) in [
        ("", "completions"),
        (odd, "completions"),
        ("", "init"),
        (odd, "init"),
    ] {
        let load = format!(
            "{options}autoload -U compinit; compinit -u -D; eval \"$(awsmfa {command} zsh)\""
        );
        let shell = Shell::start(ZSH.words, &load);
        shell.completes("awsmfa env devel", "awsmfa env development");
        shell.completes("aws-mfa-on produ", "aws-mfa-on production");
    }
}

#[test]
fn fish_completes() {
    let shell = Shell::start(FISH.words, "awsmfa init fish | source");
    shell.completes_commands_flags_and_profiles();
    shell.completes("aws-mfa-on devel", "aws-mfa-on development");
    shell.quotes_what_it_completes();
    shell.offers_profiles_and_no_flags();
    shell.springs_no_trap();
}

#[test]
fn elvish_completes() {
    let shell = Shell::start(&["elvish", "-norc"], "eval (awsmfa init elvish | slurp)");
    shell.completes_commands_flags_and_profiles();
    shell.completes("aws-mfa-on devel", "aws-mfa-on development");
    shell.completes(
        "aws-mfa-on --secret-file plai",
        "aws-mfa-on --secret-file plain",
    );
    shell.springs_no_trap();
    // Its Ctrl-C may swallow what is typed next.
    shell.offers_profiles_and_no_flags();
}

pub const XONSH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/xonsh/bin/xonsh");

#[test]
fn xonsh_completes() {
    let home = Home::new();
    let text = "$PROMPT = '\\n> '\nexecx($(awsmfa init xonsh --renew))\n";
    home.write(".config/xonsh/rc.xsh", text);
    let directory = Path::new(AWSMFA).parent().expect("its directory");
    let shell = Shell::start_in(home, &[XONSH], "true", directory, &[]);
    shell.completes_commands_flags_and_profiles();
    shell.completes("aws-mfa-on devel", "aws-mfa-on development");
    for (line, word) in [
        ("awsmfa env --secret-file x", HOSTILE),
        ("awsmfa env tw", "two words"),
        ("awsmfa env r'two w", "two words"),
        ("awsmfa env it", "it's"),
        ("awsmfa env col", "col:on"),
    ] {
        let in_last_line = |text: &str| text.lines().last().is_some_and(|last| last.contains(word));
        shell.arrives_once(line, word, in_last_line);
        // What is typed before is no line to complete.
        shell
            .screen
            .wait_for("the prompt", |text| text.ends_with("\n>"));
    }
    shell.offers_profiles_and_no_flags();
    shell.springs_no_trap();
}
