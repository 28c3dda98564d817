//! The arguments of `doctor`.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::completions;
use super::login::Login;

#[derive(Args)]
pub struct Doctor {
    /// Check this profile and its sources only [default: every profile, and the one that a login would
    /// use: AWS_PROFILE, AWS_DEFAULT_PROFILE, AWSMFA_PROFILE, "default"]
    #[arg(value_name = "PROFILE", value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub profile: Option<String>,
    /// Ask AWS, too: whether the keys are valid, whose device it is, and what time it is
    #[arg(long)]
    pub online: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Doctor {
    /// The same arguments, as a login has them.
    pub fn login(&self) -> Login {
        let mut login = Login::default();
        login.who.word.clone_from(&self.profile);
        login
    }
}
