//! `AWS_PROFILE=work aws-mfa-on` in zsh, which restores such a variable when the function returns.

use crate::support::home::{Home, account};
use crate::support::pty::Pty;
use crate::support::shells::ZSH;
use crate::support::stand_in::StandIn;

/// A user with the profiles `default` and `work` at a prompt of zsh.
fn terminal() -> (StandIn, Home, Pty) {
    let (aws, home) = account();
    aws.settle();
    home.configure(&format!(
        "[profile work]\nsource_profile = default\nmfa_serial = {}\n",
        aws.serial()
    ));
    let pty = ZSH.terminal(&home);
    (aws, home, pty)
}

/// Types the line, and then what shows the terminal's variables.
fn show_after(pty: &mut Pty, line: &str) -> String {
    pty.send(&format!("{line}\r"));
    pty.expect("ready> ");
    pty.send("print -r -- \"is:${AWSMFA_PROFILE-no}:${AWS_PROFILE-no}:${AWS_REGION-no}:\"\r");
    pty.expect("\nis:");
    pty.expect("ready> ")
}

#[test]
fn a_variable_before_aws_mfa_on_is_refused_in_zsh() {
    for (line, hint) in [
        ("AWS_PROFILE=work aws-mfa-on CODE", "type aws-mfa-on work"),
        (
            "AWS_PROFILE=work aws-mfa-on CODE; aws-mfa-off",
            "type aws-mfa-on work",
        ),
        (
            "for p in work default; do AWS_PROFILE=$p aws-mfa-on CODE; aws-mfa-off; done",
            "type aws-mfa-on default",
        ),
        (
            "true && AWS_REGION=eu-west-3 AWS_PROFILE=a aws-mfa-on -c CODE",
            "write --region eu-west-3 after aws-mfa-on",
        ),
        (
            "true aws-mfa-on; AWS_PROFILE=work aws-mfa-on CODE",
            "type aws-mfa-on work",
        ),
        (
            "AWS_PROFILE='two words' mfa CODE",
            "type aws-mfa-on 'two words'",
        ),
        ("AWS_PROFILE=work \\aws-mfa-on CODE", "type aws-mfa-on work"),
        (
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE aws-mfa-on CODE",
            "set AWS_ACCESS_KEY_ID on a line of its own, then type aws-mfa-on",
        ),
        (
            "AWS_CONFIG_FILE=/dev/null aws-mfa-on --profiles CODE",
            "set AWS_CONFIG_FILE on a line of its own, then type aws-mfa-on",
        ),
    ] {
        for (set, profile) in [
            ("alias mfa=aws-mfa-on", "no"),
            ("alias mfa='aws-mfa-on -c'; export AWS_PROFILE=mine", "mine"),
        ] {
            let (aws, _home, mut pty) = terminal();
            show_after(&mut pty, set);
            let shown = show_after(&mut pty, &line.replace("CODE", &aws.code()));
            assert!(
                shown.starts_with(&format!("no:{profile}:no:")),
                "{line} {}",
                pty.seen()
            );
            let seen = pty.seen();
            assert!(
                seen.contains("the shell restores the variable afterwards"),
                "{seen}"
            );
            assert!(
                seen.contains(&format!("awsmfa: hint: {hint}\r\n")),
                "{seen}"
            );
            assert!(aws.actions().is_empty(), "{line} {seen}");
        }
    }
}

/// What was set before, or is only read, is no obstacle; what is set later stays, also after `off`.
#[test]
fn variables_set_after_a_login_stay_in_zsh() {
    let (aws, _home, mut pty) = terminal();
    let endpoint = aws.endpoint();
    let line = format!(
        "export AWS_PROFILE=work; AWS_ENDPOINT_URL={endpoint} aws-mfa-on {}",
        aws.code()
    );
    let shown = show_after(&mut pty, &line);
    assert!(shown.starts_with("work:no:no:"), "{}", pty.seen());
    let shown = show_after(&mut pty, "export AWS_REGION=changed");
    assert!(shown.starts_with("work:no:changed:"), "{}", pty.seen());
    let shown = show_after(&mut pty, "aws-mfa-off");
    assert!(shown.starts_with("no:work:changed:"), "{}", pty.seen());
    pty.send("print -r -- \"hooks:$preexec_functions:$precmd_functions:\"\r");
    pty.expect("\nhooks::__awsmfa_before_prompt:");
}
