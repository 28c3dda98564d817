//! The pages of section 1 in `man/`: they are made from the definition of the command line, which
//! only a test can see, so that the program does not carry the generator along. `make man` writes
//! them; everybody else compares.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::Cli;

/// File names and texts: the command, then a page for each of its commands and for theirs.
fn pages() -> Vec<(String, String)> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let commands: Vec<Command> = program.get_subcommands().cloned().collect();
    let names: Vec<String> = commands.iter().map(page_name).collect();
    let mut pages = vec![page("awsmfa", program, &names)];
    for (name, command) in names.iter().zip(commands) {
        for nested in command.get_subcommands() {
            let own_name = format!("{name}-{}", nested.get_name());
            pages.push(page(&own_name, nested.clone(), std::slice::from_ref(name)));
        }
        pages.push(page(name, command, &["awsmfa".to_owned()]));
    }
    pages
}

/// `awsmfa-env`.
fn page_name(command: &Command) -> String {
    format!("awsmfa-{}", command.get_name())
}

fn page(name: &str, command: Command, related: &[String]) -> (String, String) {
    let mut text = Vec::new();
    render(name, command, related, &mut text).expect("a vector takes everything");
    let text = String::from_utf8(text).expect("the command line's texts are UTF-8");
    // clap_mangen leaves out that the command of `exec` comes after `--`.
    let text = text.replace(
        r"<\fICOMMAND\fR>",
        r"\fB\-\-\fR \fICOMMAND\fR [\fIARGUMENT\fR]...",
    );
    let lines = text.lines().map(str::trim_end);
    (
        format!("{name}.1"),
        lines.flat_map(|line| [line, "\n"]).collect(),
    )
}

/// The title is written here: `clap_mangen` leaves an empty date out, and what follows moves up. A
/// date there would change from day to day.
fn render(name: &str, command: Command, related: &[String], to: &mut Vec<u8>) -> io::Result<()> {
    let has_commands = command.has_subcommands();
    let end = command.get_after_help().map(ToString::to_string);
    let (title, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    writeln!(to, ".TH {title} 1 \"\" \"awsmfa {version}\" \"awsmfa\"")?;
    let man = Man::new(command);
    man.render_name_section(to)?;
    man.render_synopsis_section(to)?;
    man.render_description_section(to)?;
    man.render_options_section(to)?;
    if has_commands {
        man.render_subcommands_section(to)?;
    }
    examples(&end.unwrap_or_default()).to_writer(to)?;
    see_also(related).to_writer(to)
}

/// The end of the command's help, line by line.
fn examples(text: &str) -> Roff {
    let (notes, examples) = text.split_once("Examples:\n").unwrap_or((text, ""));
    let mut section = Roff::new();
    for (title, lines) in [("NOTES", notes), ("EXAMPLES", examples)] {
        if lines.is_empty() {
            continue;
        }
        section.control("SH", [title]).control("nf", []);
        for line in lines.trim_end().lines() {
            section.text([roman(line)]);
        }
        section.control("fi", []);
    }
    section
}

fn see_also(related: &[String]) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["SEE ALSO"]);
    let mut words = Vec::new();
    for name in related {
        words.extend([bold(name.as_str()), roman("(1), ")]);
    }
    words.extend([bold("awsmfa"), roman("(7)")]);
    section.text(words);
    section
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the word of `make man`")]
fn committed_pages_are_those_of_the_command_line() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let write = std::env::var_os("AWSMFA_WRITE_MAN_PAGES").is_some();
    let pages = pages();
    for (file, text) in &pages {
        let path = directory.join(file);
        if write {
            fs::write(&path, text).expect(file);
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == *text, "man/{file} is old: run `make man`");
    }
    for entry in fs::read_dir(&directory).expect("man/") {
        let name = entry.expect("a file").file_name();
        let name = name.to_string_lossy();
        let known = pages.iter().any(|(file, _)| *file == name) || name.ends_with(".7");
        assert!(known, "man/{name} belongs to no command");
    }
}
