//! Which profile is meant. Reads no file.

use anyhow::{Result, anyhow};

use crate::cli::Login;
use crate::environment::Environment;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

/// The name of the profile: the argument, `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`,
/// `AWSMFA_PROFILE`, `default`. Reads no file.
pub fn name(login: &Login, environment: &Environment) -> Sourced<String> {
    if let Some(word) = &login.who.word {
        return Sourced::new(word.clone(), Origin::Argument);
    }
    if let Some(flag) = &login.who.profile {
        return Sourced::new(flag.clone(), Origin::Flag("--profile"));
    }
    if let Some((variable, value)) = environment.profile() {
        return Sourced::new(value.to_owned(), Origin::Variable(variable));
    }
    Sourced::new("default".to_owned(), Origin::Rule("the default"))
}

/// A name with a control character cannot become a variable's value, so no code is asked for it.
pub fn check(name: &Sourced<String>) -> Result<()> {
    if name.value.chars().any(char::is_control) {
        return Err(anyhow!("the profile's name has a control character"))
            .or_hint(|| "give the profile another name, in its [section] too");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_universal_profile_that_a_session_hides_is_ignored() {
        let all = [
            ("AWSMFA_PROFILE", "c"),
            ("AWS_DEFAULT_PROFILE", "b"),
            ("AWS_PROFILE", "a"),
        ];
        let named =
            |variables: &[(&str, &str)]| name(&Login::default(), &Environment::of(variables)).value;
        let universal = ("AWSMFA_UNIVERSAL_PROFILE", "a");
        assert_eq!(named(&[all[0], all[2], universal]), "c");
        assert_eq!(named(&[all[0], all[1], all[2], universal]), "b");
        assert_eq!(named(&[all[2], universal]), "a", "nothing is held");
    }
}
