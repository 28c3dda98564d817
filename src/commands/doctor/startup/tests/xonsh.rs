//! A shell whose language is not read, but for the line that loads the snippet.

use super::*;

#[test]
fn set_ups_of_xonsh_are_fine() {
    const LINE: &str = "execx($(awsmfa init xonsh))\n";
    let copy = Shell::Xonsh.snippet();
    for (file, text) in [
        (".config/xonsh/rc.xsh", LINE),
        (".config/xonsh/rc.d/awsmfa.xsh", LINE),
        (".xonshrc", "exec($(awsmfa init xonsh --renew), {})\n"),
        (
            "etc/xonsh/xonshrc",
            "if $(which x) == '':\n    exit\nexecx($(@HOME@/.local/bin/awsmfa init xonsh))\n",
        ),
        // Nothing here is read as another shell would read it.
        (
            ".xonshrc",
            "n = 1 << n\naliases['aws-mfa-on'] = f\n$PATH.append('~/.local/bin')\nexecx($(awsmfa init xonsh))\n",
        ),
        (".xonshrc", copy),
    ] {
        is_fine(Shell::Xonsh, &[(file, text)]);
    }
}

#[test]
fn a_missing_or_wrong_line_of_xonsh_is_named() {
    let file = ".config/xonsh/rc.xsh";
    for (text, expected) in [
        ("", "no start-up file of xonsh"),
        (
            "# execx($(awsmfa init xonsh))\n",
            "no start-up file of xonsh",
        ),
        (
            "execx($(awsmfa init bash))\n",
            "loads the functions of bash into xonsh",
        ),
        (
            "execx($(awsmfa init sh))\n",
            "loads the functions of sh into xonsh",
        ),
        (
            "awsmfa init xonsh\n",
            "prints the shell code and does not evaluate it",
        ),
        ("exit\nexecx($(awsmfa init xonsh))\n", "is never reached"),
    ] {
        warns(Shell::Xonsh, &[(file, text)], expected);
    }
    let findings = found(Shell::Xonsh, &[]);
    assert_eq!(
        findings[0].hint.as_deref(),
        Some("add to the end of ~/.config/xonsh/rc.xsh: execx($(awsmfa init xonsh))")
    );
}
