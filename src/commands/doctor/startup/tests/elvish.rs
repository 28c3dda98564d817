//! elvish's line, among others that are not read.

use super::*;

const FILE: &str = ".config/elvish/rc.elv";

#[test]
fn set_ups_of_elvish_are_fine() {
    const LINE: &str = "eval (awsmfa init elvish | slurp)\n";
    for (file, text) in [
        (FILE, LINE),
        (
            FILE,
            "eval (~/.local/bin/awsmfa init elvish --renew | slurp)\n",
        ),
        (
            FILE,
            "fn ll {|@args| ls -l $@args }\nset paths = [~/bin $@paths]\n\
             eval (awsmfa init elvish | slurp) &on-end={|it|\n    set edit:rprompt = $it[awsmfa-prompt~]\n}\n",
        ),
        (FILE, "awsmfa init elvish | slurp | eval (one)\n"),
        (FILE, Shell::Elvish.snippet()),
        (".elvish/rc.elv", LINE),
    ] {
        is_fine(Shell::Elvish, &[(file, text)]);
    }
}

#[test]
fn a_missing_or_wrong_line_of_elvish_is_named() {
    for (text, expected) in [
        ("", "no start-up file of elvish"),
        (
            "# eval (awsmfa init elvish | slurp)\n",
            "no start-up file of elvish",
        ),
        (
            "eval (awsmfa init bash | slurp)\n",
            "loads the functions of bash into elvish",
        ),
        (
            "eval (awsmfa init elvish)\n",
            "loses the line ends of the shell code",
        ),
        (
            "awsmfa init elvish\n",
            "prints the shell code and does not evaluate it",
        ),
    ] {
        warns(Shell::Elvish, &[(FILE, text)], expected);
    }
    let findings = found(Shell::Elvish, &[]);
    assert_eq!(
        findings[0].hint.as_deref(),
        Some("add to the end of ~/.config/elvish/rc.elv: eval (awsmfa init elvish | slurp)")
    );
}
