//! The one place that reads the clock, and the difference between it and AWS's.

use std::cell::Cell;
use std::time::SystemTime;

/// The computer's clock, and what has been learned of AWS's from the `Date` of its answers.
#[derive(Debug, Default)]
pub struct Clock {
    /// AWS's time minus ours, in seconds.
    offset: std::sync::atomic::AtomicI64,
}

impl Clock {
    /// The computer's time.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn local(&self) -> SystemTime {
        SystemTime::now()
    }

    /// AWS's time, as far as it is known.
    pub fn aws(&self) -> SystemTime {
        todo!()
    }

    /// An answer of AWS said that it is `date`.
    pub fn learn(&self, date: SystemTime) {
        todo!()
    }

    /// AWS's time minus the computer's, in seconds; 0 until learned.
    pub fn offset_seconds(&self) -> i64 {
        todo!()
    }
}
