//! The form of the output, and the exit status.

use super::KEYS;
use crate::support::home::Home;

#[test]
fn a_clean_set_up_prints_few_lines_and_exits_0() {
    let home = Home::new();
    home.write(".aws/credentials", format!("[default]\n{KEYS}"));
    home.write(
        ".aws/config",
        "[default]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n",
    );
    let run = home.awsmfa(["doctor"]).run();
    run.success();
    assert!(run.stderr.is_empty(), "{}", run.story());
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!((1..=8).contains(&lines.len()), "{}", run.story());
    for line in lines {
        assert!(line.starts_with("ok "), "{line}");
    }
}

#[test]
fn an_error_names_file_line_and_what_to_type_in_one_line_and_exits_1() {
    let home = Home::new();
    home.write(
        ".aws/credentials",
        format!("[default]\n{KEYS}mfa_serial = arn:aws:iam::123456789012:user/alice\n"),
    );
    let run = home.awsmfa(["doctor"]).run();
    run.failure(1);
    let error = "error   ~/.aws/credentials:4 [default] mfa_serial is not an MFA device: \
                 arn:aws:iam::123456789012:user/alice; a device's ARN has mfa/ in it, often \
                 arn:aws:iam::123456789012:mfa/alice";
    let mut lines = run.stdout.lines();
    assert!(lines.any(|line| line.starts_with(error)), "{}", run.story());

    let run = home.awsmfa(["doctor", "--json"]).run();
    run.failure(1);
    let findings: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap();
    assert!(!findings.is_empty());
    for finding in &findings {
        let members: Vec<_> = finding.as_object().unwrap().keys().collect();
        assert_eq!(members, ["check", "hint", "level", "message"]);
        assert!(["ok", "warning", "error"].contains(&finding["level"].as_str().unwrap()));
    }
    let error = findings
        .iter()
        .find(|finding| finding["level"] == "error")
        .unwrap();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("~/.aws/credentials:4")
    );
    assert!(error["hint"].as_str().unwrap().contains(":mfa/alice"));
}
