//! Dates as AWS writes them.

use proptest::prelude::*;

use crate::support::stand_in::calendar;

#[test]
fn dates_have_aws_forms() {
    assert_eq!(
        calendar::http(1_767_323_045),
        "Fri, 02 Jan 2026 03:04:05 GMT"
    );
    assert_eq!(calendar::extended(951_782_400), "2000-02-29T00:00:00Z");
    for odd in [
        "20260231T000000Z",
        "20260102T250000Z",
        "2026-01-02T03:04:05Z",
        "",
        "é",
        "20260002T000000Z",
    ] {
        assert_eq!(calendar::parse_basic(odd), None, "{odd}");
    }
}

proptest! {
    #[test]
    fn dates_are_read_as_they_are_written(epoch in 0_u64..10_000_000_000) {
        prop_assert_eq!(calendar::parse_basic(&calendar::basic(epoch)), Some(epoch));
    }
}
