//! The names that a new device may get. A device that nobody can delete (AWS's samples of policies
//! let no user delete one) must not block the next.

use anyhow::{Context as _, Result};

use super::NO_ENROLMENT;
use super::owner::Owner;
use super::place::Prepared;

/// The highest number behind a user's name.
const LAST: usize = 20;

/// In the order in which they are tried: the one that was asked for; or the user's name, to which
/// older policies restrict devices, then that and a number.
pub struct Names {
    pub all: Vec<String>,
    /// `--name`: no other will do.
    pub is_asked: bool,
}

impl Names {
    /// # Errors
    /// The place cannot take the name that was asked for, or any at all.
    pub fn new(asked: Option<&str>, owner: &Owner<'_>, place: &Prepared) -> Result<Self> {
        let mut all = match asked {
            Some(name) => vec![name.to_owned()],
            None => usual(owner),
        };
        let mut problem = None;
        all.retain(|name| match place.check_free(&owner.serial_of(name)) {
            Ok(()) => true,
            Err(error) => {
                problem.get_or_insert(error);
                false
            }
        });
        match problem {
            Some(problem) if all.is_empty() => Err(problem).context(NO_ENROLMENT),
            _ => Ok(Self {
                all,
                is_asked: asked.is_some(),
            }),
        }
    }
}

fn usual(owner: &Owner<'_>) -> Vec<String> {
    let user = owner.name.as_str();
    let numbered = (2..=LAST).map(|number| format!("{user}-{number}"));
    let names = std::iter::once(user.to_owned()).chain(numbered);
    names
        .filter(|name| !owner.devices.contains(&owner.serial_of(name)))
        .collect()
}
