//! Who still uses a session that lies on disk.

use std::collections::{BTreeMap, BTreeSet};

use crate::environment::{ACCESS_KEY_ID, Environment, PROFILE_NAMES};
use crate::leftovers::Leftover;
use crate::processes::variables_of_others;

/// By key id and by profile, the processes and the terminal that use them.
pub struct Holders(BTreeMap<String, Vec<String>>);

impl Holders {
    /// Looks at this process's variables, and at those with which the user's other processes were
    /// started, as far as the system shows them.
    pub fn of(leftovers: &[Leftover], environment: &Environment) -> Self {
        let wanted: BTreeSet<_> = leftovers.iter().flat_map(names).collect();
        let mut holders = BTreeMap::<_, Vec<_>>::new();
        if wanted.is_empty() {
            return Self(holders);
        }
        for name in [ACCESS_KEY_ID].into_iter().chain(PROFILE_NAMES) {
            let own = environment.get(name).map(|value| format!("{name}={value}"));
            if let Some(own) = own.filter(|own| wanted.contains(own)) {
                holders
                    .entry(own)
                    .or_default()
                    .push("this terminal".to_owned());
            }
        }
        for process in variables_of_others() {
            for entry in process
                .entries
                .into_iter()
                .filter(|entry| wanted.contains(entry))
            {
                let user = format!("{} (process {})", process.name, process.pid);
                holders.entry(entry).or_default().push(user);
            }
        }
        Self(holders)
    }

    pub fn who_use(&self, leftover: &Leftover) -> Vec<String> {
        let users = names(leftover).filter_map(|name| self.0.get(&name));
        users.flatten().cloned().collect()
    }
}

/// The variables that show that a process uses it: `AWS_PROFILE=dev`.
fn names(leftover: &Leftover) -> impl Iterator<Item = String> {
    let id = leftover
        .access_key_id()
        .map(|id| format!("{ACCESS_KEY_ID}={id}"));
    let section = leftover.section.as_ref();
    let profile = section.and_then(|section| section.profile.clone());
    let profiles = profile
        .into_iter()
        .flat_map(|profile| PROFILE_NAMES.map(|name| format!("{name}={profile}")));
    id.into_iter().chain(profiles)
}
