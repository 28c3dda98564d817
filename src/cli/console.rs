//! The arguments of `awsmfa console`: those of a login, whose second word is a service.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use super::login::Login;

#[derive(Args)]
struct Flags {
    /// Print the address and open no browser; it signs in whoever opens it within 15 minutes
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    login: Login,
}

pub struct Console {
    pub print: bool,
    pub login: Login,
    /// What page to open; `None`: the console's home.
    pub service: Option<String>,
}

const SERVICE: &str = "The service, as the console's addresses name it: s3, ec2, cloudwatch. A word \
                       of exactly six digits is the MFA code (123 456 too)";

impl Args for Console {
    fn augment_args(command: Command) -> Command {
        // clap puts an argument that is changed behind all others, so all words are, in their order.
        Flags::augment_args(command)
            .mut_arg("word", |word| word)
            .mut_arg("second_word", |word| {
                word.value_name("SERVICE").help(SERVICE)
            })
            .mut_arg("more_words", |words| words)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Console {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let Flags { print, login } = Flags::from_arg_matches(matches)?;
        Ok(Self {
            print,
            login,
            service: None,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
