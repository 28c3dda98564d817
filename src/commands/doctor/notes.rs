//! What other tools make of a profile outside a session. Nothing is wrong with it: these are the
//! surprises that people ask about.

use super::Setup;
use super::finding::Finding;
use crate::files::conventions::ProfileSections;
use crate::origin::{Origin, Sourced};
use crate::profile::{Keys, Profile, follow};

const CHECK: &str = "other-tools";

/// The lines of the profile that tools read in another way than awsmfa.
pub fn of(profile: &Profile, setup: &Setup<'_>) -> Vec<Finding> {
    let name = shell_escape::escape(profile.name.value.as_str().into());
    let on = format!("log in first: aws-mfa-on {name}");
    let mut notes = Vec::new();
    if let Some(serial) = profile.mfa_serial.as_ref() {
        let run =
            format!("run them in the session: aws-mfa-on {name}, or awsmfa exec {name} -- COMMAND");
        let (what, hint) = match profile.role() {
            None => (WITHOUT_ROLE, &on),
            Some(_) if is_own(serial, setup) => (WITH_ROLE, &run),
            Some(_) => (WITH_ROLE_OF_ANOTHER, &on),
        };
        let in_file = matches!(serial.origin, Origin::File { .. });
        notes.extend(in_file.then(|| note(&serial.origin, what, hint)));
    }
    if let Some(process) = &profile.mfa.process {
        notes.push(note(&process.origin, OF_CODES, &on));
    }
    if let Keys::Process(process) = &profile.keys {
        notes.push(note(&process.origin, OF_KEYS, &on));
    }
    notes
}

fn note(origin: &Origin, what: &str, hint: &str) -> Finding {
    Finding {
        hint: Some(hint.to_owned()),
        ..Finding::ok(CHECK, format!("{origin}: {what}"))
    }
}

const WITHOUT_ROLE: &str = "without role_arn, the AWS CLI alone ignores it";
const WITH_ROLE_OF_ANOTHER: &str = "the AWS CLI alone reads it only beside role_arn";
const OF_CODES: &str = "only awsmfa and aws-vault read it, and the AWS CLI asks for a code";
const OF_KEYS: &str = "outside a session, every tool runs it for itself";
const WITH_ROLE: &str = "outside a session, boto3 and Terraform cannot ask for the code \
    (RefreshWithMFAUnsupportedError, AssumeRoleTokenProviderNotSetError)";

/// Whether the profile itself names the device, rather than its source.
fn is_own(serial: &Sourced<String>, setup: &Setup<'_>) -> bool {
    let (profiles, _) = follow(setup.files, &setup.name.value, setup.context.environment);
    let own = profiles.first().and_then(ProfileSections::mfa_serial);
    own.is_some_and(|own| own.origin == serial.origin)
}
