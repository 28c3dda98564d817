//! The clock, as far as files tell without the network, and the ledger of used codes.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Setup;
use super::finding::Finding;
use super::startup::shown;
use crate::duration::in_words;
use crate::mfa::{LastUses, Ledger};

const CHECK: &str = "clock";
const LEDGER: &str = "ledger";

pub const SET_IT: &str = if cfg!(target_os = "macos") {
    "set it: sudo sntp -sS time.apple.com"
} else {
    "set it: sudo timedatectl set-ntp true"
};

/// AWS refuses a request whose time is off by more.
const OF_SIGNATURES: Duration = Duration::from_mins(15);

/// A code for a later time than this was computed by another clock: AWS accepts the next 30 seconds'
/// code too.
const OF_CODES: Duration = Duration::from_secs(90);

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let context = setup.context;
    let now = context.clock.local();
    let mut findings = Vec::new();
    let uses = match Ledger::of(context.environment).last_uses() {
        Ok(uses) => uses,
        Err(error) => {
            let text = format!(
                "could not use the ledger of used codes, so two terminals may send the same code: {error:#}"
            );
            let hint =
                "make the directory yours alone: chmod 700; or name another with XDG_RUNTIME_DIR";
            findings.push(Finding::warning(LEDGER, text, hint));
            LastUses::new()
        }
    };
    let home = context.environment.home().unwrap_or_default();
    let files = ["credentials", "config"].map(|name| home.join(".aws").join(name));
    let behind =
        of_ledger(&uses, now).or_else(|| files.iter().find_map(|file| of_file(file, &home, now)));
    findings.extend(behind.map(|why| {
        let text = format!("this computer's clock seems to be behind: {why}");
        Finding::warning(CHECK, text, SET_IT)
    }));
    findings
}

fn of_ledger(uses: &LastUses, now: SystemTime) -> Option<String> {
    let (serial, start) = uses.iter().max_by_key(|(_, start)| **start)?;
    let ahead = ahead(
        UNIX_EPOCH.checked_add(Duration::from_secs(*start))?,
        now,
        OF_CODES,
    )?;
    Some(format!("a code of {serial} was used {ahead} from now"))
}

fn of_file(path: &Path, home: &Path, now: SystemTime) -> Option<String> {
    let changed = path.metadata().ok()?.modified().ok()?;
    let ahead = ahead(changed, now, OF_SIGNATURES)?;
    Some(format!(
        "{} was changed {ahead} from now",
        shown(path, home)
    ))
}

/// By how much `time` is after `now`, if it is by more than `tolerated`.
fn ahead(time: SystemTime, now: SystemTime, tolerated: Duration) -> Option<String> {
    let ahead = time.duration_since(now).ok()?;
    // To the minute: nobody sets a clock by this.
    let minutes = (ahead.as_secs() + 30) / 60;
    (ahead > tolerated).then(|| in_words(minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_code_of_the_future_tells_of_a_clock_that_is_behind() {
        let uses = |start| LastUses::from([("d".to_owned(), start), ("e".to_owned(), 0)]);
        let now = at(1_000_000);
        assert_eq!(of_ledger(&uses(1_000_020), now), None);
        assert_eq!(of_ledger(&uses(900_000), now), None);
        let found = of_ledger(&uses(1_000_000 + 7200), now);
        assert_eq!(found.as_deref(), Some("a code of d was used 2h from now"));
        assert_eq!(of_ledger(&uses(u64::MAX), now), None);
    }

    #[test]
    fn a_file_of_the_future_does_too() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config");
        std::fs::write(&path, "").unwrap();
        let changed = path.metadata().unwrap().modified().unwrap();
        let hour = Duration::from_hours(1);
        assert_eq!(of_file(&path, directory.path(), changed + hour), None);
        let found = of_file(&path, directory.path(), changed - hour);
        assert_eq!(found.as_deref(), Some("~/config was changed 1h from now"));
    }
}
