//! The README and the manual keep their word: their console blocks are typed into a terminal and show
//! what they say.
//!
//! A block is one new terminal of bash with the snippet, in a home with the profiles
//! that they show.
//! `…` stands for any text, on a line of its own for any lines. The code in the text is replaced by
//! the one that is due.

mod names;

use crate::support::home::Home;
use crate::support::pages::{PAGES, README, block_with, manual_blocks, readme_blocks};
use crate::support::screen::Screen;
use crate::support::stand_in::{Options, Role, StandIn};

/// The code in the README, in every block.
const CODE: &str = "492039";

/// The profiles that the manual and the README show, and the user's keys for `landing`, too.
pub fn write_profiles(home: &Home) {
    let credentials = block_with("# ~/.aws/credentials\n");
    let landing = credentials.replace("[default]", "[landing]");
    home.write(".aws/credentials", format!("{credentials}\n{landing}\n"));
    let config = block_with("# ~/.aws/config\n[default]");
    let roles = block_with("[profile prod]");
    home.write(".aws/config", format!("{config}\n{roles}\n"));
}

/// AWS with the roles of those profiles.
pub fn aws() -> StandIn {
    let roles = ["111111111111", "222222222222"].map(|account| Role {
        arn: format!("arn:aws:iam::{account}:role/admin"),
        ..Role::named("admin")
    });
    StandIn::start(Options::with_roles(roles))
}

/// bash at its prompt, the snippet loaded.
fn terminal(home: &Home) -> Screen {
    let bashrc = home.write(".bashrc", "PS1='$ '\neval \"$(awsmfa init bash)\"\n");
    let rcfile = bashrc.to_str().expect("a UTF-8 path");
    let screen = Screen::start(
        &["bash", "--noprofile", "--rcfile", rcfile, "-i"],
        home.path(),
        &home.environment(),
    );
    screen.wait_for("a prompt", |text| text == "$");
    screen
}

/// Types the block's lines and returns what the terminal shows then.
fn typed(block: &str, aws: &StandIn) -> String {
    let home = Home::calling(aws).with_the_aws_cli();
    write_profiles(&home);
    let screen = terminal(&home);
    let code = aws.code();
    let (mut lines, mut commands) = (block.lines().peekable(), 0);
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            continue;
        };
        screen.write_line(&command.replace(CODE, &code));
        commands += 1;
        if lines
            .peek()
            .is_some_and(|answer| answer.ends_with(&format!(": {CODE}")))
        {
            screen.wait_for("a question", |text| text.contains("MFA code for "));
            screen.write_line(&code);
        }
        screen.wait_for("the next prompt", |text| {
            let prompts = text
                .lines()
                .filter(|line| *line == "$" || line.starts_with("$ "));
            prompts.count() > commands && text.ends_with("\n$")
        });
    }
    let text = screen.text().replace(&code, CODE);
    text.strip_suffix("\n$").map(str::to_owned).unwrap_or(text)
}

/// Whether the lines are those of the pattern.
fn matches(pattern: &[&str], lines: &[&str]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((&"…", rest)) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, others)| matches_line(first, line) && matches(rest, others)),
    }
}

fn matches_line(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else {
        return pattern == line;
    };
    let Some(line) = line.strip_prefix(start) else {
        return false;
    };
    let mut ends = line
        .char_indices()
        .map(|(index, _)| index)
        .chain([line.len()]);
    ends.any(|index| matches_line(rest, &line[index..]))
}

/// The blocks of the README, and those of the manual that begin with a prompt.
fn console_blocks() -> Vec<String> {
    let mut blocks = readme_blocks("console");
    assert!(!blocks.is_empty(), "the README has console blocks");
    let of_pages = PAGES.into_iter().flat_map(manual_blocks);
    blocks.extend(of_pages.filter(|block| block.starts_with("$ ")));
    assert!(blocks.len() > 5, "the manual has console blocks");
    blocks
}

#[test]
fn console_blocks_show_what_happens() {
    for block in console_blocks() {
        let aws = aws();
        let shown = typed(&block, &aws);
        let (pattern, lines): (Vec<_>, Vec<_>) = (block.lines().collect(), shown.lines().collect());
        assert!(
            matches(&pattern, &lines),
            "the block says\n\n{block}\n\nand the terminal\n\n{shown}"
        );
    }
}

#[test]
fn the_readme_is_a_page() {
    assert!(README.lines().count() < 200, "more belongs in man/");
}

/// A pattern that matches everything would let every block pass.
#[test]
fn patterns_match_only_their_texts() {
    assert!(matches(&["a…c", "…", "d"], &["abbc", "x", "y", "d"]));
    assert!(matches(&["…"], &[]));
    assert!(!matches(&["a…c"], &["abb"]));
    assert!(!matches(&["…", "d"], &["x"]));
    assert!(!matches(&[], &["x"]));
}
