//! Which of the words behind a command is the profile and which the code.

use super::login::Who;

impl Who {
    /// Gives the positional words their meaning: afterwards `word` is the profile or nothing, and
    /// `token_code` the code. A word that repeats another, or a flag, is not an error.
    pub(super) fn assign_words(&mut self, token_code: &mut Option<String>) -> Result<(), String> {
        let words = [self.word.take(), self.second_word.take()];
        let words = words.into_iter().flatten();
        let (mut codes, mut profiles) = sorted(words.chain(std::mem::take(&mut self.more_words)));
        if let Some(mut flag) = token_code.take() {
            let second_half = profiles.iter().position(|word| is_half(word));
            if let Some(index) = second_half.filter(|_| is_half(&flag)) {
                flag.push_str(&profiles.remove(index));
            }
            codes.push(six_digits(&flag).unwrap_or(flag));
        }
        codes.dedup();
        self.word = profiles.first().cloned();
        profiles.extend(self.profile.clone());
        profiles.dedup();
        if profiles.len() > 1 {
            return Err(surplus(&profiles));
        }
        if codes.len() > 1 {
            return Err("two MFA codes were given".to_owned());
        }
        *token_code = codes.pop();
        Ok(())
    }
}

impl Who {
    /// Takes the codes out of the words: for a command that needs several.
    pub(super) fn take_codes(&mut self) -> Vec<String> {
        let words = [self.word.take(), self.second_word.take()];
        let words = words.into_iter().flatten();
        let (codes, others) = sorted(words.chain(std::mem::take(&mut self.more_words)));
        let mut words = others.into_iter();
        (self.word, self.second_word) = (words.next(), words.next());
        self.more_words = words.collect();
        codes
    }

    /// Takes the word that would be a second profile out of the words: for a command that has another
    /// meaning for it.
    pub(super) fn take_second_profile(&mut self) -> Option<String> {
        let words = [self.word.take(), self.second_word.take()];
        let words = words.into_iter().flatten();
        let (codes, mut others) = sorted(words.chain(std::mem::take(&mut self.more_words)));
        let profiles = usize::from(self.profile.is_none());
        let second = (others.len() > profiles).then(|| others.remove(profiles));
        let mut words = others.into_iter().chain(codes);
        (self.word, self.second_word) = (words.next(), words.next());
        self.more_words = words.collect();
        second
    }
}

/// The codes, whose two halves may be two words, and the other words.
fn sorted(words: impl Iterator<Item = String>) -> (Vec<String>, Vec<String>) {
    let (mut codes, mut others) = (Vec::new(), Vec::new());
    let mut words = words.peekable();
    while let Some(mut word) = words.next() {
        if is_half(&word)
            && let Some(half) = words.next_if(|next| is_half(next))
        {
            word.push_str(&half);
        }
        match six_digits(&word) {
            Some(code) => codes.push(code),
            None => others.push(word),
        }
    }
    (codes, others)
}

/// Why there are too many profiles: one of them may have been meant for a code.
fn surplus(profiles: &[String]) -> String {
    let is_number = |word: &&String| word.bytes().all(|byte| byte.is_ascii_digit());
    match profiles.iter().find(is_number) {
        Some(number) => format!("an MFA code has six digits, this one has {}", number.len()),
        None => format!("more than one profile was given: {}", profiles.join(", ")),
    }
}

fn is_half(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of `123456` or `123 456`, with or without blanks around them.
pub fn six_digits(text: &str) -> Option<String> {
    let text = text.trim();
    let is_blank = |letter: char| letter.is_whitespace() && !letter.is_control();
    let digits = match text.split_once(is_blank) {
        Some((left, right)) if left.len() == 3 => [left, right].concat(),
        _ => text.to_owned(),
    };
    let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[0-9]{5,7}|dev|\\PC{1,7}")
    }

    proptest! {
        #[test]
        fn six_digits_are_the_code_and_anything_else_the_profile(
            first in words(),
            second in words(),
            profile in words(),
            token_code in words(),
        ) {
            let mut who = Who {
                word: first.clone(),
                second_word: second.clone(),
                profile: profile.clone(),
                ..Who::default()
            };
            let mut code = token_code.clone();
            let is_code = |word: &String| word.chars().filter(char::is_ascii_digit).count() == 6 && word.chars().count() == 6;
            let (codes, profiles): (Vec<_>, Vec<_>) = [first, second].into_iter().flatten().partition(is_code);
            let single = |mut words: Vec<String>, flag: Option<String>| {
                words.extend(flag);
                words.dedup();
                words.len() < 2
            };
            let sound = single(codes.clone(), token_code.clone()) && single(profiles.clone(), profile);
            prop_assert_eq!(who.assign_words(&mut code).is_ok(), sound);
            if sound {
                prop_assert_eq!(code, token_code.or_else(|| codes.first().cloned()));
                prop_assert_eq!(&who.word, &profiles.first().cloned());
            }
        }
    }

    fn read(words: &[&str]) -> Result<(Option<String>, Option<String>), String> {
        read_with(None, words)
    }

    fn read_with(
        flag: Option<&str>,
        words: &[&str],
    ) -> Result<(Option<String>, Option<String>), String> {
        let mut words = words.iter().map(|word| (*word).to_owned());
        let mut who = Who {
            word: words.next(),
            second_word: words.next(),
            more_words: words.collect(),
            ..Who::default()
        };
        let mut code = flag.map(str::to_owned);
        who.assign_words(&mut code)?;
        Ok((who.word, code))
    }

    /// As in `-c 123 456`, where the shell makes two words of the code.
    #[test]
    fn the_second_half_of_a_flags_code_may_be_a_word() {
        let work = || Some("work".to_owned());
        for (flag, words, profile, code) in [
            ("123", &["456"][..], None, "123456"),
            ("123", &["456", "work"], work(), "123456"),
            ("123", &["work", "456"], work(), "123456"),
            ("123 456", &["work"], work(), "123456"),
            ("123", &["work"], work(), "123"),
            ("123456", &["789"], Some("789".to_owned()), "123456"),
        ] {
            let read = read_with(Some(flag), words);
            assert_eq!(read, Ok((profile, Some(code.to_owned()))), "{words:?}");
        }
    }

    #[test]
    fn a_code_may_be_written_in_two_halves() {
        let work = || Some("work".to_owned());
        let code = || Some("123456".to_owned());
        for (words, profile) in [
            (&["123 456"][..], None),
            (&["123", "456"], None),
            (&["work", "123 456"], work()),
            (&["123 456", "work"], work()),
            (&["work", "123", "456"], work()),
            (&["123", "456", "work"], work()),
            (&["123456", "123 456"], None),
            (&[" 123456 "], None),
            (&["123 456\n", "work"], work()),
            (&["123\u{a0}456"], None),
        ] {
            assert_eq!(read(words), Ok((profile, code())), "{words:?}");
        }
        assert_eq!(read(&["123"]), Ok((Some("123".to_owned()), None)));
        assert_eq!(read(&["work", "work"]), Ok((Some("work".to_owned()), None)));
    }

    #[test]
    fn a_word_too_many_is_named_for_what_it_is() {
        for (words, why) in [
            (
                &["work", "other", "123456"][..],
                "more than one profile was given: work, other",
            ),
            (
                &["work", "1234567"],
                "an MFA code has six digits, this one has 7",
            ),
            (
                &["12345", "work"],
                "an MFA code has six digits, this one has 5",
            ),
            (&["123456", "654321"], "two MFA codes were given"),
            (
                &["work", "12 3456"],
                "more than one profile was given: work, 12 3456",
            ),
        ] {
            assert_eq!(read(words), Err(why.to_owned()), "{words:?}");
        }
    }
}
