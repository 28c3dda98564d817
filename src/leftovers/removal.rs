//! Removing leftovers: whole files, and sections of the profile files. A file is changed once, however
//! many of its sections go, so that a crash leaves all of them or none, and the file's age says until
//! then how old they are.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::file::LARGEST;
use super::{Leftover, Section, file, sections};
use crate::files::create;
use crate::files::edit::{self, Removal};
use crate::files::replace::UserFile;

/// Removes `leftovers`, all of the same path.
///
/// # Errors
/// The file is not what was recognised any more, or cannot be changed. Nothing is removed then.
pub fn remove(path: &Path, leftovers: &[&Leftover]) -> Result<()> {
    let in_sections = leftovers.iter().filter_map(|leftover| {
        let section = leftover.section.as_ref()?;
        Some((section, leftover.access_key_id()?))
    });
    match in_sections.collect::<Vec<_>>().as_slice() {
        [] => leftovers
            .iter()
            .try_for_each(|whole| remove_whole_file(path, whole)),
        in_sections => remove_sections(path, in_sections),
    }
}

fn remove_whole_file(path: &Path, leftover: &Leftover) -> Result<()> {
    let now = file::read(path, LARGEST).map(|(_, status)| status);
    let cannot = || format!("could not remove {}", leftover.shown.display());
    let check = || {
        ensure!(now == Some(leftover.file), CHANGED);
        Ok(())
    };
    check().with_context(cannot)?;
    create::remove(path)
}

const CHANGED: &str = "another program has changed it meanwhile";

fn remove_sections(path: &Path, wanted: &[(&Section, &str)]) -> Result<()> {
    let mut file = UserFile::lock(path)?;
    let cannot = || format!("could not change {}", path.display());
    let wanted = wanted
        .iter()
        .map(|(section, id)| (section.header.as_str(), *id));
    let wanted: BTreeSet<_> = wanted.collect();
    let mut found = BTreeSet::new();
    let mut removals = Vec::new();
    for section in sections::sections(file.contents()) {
        let Some(identity) = section.identity().filter(|own| wanted.contains(own)) else {
            continue;
        };
        found.insert((identity.0.to_owned(), identity.1));
        match section.line_of_whole() {
            Some(line) => removals.push(Removal::Section(line)),
            None => removals.extend(section.lines_of_session().map(Removal::Setting)),
        }
    }
    let check = || {
        ensure!(found.len() == wanted.len(), CHANGED);
        edit::without(file.contents(), &removals)
    };
    let edited = check().with_context(cannot)?;
    file.replace(edited)
}
