//! The text for bash, zsh and the shells that are served as sh.
//!
//! Code in here has a backslash before each command, which keeps the user's aliases out; for bash and zsh,
//! [`code`] makes `\builtin` of it, which keeps functions out too. The lines of sh that set and unset are
//! plain: other programs read them. So is the `declare` that restores an array: bash takes an array's values
//! from no other spelling.

use std::borrow::Cow;

use super::text::Text;
use super::{Shell, WAY_BACK, beyond_the_list, names, prefixed};
use crate::environment::{BASE, Change, VARIABLES};

/// The command that unsets, as it stands at the start of a line.
pub const fn unset(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash | Shell::Zsh => r"\builtin unset",
        Shell::Sh | Shell::Fish => "unset",
    }
}

const fn export(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash | Shell::Zsh => r"\builtin export ",
        Shell::Sh | Shell::Fish => "export ",
    }
}

/// `\set` in the words of `shell`.
fn code(shell: Shell, text: &str) -> Cow<'_, str> {
    if shell == Shell::Sh {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split('\\');
    let mut code = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let command = part.starts_with(|c: char| c.is_ascii_lowercase());
        code.extend(["\\", if command { "builtin " } else { "" }, part]);
    }
    Cow::Owned(code)
}

/// Saves the present values, then makes `changes`.
pub fn on(shell: Shell, out: &mut Text, changes: &[Change]) {
    // A read-only variable would stop half-way, and dash would end: tried in a subshell first.
    let all = [&VARIABLES[..], &beyond_the_list(changes)]
        .concat()
        .join(" ");
    out.push(&code(
        shell,
        &format!("if (\\unset {all}) 2>/dev/null; then :;\n"),
    ));
    let save = if shell == Shell::Zsh {
        include_str!("save.zsh")
    } else {
        include_str!("save.sh")
    };
    out.push(&code(shell, save));
    for name in VARIABLES {
        let touched = changes.iter().any(|change| change.name == name);
        let mode = if touched { "drop" } else { "keep" };
        out.push(&format!("__awsmfa_save {name} {mode};\n"));
    }
    keep_way_back(shell, out, changes);
    out.kept(shell, changes, unset(shell), global(shell), "=");
    out.push(&code(
        shell,
        "\\unset __awsmfa_new; \\unset -f __awsmfa_save; case $__awsmfa_a in a) \\unset __awsmfa_a; \\set -a;; *) \\unset __awsmfa_a;; esac;\n",
    ));
    // An array would keep its other elements, or (zsh) refuse the text.
    let set = changes
        .iter()
        .filter(|change| change.exported && change.value.is_some());
    if let Some(unset) = prefixed("\\unset", &names(set)) {
        out.push(&code(shell, &format!("{unset};\n")));
    }
    out.changes(shell, changes, unset(shell), export(shell), "=");
    out.push(&code(
        shell,
        "else \\echo 'awsmfa: could not change the session: one of its variables is read-only in this shell' >&2; \\false; fi;\n",
    ));
}

/// Restores what was saved; if nothing was saved, unsets `names`.
pub fn off(shell: Shell, names: &str) -> String {
    let remove = prefixed(unset(shell), names).unwrap_or_else(|| ":".into());
    let back =
        "if [ -n \"${__awsmfa_off-}\" ]; then \\eval \"$__awsmfa_off\"; \\unset __awsmfa_off;\n";
    format!("{}else {remove}; fi;\n", code(shell, back))
}

/// The prefix of an assignment that is not local to a function.
const fn global(shell: Shell) -> &'static str {
    match shell {
        Shell::Zsh => r"\builtin typeset -g ",
        _ => "",
    }
}

fn keep_way_back(shell: Shell, out: &mut Text, changes: &[Change]) {
    let global = global(shell);
    // dash marks for export what is unset under `set -a`, so both ways are gone without it.
    let (open, close) = if shell == Shell::Zsh {
        ("", "")
    } else {
        (
            "case \\$- in *a*) \\\\set +a; __awsmfa_a=a;; *) __awsmfa_a=;; esac;",
            "case \\$__awsmfa_a in a) \\\\unset __awsmfa_a; \\\\set -a;; *) \\\\unset __awsmfa_a;; esac;",
        )
    };
    let (open, close) = (code(shell, open), code(shell, close));
    let base = code(shell, r"\\unset");
    let unset = unset(shell);
    out.push(&format!(
        "[ -n \"${{__awsmfa_off-}}\" ] || {{ {unset} {WAY_BACK}; {global}{WAY_BACK}=\"{open}${{__awsmfa_new:+{base} {BASE};}}${{__awsmfa_new}}{close}\"; }};\n"
    ));
    let more = beyond_the_list(changes);
    if !more.is_empty() {
        out.push(&format!("{global}__awsmfa_new=;\n"));
        for name in more {
            out.push(&format!("__awsmfa_save {name} drop;\n"));
        }
        out.push(&format!(
            "{global}{WAY_BACK}=\"{open}${{__awsmfa_new}}{close}${WAY_BACK}\";\n"
        ));
    }
}
