//! Lines that the AWS CLI refuses or misunderstands, and files that cannot be read.

use super::Sights;
use super::finding::{Finding, Level};

const CHECK: &str = "files";

pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    let problem = |problem: String| Finding {
        level: Level::Error,
        ..Finding::ok(CHECK, problem)
    };
    sights.files.problems().map(problem).collect()
}
