//! The MFA devices of the user, and devices that no user has.

use super::super::finding::Finding;
use super::Asked;
use crate::commands::enroll::deletion;
use crate::origin::Sourced;
use crate::profile::gives_codes;

const CHECK: &str = "device";
const ORPHANS: &str = "unassigned devices";

/// The profile follows.
const ENROLL: &str = "make a virtual device: awsmfa enroll";

pub async fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let configured = asked.profile.mfa_serial.as_ref();
    match asked.iam.mfa_devices().await {
        Ok(serials) => {
            let needs_one = asked.profile.roles.is_empty();
            let finding = of_devices(configured, asked.caller, &serials, needs_one);
            let enroll = format!("{ENROLL} {}", asked.name());
            let hint = finding.hint.as_ref();
            let hint = hint.map(|hint| hint.replace(ENROLL, &enroll));
            vec![Finding { hint, ..finding }]
        }
        // A login would have to ask the same question.
        Err(failure) if configured.is_none() && asked.profile.roles.is_empty() => {
            vec![Finding::of_error(CHECK, &failure.error)]
        }
        Err(failure) => vec![asked.unanswered(CHECK, &failure)],
    }
}

fn of_devices(
    configured: Option<&Sourced<String>>,
    caller: &str,
    serials: &[String],
    needs_one: bool,
) -> Finding {
    let usable = serials.iter().map(String::as_str);
    let usable: Vec<_> = usable.filter(|serial| gives_codes(serial)).collect();
    match configured {
        Some(serial) if serials.contains(&serial.value) => {
            let serial = &serial.value;
            Finding::ok(
                CHECK,
                format!("the MFA device {serial} belongs to {caller}"),
            )
        }
        Some(serial) => {
            let Sourced { value, origin } = serial;
            let text =
                format!("AWS does not list the MFA device {value} (from {origin}) for {caller}");
            match usable.first() {
                Some(first) => {
                    let text = format!("{text}: it lists {}", serials.join(", "));
                    Finding::error(CHECK, text, format!("write instead: mfa_serial = {first}"))
                }
                None => Finding::error(CHECK, format!("{text}, nor any that takes codes"), ENROLL),
            }
        }
        None => of_list(&usable, caller, serials, needs_one),
    }
}

/// Of a profile that names no device.
fn of_list(usable: &[&str], caller: &str, serials: &[String], needs_one: bool) -> Finding {
    match usable {
        [] => without_device(caller, serials, needs_one),
        [one] => {
            let text =
                format!("AWS lists the MFA device {one} (to skip this lookup: mfa_serial = {one})");
            Finding::ok(CHECK, text)
        }
        [first, ..] => {
            let usable = usable.join(", ");
            let text =
                format!("{caller} has several MFA devices, and each login asks which: {usable}");
            let hint = format!("name the one that you use in the profile: mfa_serial = {first}");
            Finding::warning(CHECK, text, hint)
        }
    }
}

fn without_device(caller: &str, serials: &[String], needs_one: bool) -> Finding {
    if !serials.is_empty() {
        let serials = serials.join(", ");
        let text = format!(
            "{caller} has only passkeys or security keys, which AWS's API does not accept: {serials}"
        );
        return Finding::error(CHECK, text, ENROLL);
    }
    let text = format!("{caller} has no MFA device");
    if needs_one {
        Finding::error(CHECK, text, ENROLL)
    } else {
        Finding::warning(CHECK, text, ENROLL)
    }
}

/// Devices of an enrolment that was broken off: nobody has their secret, and their names are taken.
pub async fn check_unassigned(asked: &Asked<'_>) -> Vec<Finding> {
    match asked.iam.unassigned_devices().await {
        Ok(serials) => of_unassigned(asked.iam.user, &serials),
        Err(failure) => vec![asked.unanswered(ORPHANS, &failure)],
    }
}

/// Those that are named after the user, as enrolments name them.
fn of_unassigned(user: &str, serials: &[String]) -> Vec<Finding> {
    let is_of_user = |serial: &&String| {
        let name = serial.rsplit('/').next().unwrap_or_default();
        let rest = name.strip_prefix(user);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let finding = |serial: &String| {
        let text = format!(
            "the MFA device {serial} belongs to nobody: an enrolment did not finish, and the name is taken"
        );
        let hint = format!(
            "whoever may delete devices can free the name: {}",
            deletion(serial)
        );
        Finding::warning(ORPHANS, text, hint)
    };
    serials.iter().filter(is_of_user).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::Level;
    use super::*;
    use crate::origin::Origin;

    const ALICE: &str = "arn:aws:iam::123456789012:user/team/alice";
    const DEVICE: &str = "arn:aws:iam::123456789012:mfa/alice";
    const KEY: &str = "arn:aws:iam::123456789012:u2f/user/alice/key-X";

    fn level(configured: Option<&str>, serials: &[&str]) -> Level {
        let configured = configured.map(|serial| Sourced::new(serial.to_owned(), Origin::Argument));
        let serials: Vec<_> = serials.iter().map(|serial| (*serial).to_owned()).collect();
        of_devices(configured.as_ref(), ALICE, &serials, true).level
    }

    #[test]
    fn the_configured_device_must_be_one_of_the_users() {
        assert_eq!(level(Some(DEVICE), &[KEY, DEVICE]), Level::Ok);
        assert_eq!(level(Some("GAHT12345678"), &["GAHT12345678"]), Level::Ok);
        assert_eq!(level(Some(DEVICE), &["GAHT12345678"]), Level::Error);
        assert_eq!(level(Some(DEVICE), &[]), Level::Error);
    }

    #[test]
    fn a_login_without_a_configured_device_needs_one_that_takes_codes() {
        assert_eq!(level(None, &[DEVICE]), Level::Ok);
        assert_eq!(level(None, &[DEVICE, KEY]), Level::Ok);
        assert_eq!(level(None, &[DEVICE, "GAHT12345678"]), Level::Warning);
        assert_eq!(level(None, &[KEY]), Level::Error);
        assert_eq!(level(None, &[]), Level::Error);
    }

    #[test]
    fn devices_of_nobody_are_named_if_they_are_named_after_the_user() {
        let other = "arn:aws:iam::123456789012:mfa/alicette";
        let serials = [DEVICE, other, "arn:aws:iam::123456789012:mfa/alice-2"];
        let found = of_unassigned("alice", &serials.map(str::to_owned));
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
