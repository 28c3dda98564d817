//! Lines that the AWS CLI refuses or misunderstands, and files that cannot be read.

use super::Setup;
use super::finding::{Finding, Level};
use crate::files::ProfileFile;

const CHECK: &str = "files";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let problem = |problem: String| Finding {
        level: Level::Error,
        ..Finding::ok(CHECK, problem)
    };
    let problems = setup.files.problems().map(problem);
    std::iter::once(summary(setup)).chain(problems).collect()
}

fn summary(setup: &Setup<'_>) -> Finding {
    let shown = setup.files.both().map(ProfileFile::in_words);
    let count = setup.files.profile_names().len();
    let profiles = if count == 1 { "profile" } else { "profiles" };
    let message = format!("{count} {profiles} in {}", shown.join(" and "));
    Finding::ok(CHECK, message)
}
