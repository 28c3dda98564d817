//! nushell's line, and the file that it writes.

use super::*;

const CONFIG: &str = ".config/nushell/config.nu";
const LOADED: &str = ".local/share/nushell/vendor/autoload/awsmfa.nu";
const LINE: &str = "awsmfa init nu | save -f ($nu.data-dir | path join $\"awsmfa.($nu.pid)\")\n";

#[test]
fn set_ups_of_nushell_are_fine() {
    let old = Shell::Nu.snippet().replace("merge", "upsert");
    for files in [
        &[(CONFIG, LINE)][..],
        &[(".config/nushell/env.nu", LINE)],
        &[(
            CONFIG,
            "awsmfa init nushell --renew | save --force awsmfa.nu\nsource awsmfa.nu\n",
        )],
        // The next start writes it anew.
        &[(CONFIG, LINE), (LOADED, &old)],
        &[(LOADED, Shell::Nu.snippet())],
        &[(".config/nushell/autoload/my.nu", Shell::Nu.snippet())],
        &[("Library/Application Support/nushell/config.nu", LINE)],
        &[(CONFIG, Shell::Nu.snippet())],
    ] {
        is_fine(Shell::Nu, files);
    }
}

#[test]
fn a_missing_or_wrong_set_up_of_nushell_is_named() {
    let old = Shell::Nu.snippet().replace("merge", "upsert");
    let completions = include_str!("../../../../../completions/awsmfa.nu");
    for (file, text, expected) in [
        (CONFIG, "", "no start-up file of nu"),
        (LOADED, completions, "no start-up file of nu"),
        (
            CONFIG,
            "# awsmfa init nu | save x\n",
            "no start-up file of nu",
        ),
        (
            CONFIG,
            "awsmfa init bash | save x\n",
            "loads the functions of bash into nu",
        ),
        (
            CONFIG,
            "awsmfa init nu\n",
            "prints the shell code and does not evaluate it",
        ),
        (LOADED, &old, "loads the shell functions of another version"),
    ] {
        warns(Shell::Nu, &[(file, text)], expected);
    }
}
