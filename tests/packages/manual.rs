//! awsmfa(7) names the variables that the program sets, unsets and reads. (The pages of section 1
//! are compared in `src/cli/man_pages.rs`: only there is the definition of the command line.)

use std::collections::BTreeSet;

use crate::support::home::{Home, exported};
use crate::support::landing::Landing;

const PAGE: &str = include_str!("../../man/awsmfa.7");

/// The variables that a part of the section ENVIRONMENT lists.
fn listed(part: &str) -> BTreeSet<&'static str> {
    let (_, rest) = PAGE.split_once(&format!("\n.Ss {part}\n")).expect(part);
    let text = rest.split("\n.S").next().unwrap_or_default();
    let names = text.lines().filter_map(|line| line.strip_prefix(".It Ev "));
    names.collect()
}

/// A role with the region of its profile has a value for every variable.
#[test]
fn what_a_login_sets_and_unsets() {
    let landing = Landing::new();
    let code = landing.aws.code();
    let run = landing.awsmfa(["env", "dev", &code, "--shell", "sh"]).run();
    let text = &run.success().stdout;
    let set: BTreeSet<_> = exported(text).into_iter().map(|(name, _)| name).collect();
    let set: BTreeSet<_> = set.iter().map(String::as_str).collect();
    let unset: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("unset ")?.strip_suffix(';'))
        .filter(|name| name.starts_with("AWS_"))
        .collect();
    assert_eq!(set, listed("Set by aws-mfa-on"), "{}", run.story());
    assert_eq!(unset, listed("Unset by aws-mfa-on"), "{}", run.story());
}

/// `[env: A, B=1]` in the help texts.
#[test]
fn what_the_flags_read() {
    let listed = listed("Read");
    for command in ["env", "off", "exec", "plan", "code", "accounts"] {
        let run = Home::new().awsmfa([command, "--help"]).run();
        let help = run
            .success()
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let lists = help
            .split("[env: ")
            .skip(1)
            .filter_map(|rest| rest.split(']').next());
        let read: BTreeSet<&str> = lists
            .flat_map(|list| list.split(", "))
            .map(|name| name.split('=').next().unwrap_or_default())
            .collect();
        assert!(!read.is_empty(), "{command}{}", run.story());
        let missing: Vec<_> = read.difference(&listed).collect();
        assert!(
            missing.is_empty(),
            "awsmfa.7 lacks {missing:?} of {command}"
        );
    }
}
