//! `awsmfa init`: the snippet for the shell's rc file.

use anyhow::Result;
use clap::ValueEnum as _;

use super::completions::script;
use super::done::Done;
use crate::cli::{Init, completions};
use crate::context::Context;
use crate::shell::Shell;

/// A part of a snippet lies between two lines that begin with these, followed by the part's name.
const BEGIN: &str = "# >>> ";
const END: &str = "# <<< ";

/// The snippet of `shell/`, with the parts that the flags ask for: warnings before the prompt, and
/// the renewal of a role's session there. Completions come along: not every way to install awsmfa
/// puts them where the shell looks.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every command")]
pub fn run(args: &Init, context: &Context<'_>) -> Result<Done> {
    let renewal = args.shell.renewal().filter(|_| args.renew);
    if args.renew && renewal.is_none() {
        context
            .messages
            .note("--renew has no effect in sh: nothing runs before its prompt");
    }
    let is_kept = |part: &str| match part {
        "warnings" => !args.no_warnings,
        _ => !args.no_warnings || renewal.is_some(),
    };
    let snippet = with_parts(args.shell.snippet(), is_kept);
    let completions = completions_beside(args.shell);
    Ok(Done::print(
        snippet + completions + renewal.unwrap_or_default(),
    ))
}

/// The completion script, if there is one. nushell's snippet completes `aws-mfa-on`; for `awsmfa`, it has a
/// file of its own.
fn completions_beside(shell: Shell) -> &'static str {
    let shell = Some(shell).filter(|shell| *shell != Shell::Nu);
    let shell = shell.and_then(|shell| completions::Shell::from_str(shell.name(), false).ok());
    shell.map_or("", script)
}

pub fn with_parts(snippet: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let mut keeps = true;
    let kept = snippet.split_inclusive('\n').filter(|line| {
        if let Some(part) = line.strip_prefix(BEGIN) {
            keeps = is_kept(part.trim_end());
        }
        let kept = keeps;
        keeps |= line.starts_with(END);
        kept
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_not_wanted_are_left_out() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let all = shell.snippet();
            assert_eq!(with_parts(all, |_| true), all, "{shell:?}");
            let without = with_parts(all, |part| part == "hook");
            assert!(!without.contains("warnings"), "{shell:?}: {without}");
            assert!(without.contains("function __awsmfa_before_prompt"));
            let bare = with_parts(all, |_| false);
            assert!(!bare.contains("before_prompt"), "{shell:?}: {bare}");
            assert!(bare.contains("awsmfa_prompt") && bare.contains("aws-mfa-off"));
        }
        let xonsh = Shell::Xonsh.snippet();
        for (kept, functions) in [
            ("", [false, false]),
            ("hook", [true, false]),
            ("hook warnings", [true, true]),
        ] {
            let snippet = with_parts(xonsh, |part| kept.contains(part));
            let defined =
                ["def before_prompt", "def say_changes"].map(|name| snippet.contains(name));
            assert_eq!(defined, functions, "{kept}: {snippet}");
        }
        let sh = Shell::Sh.snippet();
        assert_eq!(with_parts(sh, |_| false), sh);
    }
}
