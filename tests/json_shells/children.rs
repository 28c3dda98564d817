//! What other programs see of a session, and what they do not.

use std::fs;

use crate::support::json_shells::JsonShell;
use crate::support::landing::Landing;

/// Not the command that prints a code, and nobody who lists the processes.
pub fn no_other_process_sees_what_the_shell_keeps(shell: JsonShell) {
    let landing = Landing::new();
    let codes = [landing.aws.code_in(-1), landing.aws.code()];
    landing.home.write("codes", codes.join("\n"));
    let program = "env >>seen\n\
                   group=$(ps -o pgid= -p $$ | tr -d ' ')\n\
                   ps -A -ww -o pgid=,args= | grep \"^ *$group \" >>seen\n\
                   head -n 1 codes; sed -i.old 1d codes\n";
    let program = landing.home.write("code", program);
    landing.configure(&format!(
        "[profile computed]\nsource_profile = landing\nmfa_process = sh {}\n",
        program.display()
    ));
    let look = "sh -c 'env >>seen'";
    let lines = [
        "aws-mfa-on computed",
        look,
        "aws-mfa-on dev",
        look,
        "aws-mfa-on --force computed",
        look,
    ];
    let run = shell.script(&landing.home, &lines).run();
    run.success();
    assert_eq!(landing.codes(), 2, "{}", run.story());
    let seen = fs::read_to_string(landing.home.path().join("seen")).expect("what was seen");
    let process = format!("awsmfa env --shell {}", shell.name());
    assert_eq!(seen.matches(&process).count(), 2, "{seen}");
    for hidden in ["__awsmfa_base", "__awsmfa_request", "2 ASIA"] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}

/// `AWS_PROFILE=NAME command` for every profile, without another code.
pub fn every_profile_can_be_used_at_once(shell: JsonShell) {
    let landing = Landing::new();
    let config = landing.home.path().join(".aws/config");
    let config = config.to_str().expect("a path in UTF-8");
    let as_dev = match shell {
        JsonShell::Nu => "AWS_PROFILE=dev",
        JsonShell::Elvish => "env AWS_PROFILE=dev",
        JsonShell::Xonsh => "$AWS_PROFILE='dev'",
    };
    let lines = [
        &shell.set("AWS_CONFIG_FILE", config),
        &format!("aws-mfa-on --profiles landing {}", landing.aws.code()),
        &format!("{as_dev} aws sts get-caller-identity"),
        "aws-mfa-off",
        "sh -c 'echo \"config $AWS_CONFIG_FILE ${AWSMFA_OVERLAY-no}\"'",
    ];
    let run = shell.script(&landing.home, &lines).run();
    run.success()
        .says("assumed-role/dev")
        .says(&format!("config {config} no\n"));
    assert_eq!(landing.codes(), 1, "{}", run.story());
}

pub fn doctor_names_what_the_shell_can_run(shell: JsonShell) {
    let landing = Landing::new();
    let lines = [
        &shell.set("AWS_PROFILE", ""),
        &shell.set("AWS_SECURITY_TOKEN", "old"),
        "awsmfa doctor",
    ];
    let run = shell.script(&landing.home, &lines).run();
    run.says(&shell.unset("AWS_SECURITY_TOKEN"));
    assert!(!run.stdout.contains(" unset "), "{}", run.story());
}
