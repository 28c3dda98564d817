//! Lines that the AWS CLI refuses or misunderstands, and files that cannot be read.

use super::Sights;
use super::finding::{Finding, Level};

const CHECK: &str = "files";

pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    let problem = |problem: String| Finding {
        level: Level::Error,
        ..Finding::ok(CHECK, problem)
    };
    let problems = sights.files.problems().map(problem);
    std::iter::once(summary(sights)).chain(problems).collect()
}

fn summary(sights: &Sights<'_>) -> Finding {
    let shown = sights.files.both().map(|file| {
        let state = if file.missing { " (not there)" } else { "" };
        format!("{}{state}", file.shown.display())
    });
    let count = sights.files.profile_names().len();
    let profiles = if count == 1 { "profile" } else { "profiles" };
    let message = format!("{count} {profiles} in {}", shown.join(" and "));
    Finding::ok(CHECK, message)
}
