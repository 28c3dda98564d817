//! Jobs that outlive their role's session, with the real SDKs, and STS that goes away meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use super::tools::{long_term_keys_signed_only_the_login, refreshed, sdks};
use crate::support::home::{Invocation, Run};
use crate::support::landing::Landing;
use crate::support::stand_in::{Door, Fault};

/// How STS can be away.
#[derive(Clone, Copy, Debug)]
pub enum Away {
    Refusing,
    Failing,
    Hanging,
}

pub const AWAY: [Away; 3] = [Away::Refusing, Away::Failing, Away::Hanging];

impl Away {
    /// Nobody can assume a role for so long. `door` is where awsmfa reaches STS.
    pub fn happens(self, landing: &Landing, door: &Door, time: Duration) {
        match self {
            Self::Refusing => door.shut(),
            Self::Failing => landing.aws.outage("AssumeRole", Fault::internal_failure()),
            Self::Hanging => landing.aws.outage("AssumeRole", Fault::Silence),
        }
        sleep(time);
        landing.aws.recover();
        door.reopen();
    }
}

/// A landing account whose roles end after so many seconds, with a door to STS for awsmfa alone.
pub fn short_roles(seconds: u64) -> (Landing, Door) {
    let landing = Landing::new();
    landing.aws.change(|options| {
        options.longest_role_session = Some(seconds);
        // The ends of such sessions are looked at by this computer's clock.
        options.clock_offset = 0;
    });
    let door = landing.aws.door();
    (landing, door)
}

/// A client of each SDK asks for so many seconds, all at once. `outage` happens after the first
/// answers.
fn job(landing: &Landing, door: &Door, seconds: u32, outage: impl FnOnce() + Send) -> Run {
    let lines = sdks().into_iter().map(|tool| {
        let line = tool.lasting(seconds);
        format!("{{ {line} && echo {} is done; }} & ", tool.name)
    });
    let lines = lines.collect::<String>();
    // The clients' own calls go on while awsmfa's fail.
    let script = format!("unset AWS_ENDPOINT_URL_STS; {lines} wait");
    let invocation =
        refreshed(landing, &["dev"], &script).env("AWS_ENDPOINT_URL_STS", door.endpoint());
    let before = landing.aws.count("GetCallerIdentity");
    let wanted = before + 2 * sdks().len();
    let begun = || landing.aws.count("GetCallerIdentity") >= wanted;
    run_with(invocation, begun, outage)
}

/// Runs a program to its end; `outage` happens as soon as it has `begun`.
pub fn run_with(
    program: Invocation,
    begun: impl Fn() -> bool + Sync,
    outage: impl FnOnce() + Send,
) -> Run {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                if begun() {
                    return outage();
                }
                sleep(Duration::from_millis(20));
            }
        });
        let run = program.run();
        over.store(true, Ordering::SeqCst);
        run
    })
}

#[track_caller]
fn all_went_well(landing: &Landing, run: &Run) {
    for tool in sdks() {
        run.says(&format!("{} is done", tool.name));
    }
    long_term_keys_signed_only_the_login(&landing.aws);
    assert_eq!(landing.aws.spent().len(), 1, "one code{}", run.story());
}

#[test]
fn a_job_goes_on_past_two_lifetimes_of_its_role() {
    let (landing, door) = short_roles(4);
    let run = job(&landing, &door, 10, || ());
    all_went_well(&landing, &run);
    assert!(landing.aws.assumed("dev") > 2, "{}", run.story());
}

/// Go asks for new credentials when the old ones last 5 more minutes, Python 10: an error then
/// would fail a request that the old ones could have signed.
#[test]
fn credentials_that_are_still_valid_outlast_an_outage() {
    thread::scope(|scope| {
        for away in AWAY {
            scope.spawn(move || {
                let (landing, door) = short_roles(60);
                let run = job(&landing, &door, 12, || {
                    away.happens(&landing, &door, Duration::from_secs(7));
                });
                all_went_well(&landing, &run);
            });
        }
    });
}
