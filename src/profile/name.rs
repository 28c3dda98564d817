//! Which profile is meant, and which positional word is the code. Reads no file.

use anyhow::{Result, bail};

use super::origin::{Origin, Sourced};
use crate::cli::Login;
use crate::environment::Environment;

/// The variables that name a profile, the strongest first. `AWSMFA_PROFILE` is what the terminal
/// holds: `on` unsets the two before it, so one that is there was set since.
const VARIABLES: [&str; 3] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWSMFA_PROFILE"];

/// The positional words, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Words<'a> {
    pub profile: Option<&'a str>,
    /// Exactly six digits.
    pub token_code: Option<&'a str>,
}

/// Tells the positional words apart. An error is one of usage: too many words, or a word that
/// disagrees with the flag of the same meaning.
pub fn words(login: &Login) -> Result<Words<'_>> {
    let mut words = Words::default();
    for word in &login.words {
        let (place, what) = if is_token_code(word) {
            (&mut words.token_code, "MFA code")
        } else {
            (&mut words.profile, "profile")
        };
        if place.replace(word).is_some() {
            bail!("more than one {what} is given");
        }
    }
    if let (Some(word), Some(flag)) = (words.profile, &login.profile)
        && word != flag
    {
        bail!("the profile is given twice: {word}, and --profile {flag}");
    }
    if let (Some(word), Some(flag)) = (words.token_code, &login.token_code)
        && word != flag
    {
        bail!("the MFA code is given twice, by --token-code too");
    }
    Ok(words)
}

/// The name of the profile: the argument, `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`,
/// `AWSMFA_PROFILE`, `default`. Reads no file.
pub fn name(login: &Login, environment: &Environment) -> Sourced<String> {
    let given = |value: &&String| !value.is_empty();
    if let Some(word) = login
        .words
        .iter()
        .filter(given)
        .find(|word| !is_token_code(word))
    {
        return Sourced::new(word.clone(), Origin::Argument);
    }
    if let Some(flag) = login.profile.as_ref().filter(given) {
        return Sourced::new(flag.clone(), Origin::Flag("--profile"));
    }
    for variable in VARIABLES {
        if let Some(value) = environment.get(variable) {
            return Sourced::new(value.to_owned(), Origin::Variable(variable));
        }
    }
    Sourced::new("default".to_owned(), Origin::Rule("the default"))
}

fn is_token_code(word: &str) -> bool {
    word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(words: &[&str]) -> Login {
        Login {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            ..Login::default()
        }
    }

    #[test]
    fn a_word_of_six_digits_is_the_code() -> Result<()> {
        let login = login(&["123456", "dev"]);
        assert_eq!(
            words(&login)?,
            Words {
                profile: Some("dev"),
                token_code: Some("123456")
            }
        );
        assert_eq!(name(&login, &Environment::of(&[])).value, "dev");
        Ok(())
    }

    #[test]
    fn words_that_contradict_are_refused() {
        assert!(words(&login(&["dev", "prod"])).is_err());
        assert!(words(&login(&["123456", "654321"])).is_err());
        assert!(
            words(&Login {
                profile: Some("prod".to_owned()),
                ..login(&["dev"])
            })
            .is_err()
        );
        assert!(
            words(&Login {
                profile: Some("dev".to_owned()),
                ..login(&["dev"])
            })
            .is_ok()
        );
        assert!(
            words(&Login {
                token_code: Some("123456".to_owned()),
                ..login(&["654321"])
            })
            .is_err()
        );
    }

    #[test]
    fn variables_in_their_order_and_empty_ones_count_as_unset() {
        let all = [
            ("AWSMFA_PROFILE", "c"),
            ("AWS_DEFAULT_PROFILE", "b"),
            ("AWS_PROFILE", "a"),
        ];
        let named =
            |variables: &[(&str, &str)]| name(&login(&[]), &Environment::of(variables)).value;
        assert_eq!(named(&all), "a");
        assert_eq!(named(&all[..2]), "b");
        assert_eq!(named(&all[..1]), "c");
        assert_eq!(named(&[("AWS_PROFILE", ""), ("AWSMFA_PROFILE", "c")]), "c");
        assert_eq!(named(&[]), "default");
    }
}
