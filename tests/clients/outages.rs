//! STS that goes away, and roles whose sessions end soon.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

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
