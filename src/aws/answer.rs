//! What AWS's answers must look like before they are used. The SDK reads a truncated answer
//! without an error: missing parts become empty strings and the year 1970.

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use super::error::CallError;
use crate::credentials::Credentials;
use crate::secret::Secret;

/// How much later than asked a session may end: the answer took a while, and clocks differ by
/// what [`crate::clock::Clock`] ignores. A session that claims to last longer (AWS's never do) counts
/// as ending then, so that it is renewed in time.
const SLACK: Duration = Duration::from_mins(5);

/// `accessKeyIdType`: 16 to 128 characters.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>
const ACCESS_KEY_ID_LENGTH: RangeInclusive<usize> = 16..=128;

/// 40 in practice; AWS states no limit.
const SECRET_LENGTH: RangeInclusive<usize> = 16..=256;

/// "The size of the security token … is not fixed"; what an environment variable can hold.
const TOKEN_LENGTH: RangeInclusive<usize> = 1..=65_536;

/// Checks temporary credentials that were asked for `duration_seconds` at AWS's time `now`, and
/// takes them out of the SDK's type, which does not wipe.
pub fn credentials(
    answer: Option<aws_sdk_sts::types::Credentials>,
    now: SystemTime,
    duration_seconds: u64,
) -> Result<Credentials, CallError> {
    let answer = answer.ok_or(CallError::Unusable("it has no credentials"))?;
    let access_key_id = answer.access_key_id;
    let secret_access_key = Secret::new(answer.secret_access_key);
    let session_token = Secret::new(answer.session_token);
    let expiration = SystemTime::try_from(answer.expiration)
        .map_err(|_| CallError::Unusable("its expiration is not a date"))?;
    let is_id = is_word(&access_key_id, ACCESS_KEY_ID_LENGTH);
    check(is_id, "its access key id is missing or not valid")?;
    let is_secret = is_word(secret_access_key.expose(), SECRET_LENGTH);
    check(is_secret, "its secret access key is missing or not valid")?;
    let is_token = is_word(session_token.expose(), TOKEN_LENGTH);
    check(is_token, "its session token is missing or not valid")?;
    check(
        expiration > SystemTime::UNIX_EPOCH,
        "its expiration is missing",
    )?;
    check(expiration > now, "its session has already expired")?;
    let latest = now + Duration::from_secs(duration_seconds) + SLACK;
    Ok(Credentials {
        access_key_id,
        secret_access_key,
        session_token,
        expiration: expiration.min(latest),
    })
}

fn check(is_sound: bool, problem: &'static str) -> Result<(), CallError> {
    let sound = is_sound.then_some(());
    sound.ok_or(CallError::Unusable(problem))
}

fn is_word(text: &str, length: RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;
    use proptest::prelude::*;

    const NOW: u64 = 1_767_323_045;
    const TOKEN: &str = "FwoGZXIvYXdzE+/=_-token";

    fn check(id: &str, secret: &str, token: &str, expires_in: i64) -> Result<Credentials, String> {
        let expiration = DateTime::from_secs(NOW.cast_signed() + expires_in);
        let answer = aws_sdk_sts::types::Credentials::builder()
            .access_key_id(id)
            .secret_access_key(secret)
            .session_token(token)
            .expiration(expiration)
            .build()
            .unwrap();
        credentials(
            Some(answer),
            SystemTime::UNIX_EPOCH + Duration::from_secs(NOW),
            3_600,
        )
        .map_err(|error| match error {
            CallError::Unusable(part) => part.to_owned(),
            _ => unreachable!(),
        })
    }

    const ID: &str = "ASIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY";

    #[test]
    fn a_sound_answer_is_taken() {
        for expires_in in [1, 900, 3_600, 3_660] {
            let taken = check(ID, SECRET, TOKEN, expires_in).unwrap();
            assert_eq!(taken.access_key_id, ID);
            assert_eq!(taken.secret_access_key.expose(), SECRET);
            assert_eq!(taken.session_token.expose(), TOKEN);
        }
    }

    #[test]
    fn keys_of_compatible_services_are_taken() {
        let printable: String = ('!'..='~').collect();
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl_-~";
        for text in [printable.as_str(), jwt] {
            assert!(check(text, SECRET, text, 60).is_ok(), "{text}");
            assert!(check(ID, text, TOKEN, 60).is_ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_one_word_of_ascii(
            id in "[A-Z0-9]{14,20}(\\PC[A-Z0-9]|[$'`;\n])?",
            secret in "[A-Za-z0-9/+]{14,40}(\\PC[a-z]|[$'`;\n])?",
            token in "[A-Za-z0-9/+=]{0,42}(\\PC[a-z]|[$'`;\n])?",
            expires_in in prop_oneof![-10..4_000_i64, any::<i32>().prop_map(i64::from)],
        ) {
            if let Ok(taken) = check(&id, &secret, &token, expires_in) {
                let values = [&taken.access_key_id, taken.secret_access_key.expose(), taken.session_token.expose()];
                for value in values {
                    prop_assert!(!value.is_empty());
                    prop_assert!(value.chars().all(|c| c.is_ascii_graphic()));
                }
                prop_assert!(expires_in > 0);
                prop_assert!(taken.expiration <= SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 3_900));
            }
        }

        #[test]
        fn no_expiration_makes_it_panic(seconds: i64, nanoseconds in 0..1_000_000_000_u32) {
            let answer = aws_sdk_sts::types::Credentials::builder()
                .access_key_id(ID)
                .secret_access_key(SECRET)
                .session_token(TOKEN)
                .expiration(DateTime::from_secs_and_nanos(seconds, nanoseconds))
                .build()
                .unwrap();
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
            let taken = credentials(Some(answer), now, 3_600);
            let ends_in = i128::from(seconds) - i128::from(NOW);
            prop_assert_eq!(taken.is_ok(), ends_in >= 0 && (ends_in, nanoseconds) > (0, 0));
            prop_assert!(taken.is_ok_and(|taken| taken.expiration <= now + Duration::from_mins(65)) || ends_in <= 0);
        }
    }

    #[test]
    fn every_field_is_checked() {
        let refused = [
            check("", SECRET, TOKEN, 60),
            check("ASIA", SECRET, TOKEN, 60),
            check("ASIAIOSFODNN7EXAMP E", SECRET, TOKEN, 60),
            check("ASIAIOSFODNN7EXAMP\u{e9}E", SECRET, TOKEN, 60),
            check(ID, "", TOKEN, 60),
            check(ID, "wJalrXUtnFEMI\n/K7MDENG/bPx", TOKEN, 60),
            check(ID, "wJalrXUtnFEMI\u{7f}/K7MDENG/bPx", TOKEN, 60),
            check(ID, SECRET, "", 60),
            check(ID, SECRET, "tok en", 60),
            check(ID, SECRET, "tok\ten", 60),
            check(ID, SECRET, "tok\u{a0}en", 60),
            check(ID, SECRET, &"a".repeat(65_537), 60),
            check(ID, SECRET, TOKEN, 0),
            check(ID, SECRET, TOKEN, -NOW.cast_signed()),
        ];
        for (row, outcome) in refused.into_iter().enumerate() {
            assert!(outcome.is_err(), "row {row}");
        }
        assert!(credentials(None, SystemTime::UNIX_EPOCH, 3_600).is_err());
    }
}
