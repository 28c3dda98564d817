//! What the project says to its users: README.md and the pages of section 7, and the blocks in them.

pub const README: &str = include_str!("../../README.md");
pub const MANUAL: &str = include_str!("../../man/awsmfa.7");
pub const AGENT: &str = include_str!("../../man/awsmfa-agent.7");
pub const INSTALL: &str = include_str!("../../man/awsmfa-install.7");
pub const MIGRATION: &str = include_str!("../../man/awsmfa-migration.7");
pub const RECIPES: &str = include_str!("../../man/awsmfa-recipes.7");
pub const TROUBLESHOOTING: &str = include_str!("../../man/awsmfa-troubleshooting.7");

/// What the project says of itself: its promises, how it is built, and what is new.
pub const OF_THE_PROJECT: [&str; 3] = [
    include_str!("../../.github/SECURITY.md"),
    include_str!("../../.github/CONTRIBUTING.md"),
    include_str!("../../CHANGELOG.md"),
];

/// All pages of the manual's section 7.
pub const PAGES: [&str; 6] = [MANUAL, AGENT, INSTALL, MIGRATION, RECIPES, TROUBLESHOOTING];

/// The README's blocks of one language.
pub fn readme_blocks(language: &str) -> Vec<String> {
    blocks(README, &format!("\n```{language}\n"), "\n```")
}

/// A page's blocks, as a reader sees them.
pub fn manual_blocks(page: &str) -> Vec<String> {
    let shown = |text: String| {
        let lines = text
            .lines()
            .map(|line| line.strip_prefix(r"\&").unwrap_or(line));
        let lines = lines.map(|line| line.replace(r"\(dq", "\"").replace(r"\e", "\\"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let found = blocks(page, "\n.Bd -literal -offset indent\n", "\n.Ed");
    found.into_iter().map(shown).collect()
}

/// The first block with this in it, in any place.
pub fn block_with(text: &str) -> String {
    let of_pages = PAGES.into_iter().flat_map(manual_blocks);
    let of_readme = ["console", "ini", "sh"].into_iter().flat_map(readme_blocks);
    let found = of_readme.chain(of_pages).find(|block| block.contains(text));
    found.unwrap_or_else(|| panic!("no block says {text}"))
}

fn blocks(page: &str, start: &str, end: &str) -> Vec<String> {
    let rests = page.split(start).skip(1);
    rests
        .map(|rest| rest.split(end).next().unwrap_or_default().to_owned())
        .collect()
}
