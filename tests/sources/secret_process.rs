//! `mfa_secret_process`: a command prints the secret, and awsmfa computes the code.

use super::{SECRET, logged_in, login, refused, user};

#[test]
fn a_command_prints_the_secret() {
    for (printed, lines) in [
        ("\\n GEZD GNBV gy3t QOJQ gezd gnbv GY3T qojq\\r\\n", ""),
        ("otpauth://totp/AWS?secret=SECRET&issuer=AWS", ""),
        ("SECRET\\nalice\\n", "mfa_source = prompt,secret_process"),
        // It comes before the command that prints a code, which aws-vault reads too.
        ("SECRET", "mfa_process = exit 3"),
    ] {
        let printed = printed.replace("SECRET", SECRET);
        let (_aws, home) = user(&format!(
            "mfa_secret_process = echo >>runs; printf '{printed}'\n{lines}"
        ));
        home.write(".aws-mfa", "not this one");
        let run = login(&home).arguments(["--verbose"]).run();
        logged_in(run.complains(
            "the source secret_process gave the MFA code: the secret that mfa_secret_process \
             prints (from ~/.aws/config:",
        ));
        run.keeps_quiet_about(&SECRET[..8]);
        let runs = std::fs::read_to_string(home.path().join("runs")).expect("it was run");
        assert_eq!(runs, "\n");
    }
}

#[test]
fn code_and_plan_know_the_command() {
    let (aws, home) = user(&format!("mfa_secret_process = echo {SECRET}"));
    let code = home.awsmfa(["code", "--source", "secret_process"]).run();
    assert_eq!(code.success().stdout, format!("{}\n", aws.code()));
    let plan = home.awsmfa(["plan"]).run();
    let said = "the secret that mfa_secret_process prints (from ~/.aws/config:";
    plan.says(said).keeps_quiet_about(SECRET);
    assert!(!plan.stdout.contains(SECRET), "{}", plan.story());
    let (_aws, home) = user("mfa_source = secret_process");
    let run = login(&home).run();
    refused(&run, &["no mfa_secret_process is configured"]);
}

#[test]
fn what_is_no_secret_is_named_by_its_shape_and_not_shown() {
    let at = "mfa_secret_process did not print a secret: its output ";
    for (command, said, hint) in [
        ("true", "is empty", "base32 or an otpauth:// URI"),
        ("echo 987 654", "looks like an MFA code", "use mfa_process"),
        ("echo steam://HUNTER2", "is a secret of Steam", "base32"),
        ("echo '{\"totp\": \"hunter2\"}'", "is JSON", "jq -r"),
        (
            "printf 'hunter2\\notpauth://totp/x?secret=GEZDGNBV'",
            "has several lines",
            "pass otp uri",
        ),
        (
            "echo You are not logged in as hunter2",
            "is some other text",
            "the first line",
        ),
    ] {
        let (aws, home) = user(&format!("mfa_secret_process = {command}"));
        let run = login(&home).arguments(["--verbose"]).run();
        refused(&run, &[&format!("{at}{said}"), "awsmfa: hint: ", hint]);
        for quoted in ["987", "unter2", "HUNTER2", "GEZD", "logged in as"] {
            run.keeps_quiet_about(quoted);
        }
        assert!(aws.codes().is_empty(), "{}", run.story());
    }
    for (command, said) in [
        (
            format!("echo {SECRET}; exit 7"),
            "mfa_secret_process failed: exit status: 7",
        ),
        (
            format!("yes {SECRET}"),
            "mfa_secret_process printed more than a secret",
        ),
        (
            format!("printf '\\377{SECRET}'"),
            "mfa_secret_process did not print text",
        ),
        (
            format!("echo 'otpauth://totp/AWS?secret={SECRET}&digits=8'"),
            "the secret that mfa_secret_process printed cannot be used: the otpauth URI does not say digits=6",
        ),
    ] {
        let (_aws, home) = user(&format!("mfa_secret_process = {command}"));
        refused(&login(&home).arguments(["--verbose"]).run(), &[said]);
    }
}
