use super::*;

fn learned(difference: i64) -> Clock {
    let clock = Clock::default();
    let distance = Duration::from_secs(difference.unsigned_abs());
    // Half a second more, so that the time that passes in between does not change the figure.
    let half = Duration::from_millis(500);
    let local = clock.local();
    clock.learn(
        if difference < 0 {
            local - distance
        } else {
            local + distance + half
        },
        false,
    );
    clock
}

#[test]
fn small_differences_are_not_followed() {
    for difference in [-5, -1, 0, 1, 5] {
        assert_eq!(learned(difference).offset_seconds(), 0, "{difference}");
    }
}

#[test]
fn a_difference_is_followed_in_both_directions() {
    for difference in [-10_920, -60, 60, 10_920] {
        let clock = learned(difference);
        assert!(
            (clock.offset_seconds() - difference).abs() <= 1,
            "{difference}"
        );
        let ahead = clock.aws() > clock.local();
        assert_eq!(ahead, difference > 0, "{difference}");
    }
}

#[test]
fn an_agreement_clears_what_was_learned() {
    let clock = learned(600);
    clock.learn(clock.local(), true);
    assert_eq!(clock.offset_seconds(), 0);
    assert_eq!(clock.difference(), None);
}

#[test]
fn clones_share_what_they_learn() {
    let clock = Clock::default();
    let date = clock.local() + Duration::from_hours(2);
    clock.clone().learn(date, false);
    assert!(clock.offset_seconds() > 7_000);
}

#[test]
fn the_difference_is_told_in_words() {
    let behind = learned(10_920).difference().unwrap();
    assert_eq!(behind, "this computer's clock is 3h 2m behind AWS's");
    let far = learned(-40 * 86_400);
    assert!(far.is_too_far_for_codes() && !learned(86_400).is_too_far_for_codes());
    let far = far.difference().unwrap();
    assert_eq!(far, "this computer's clock seems to be 40d ahead of AWS's");
    let ahead = learned(-86_400).difference().unwrap();
    assert_eq!(ahead, "this computer's clock is 24h ahead of AWS's");
    for (seconds, words) in [
        (59, "59s"),
        (3_569, "59m 29s"),
        (3_599, "1h"),
        (7_199, "2h"),
        (86_399, "24h"),
        (864_001, "10d"),
    ] {
        assert_eq!(in_words(rounded(seconds)), words);
    }
}

#[test]
fn a_clock_beyond_all_dates_stands_at_their_edge() {
    let second = Duration::from_secs(1);
    let ages = [
        UNIX_EPOCH - second,
        UNIX_EPOCH - Duration::from_secs(1 << 62),
    ];
    for time in ages {
        assert_eq!(datable(time), UNIX_EPOCH);
    }
    let end = UNIX_EPOCH + LATEST;
    for time in [end, end + second, end + Duration::from_secs(1 << 62)] {
        assert_eq!(datable(time), end);
    }
    let now = Clock::default().local();
    assert_eq!(datable(now), now);
}

#[test]
fn an_absurd_date_is_not_followed() {
    for seconds in [0, 86_400, 1_577_836_799, 4_102_444_800, 253_402_300_799] {
        let clock = Clock::default();
        clock.learn(UNIX_EPOCH + Duration::from_secs(seconds), false);
        assert_eq!(clock.offset_seconds(), 0, "{seconds}");
    }
}

/// Who accepts a signature agrees with its time to 15 minutes.
#[test]
fn a_date_that_the_signature_contradicts_is_not_followed() {
    let clock = Clock::default();
    let (near, far) = (Duration::from_mins(14), Duration::from_mins(17));
    for date in [clock.local() + far, clock.local() - far] {
        clock.learn(date, true);
        assert_eq!(clock.offset_seconds(), 0);
    }
    clock.learn(clock.local() + near, true);
    assert!(clock.offset_seconds() > 800);
    // What counts is the time that was signed with.
    let clock = learned(86_400);
    clock.learn(clock.aws(), true);
    assert!(clock.offset_seconds() > 86_000);
    clock.learn(clock.local(), true);
    assert!(clock.offset_seconds() > 86_000);
}

#[test]
fn the_difference_is_news_once() {
    let clock = learned(3_600);
    assert!(clock.clone().untold_difference().is_some());
    assert_eq!(clock.untold_difference(), None);
}
