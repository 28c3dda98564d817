//! nushell, elvish and xonsh with the real program: they get JSON, and their snippets do the rest. Each shell
//! is given the same scenarios.

mod before_prompt;
mod children;
mod directories;
mod fresh_account;
mod login;
pub mod person;
mod prompt;

use crate::support::json_shells::JsonShell;

/// The scenarios as tests of one shell: `tests/runner.sh` leaves out those of a shell that is missing.
macro_rules! tests_of {
    ($module:ident, $shell:expr, [$($scenarios:ident::$scenario:ident,)*]) => {
        mod $module {
            use super::*;
            $(
                #[test]
                fn $scenario() {
                    $scenarios::$scenario($shell);
                }
            )*
        }
    };
}

macro_rules! in_shell {
    ($module:ident, $shell:expr) => {
        tests_of!(
            $module,
            $shell,
            [
                fresh_account::the_lines_of_the_readme_log_in,
                login::logins_and_logouts_restore_everything,
                login::any_characters_arrive,
                login::a_child_shell_only_ends_the_session,
                login::every_failure_is_a_failure,
                login::help_is_help,
                prompt::a_prompt_that_is_left_changes_nothing,
                prompt::a_code_is_asked_for_until_it_is_right,
                before_prompt::the_end_is_said_once,
                before_prompt::another_profile_is_said_once,
                before_prompt::the_prompt_shows_profile_and_time_left,
                before_prompt::a_role_is_renewed_before_a_prompt,
                before_prompt::keys_that_come_back_after_off_are_taken_away,
                children::no_other_process_sees_what_the_shell_keeps,
                children::every_profile_can_be_used_at_once,
                children::doctor_names_what_the_shell_can_run,
                directories::a_directorys_variables_and_a_session_keep_apart,
            ]
        );
    };
}

in_shell!(nu, JsonShell::Nu);
in_shell!(elvish, JsonShell::Elvish);
in_shell!(xonsh, JsonShell::Xonsh);
