//! The text for fish.

use super::text::Text;
use super::{Shell, WAY_BACK, beyond_the_list, prefixed};
use crate::environment::{Change, PROFILE_NAMES, UNIVERSAL_PROFILE, VARIABLES};

/// The prefix of fish's `set` that never reaches a universal variable: those lie on disk, for all
/// terminals.
pub const UNSET: &str = "set -eg";

/// Saves the present values, then makes `changes`.
pub fn on(out: &mut Text, changes: &[Change]) {
    out.push(include_str!("save.fish"));
    for name in VARIABLES {
        out.push(&format!("__awsmfa_save {name};\n"));
    }
    out.push("test -n \"$__awsmfa_off\"; or set -gu __awsmfa_off $__awsmfa_new;\n");
    let more = beyond_the_list(changes);
    if !more.is_empty() {
        out.push("set -gu __awsmfa_new;\n");
        for name in more {
            out.push(&format!("__awsmfa_save {name};\n"));
        }
        out.push("set -gu __awsmfa_off \"$__awsmfa_new$__awsmfa_off\";\n");
    }
    out.push("set -eg __awsmfa_new; functions -e __awsmfa_save;\n");
    out.kept(Shell::Fish, changes, UNSET, "set -gu ", " ");
    out.changes(Shell::Fish, changes, UNSET, "set -gx ", " ");
    // No global hides a universal variable from children, and erasing it would reach every terminal.
    let unset = changes
        .iter()
        .filter(|change| change.exported && change.value.is_none());
    for change in unset {
        let name = &*change.name;
        // Tells the next `on` that the value is not the user's choice.
        let remember = if PROFILE_NAMES.contains(&name) {
            format!("set -gx {UNIVERSAL_PROFILE} ${name}; and ")
        } else {
            String::new()
        };
        out.push(&format!(
            "set -qU {name}; and {remember}echo 'awsmfa: {name} is a universal variable and stays visible: set -eU {name} removes it from all terminals' >&2;\n"
        ));
    }
    out.push("true;\n");
}

/// Restores what was saved; if nothing was saved, unsets `names`.
pub fn off(names: &str) -> String {
    let remove = prefixed(UNSET, names).unwrap_or_else(|| "true".into());
    format!(
        "if test -n \"$__awsmfa_off\"; eval $__awsmfa_off; {UNSET} {WAY_BACK};\n\
         else; {remove}; end;\ntrue;\n"
    )
}
