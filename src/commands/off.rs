//! `awsmfa off`: the shell code that removes the session and puts back what was there.

use anyhow::Result;

use super::done::Done;
use crate::cli::Off;
use crate::context::Context;
use crate::environment;
use crate::shell::detect::detect;

pub fn run(args: &Off, context: &Context<'_>) -> Result<Done> {
    let shell = detect(args.evaluated.shell, context.environment)?;
    let changes = environment::off(context.environment);
    Ok(Done::print(shell.render_off(&changes, context.environment)))
}
