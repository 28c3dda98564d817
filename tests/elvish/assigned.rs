//! Assignments that are for the line only.

use super::Terminal;

/// elvish puts the variable back when the line has run, and would leave a mixture.
#[test]
fn assignments_for_the_line_are_refused_before_a_code_is_used() {
    let mut terminal = Terminal::new();
    let code = terminal.landing.aws.code();
    for (line, name, hint) in [
        (
            "{ tmp E:AWS_PROFILE = landing; aws-mfa-on CODE }",
            "AWS_PROFILE",
            "type aws-mfa-on landing",
        ),
        (
            "{ tmp E:AWS_REGION E:OTHER = eu-west-3 x; aws-mfa-on landing CODE }",
            "AWS_REGION",
            "write --region eu-west-3 after aws-mfa-on",
        ),
        (
            "with [E:OTHER = x] [E:AWS_REGION = eu-west-3] { aws-mfa-on landing CODE }",
            "AWS_REGION",
            "write --region eu-west-3 after aws-mfa-on",
        ),
        (
            "E:AWS_PROFILE=landing aws-mfa-on CODE",
            "AWS_PROFILE",
            "type aws-mfa-on landing",
        ),
    ] {
        let said = terminal.enter(&line.replace("CODE", &code));
        // elvish 0.20 has brought `with`, and 0.21 has taken away the last form.
        if said.contains("must be callable") || said.contains("exec: \"with\"") {
            continue;
        }
        let refused = format!("could not log in with {name} before aws-mfa-on");
        assert!(said.contains(&refused), "{said}");
        assert!(said.contains(&format!("hint: {hint}")), "{said}");
    }
    assert!(terminal.landing.aws.requests().is_empty());
    let said = terminal.enter(&format!(
        "set E:AWS_PROFILE = landing; {{ tmp E:OTHER = x; aws-mfa-on {code} }}"
    ));
    assert!(said.contains("logged in to profile landing"), "{said}");
}
