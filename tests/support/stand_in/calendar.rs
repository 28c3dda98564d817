//! Dates as AWS writes them, all UTC, from and to seconds since the epoch.

const DAY: u64 = 86_400;

/// Year, month, day, hour, minute, second.
type Civil = (u64, u64, u64, u64, u64, u64);

/// `20260102T030405Z`, the form of `X-Amz-Date`.
pub fn basic(epoch: u64) -> String {
    let (year, month, day, hour, minute, second) = civil(epoch);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// `2026-01-02T03:04:05Z`, the form of `Expiration`.
pub fn extended(epoch: u64) -> String {
    let (year, month, day, hour, minute, second) = civil(epoch);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `Fri, 02 Jan 2026 03:04:05 GMT`, the form of the `Date` header (RFC 9110, section 5.6.7).
pub fn http(epoch: u64) -> String {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day, hour, minute, second) = civil(epoch);
    let [weekday, month] =
        [epoch / DAY % 7, month - 1].map(|index| usize::try_from(index).expect("below twelve"));
    let (weekday, month) = (WEEKDAYS[weekday], MONTHS[month]);
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// Reads `20260102T030405Z`; nothing when it is not exactly that.
pub fn parse_basic(text: &str) -> Option<u64> {
    let digits = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (digits(0, 4)?, digits(4, 6)?, digits(6, 8)?);
    let (hour, minute, second) = (digits(9, 11)?, digits(11, 13)?, digits(13, 15)?);
    let days = (days_before_year(year)? + days_before_month(year, month)?).checked_add(day)? - 1;
    let epoch = days * DAY + hour * 3600 + minute * 60 + second;
    // What is written back must be what was read: no 31 February, no 25 o'clock, no lower case.
    (basic(epoch) == text).then_some(epoch)
}

fn civil(epoch: u64) -> Civil {
    let mut days = epoch / DAY;
    let mut year = 1970;
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while days >= days_in_month(year, month) {
        days -= days_in_month(year, month);
        month += 1;
    }
    let rest = epoch % DAY;
    (
        year,
        month,
        days + 1,
        rest / 3600,
        rest / 60 % 60,
        rest % 60,
    )
}

fn days_before_year(year: u64) -> Option<u64> {
    (1970..=9999)
        .contains(&year)
        .then(|| (1970..year).map(days_in_year).sum())
}

fn days_before_month(year: u64, month: u64) -> Option<u64> {
    (1..=12)
        .contains(&month)
        .then(|| (1..month).map(|earlier| days_in_month(year, earlier)).sum())
}

fn days_in_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}
