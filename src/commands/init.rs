//! `awsmfa init`: the snippet for the shell's rc file.

use anyhow::Result;

use super::done::Done;
use crate::cli::Init;
use crate::context::Context;

/// The lines around the part of a snippet that `--no-warnings` leaves out.
const WARNINGS: [&str; 2] = ["# >>> warnings\n", "# <<< warnings\n"];

/// The snippet of `shell/`, with or without the warnings before the prompt.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every command")]
pub fn run(args: &Init, _: &Context<'_>) -> Result<Done> {
    let snippet = args.shell.snippet();
    Ok(Done::print(if args.no_warnings {
        without_warnings(snippet)
    } else {
        snippet.to_owned()
    }))
}

fn without_warnings(snippet: &str) -> String {
    let parts = snippet
        .split_once(WARNINGS[0])
        .and_then(|(before, rest)| Some((before, rest.split_once(WARNINGS[1])?.1)));
    parts.map_or(snippet.to_owned(), |(before, after)| {
        before.to_owned() + after
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Shell;

    #[test]
    fn no_warnings_leaves_exactly_the_marked_part_out() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let with = shell.snippet();
            let without = without_warnings(with);
            assert!(with.contains("__awsmfa_warn"), "{shell:?}");
            assert!(!without.contains("warn"), "{shell:?}: {without}");
            assert!(without.contains("awsmfa_prompt") && without.contains("aws-mfa-off"));
        }
        let sh = Shell::Sh.snippet();
        assert_eq!(without_warnings(sh), sh);
    }
}
