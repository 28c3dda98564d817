//! The file with the secret of the MFA device. Neither its text nor a path that does not exist is
//! shown: the path may be the secret itself.

use super::Setup;
use super::finding::{Finding, Level};
use crate::message::hint_of;
use crate::mfa::check_secret_file;
use crate::origin::Sourced;

const CHECK: &str = "secret-file";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let finding = |line: Sourced<&str>| {
        let path = setup.context.environment.expand(line.value.into());
        match check_secret_file(&path) {
            Ok(true) => None,
            Ok(false) => {
                let message = format!("{} names a file that does not exist", line.origin);
                let hint = "write the path of a file (chmod 600) with the secret in it, not the secret itself";
                Some(Finding::error(CHECK, message, hint))
            }
            // Of a file that others can read: the check of permissions says the same.
            Err(error) if hint_of(&error).is_some() => None,
            Err(error) => Some(Finding {
                hint: Some(format!("correct the file, or the path in {}", line.origin)),
                level: Level::Error,
                ..Finding::of_error(CHECK, &error)
            }),
        }
    };
    let sections = setup.sections.iter();
    let lines = sections.filter_map(|section| section.get("mfa_secret_file"));
    lines.filter_map(finding).collect()
}
