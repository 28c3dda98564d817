//! What the README and the manual name is there: commands and flags, pages, files and headings.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::home::Home;
use crate::support::pages::{OF_THE_PROJECT, PAGES, README};

/// Flags in the texts that are other programs'.
const FOREIGN_FLAGS: [&str; 23] = [
    "--force",
    "--force-reinstall",
    "--format",
    "--kill",
    "--label",
    "--locked",
    "--network",
    "--no-session",
    "--now",
    "--otp",
    "--path",
    "--posix",
    "--prefix",
    "--preserve-env",
    "--query",
    "--reinstall",
    "--repo",
    "--server",
    "--signer-workflow",
    "--strip-components",
    "--totp",
    "--touch",
    "--user",
];

fn help(home: &Home, words: &[&str]) -> String {
    let run = home.awsmfa(words.iter().chain(&["--help"])).run();
    run.success();
    assert!(
        run.stderr.is_empty() && run.stdout.contains("Usage: awsmfa"),
        "{}",
        run.story()
    );
    run.stdout
}

/// The words of small letters that follow this text.
fn words_after<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let rests = text.split(start).skip(1);
    let words = rests.map(|rest| {
        rest.split(|c: char| !c.is_ascii_lowercase() && c != '-')
            .next()
            .unwrap_or_default()
    });
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
}

#[test]
fn help_knows_the_commands_and_flags() {
    let home = Home::new();
    let top = help(&home, &[]);
    let (_, listed) = top.split_once("Commands:\n").expect("a list of commands");
    let commands: Vec<_> = listed
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    let helps: String = commands
        .iter()
        .map(|command| help(&home, &[command]))
        .collect();
    assert!(commands.contains(&"completions"), "{top}");

    let texts = || {
        let ours = PAGES.into_iter().chain(OF_THE_PROJECT);
        std::iter::once(README).chain(ours)
    };
    let starts = ["`awsmfa ", "$(awsmfa ", "\n.Ql awsmfa ", "\n.Ic awsmfa "];
    for named in texts().flat_map(|text| starts.map(|start| words_after(text, start))) {
        for command in named {
            assert!(
                commands.contains(&command),
                "awsmfa {command}: {commands:?}"
            );
        }
    }
    let flags = texts().flat_map(|text| words_after(text, "--").chain(words_after(text, "Fl -")));
    let unknown: BTreeSet<_> = flags
        .map(|flag| format!("--{flag}"))
        .filter(|flag| !FOREIGN_FLAGS.contains(&flag.as_str()) && !helps.contains(flag))
        .collect();
    assert!(unknown.is_empty(), "--help does not know {unknown:?}");
}

/// The name that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_lead_somewhere() {
    let headings = README.lines().filter_map(|line| line.strip_prefix("## "));
    let anchors: Vec<_> = headings.map(anchor).collect();
    let links = README.split("](").skip(1);
    let mut count = 0;
    for link in links.filter_map(|rest| rest.split(')').next()) {
        let is_there = match link.strip_prefix('#') {
            Some(name) => anchors.iter().any(|anchor| anchor == name),
            None if link.starts_with("https://") => true,
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(),
        };
        assert!(is_there, "{link}");
        count += 1;
    }
    assert!(count > 10, "the README has links");
}

/// The words in backticks that look like a path of the repository, as in `tests/effects.rs`.
#[test]
fn paths_that_are_named_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let roots = [
        ".ci/",
        ".github/",
        "man/",
        "packaging/",
        "script/",
        "src/",
        "tests/",
    ];
    let words = OF_THE_PROJECT
        .into_iter()
        .flat_map(|text| text.split('`').skip(1).step_by(2));
    let paths = words.filter(|word| roots.iter().any(|start| word.starts_with(start)));
    let (there, missing): (Vec<_>, Vec<_>) = paths.partition(|path| root.join(path).exists());
    assert!(missing.is_empty(), "{missing:?}");
    assert!(there.len() > 50, "the texts name paths");
}

/// No test waits for cargo to build the program once more.
#[test]
fn cargo_and_pipx_know_the_package_by_this_name() {
    for command in ["cargo binstall", "cargo uninstall", "pipx uninstall"] {
        let line = format!("`{command} {}`", env!("CARGO_PKG_NAME"));
        assert!(README.contains(&line), "{line}");
    }
}

/// `.Xr awsmfa-env 1` leads to a page.
#[test]
fn pages_that_are_named_exist() {
    for line in PAGES.into_iter().flat_map(str::lines) {
        let Some(named) = line.strip_prefix(".Xr awsmfa") else {
            continue;
        };
        let mut words = named.split(' ');
        let (name, section) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let page = format!("{}/man/awsmfa{name}.{section}", env!("CARGO_MANIFEST_DIR"));
        assert!(Path::new(&page).exists(), "{line}");
    }
}
