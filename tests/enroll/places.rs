//! Where the secret goes, besides a file and a YubiKey.

use std::fs;

use super::{SERIAL, enroll, lines, log_in_with, newcomer};

#[test]
fn a_command_gets_the_uri_on_its_stdin_and_nowhere_else() {
    let (aws, home) = newcomer();
    let command = "cat >stored; ps -eo args >seen; env >>seen; cat stored";
    let run = enroll(&home, "--to process")
        .arguments(["--store-command", command])
        .run();
    run.success().prints(&format!("mfa_serial = {SERIAL}\n"));
    let secret = aws.secret();
    let stored = fs::read_to_string(home.path().join("stored")).unwrap();
    assert_eq!(
        stored,
        format!(
            "otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret={secret}\
             &issuer=Amazon%20Web%20Services\n"
        )
    );
    let seen = fs::read_to_string(home.path().join("seen")).unwrap();
    assert!(seen.contains("HOME=") && !seen.contains(&secret));
    assert!(!run.stderr.contains(&secret));
    let lines = format!(
        "{}mfa_secret_file = {}\n",
        lines(&run),
        home.path().join("stored").display()
    );
    fs::set_permissions(
        home.path().join("stored"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    log_in_with(&aws, &home, &lines);
}

#[test]
fn a_qr_code_is_shown_on_the_terminal_and_only_there() {
    let (aws, home) = newcomer();
    let mut terminal = home.terminal("enroll --to show");
    let shown = terminal.expect("does the app show the account and its code now? (y/n) ");
    assert!(shown.contains("█▀") || shown.contains("▀█"), "{shown}");
    assert_eq!(aws.user().devices.len(), 0, "enabled before it was stored");
    terminal.send("y\n");
    terminal.expect("status 0");
    let out = fs::read_to_string(home.path().join("out")).unwrap();
    assert_eq!(out, format!("mfa_source = prompt\nmfa_serial = {SERIAL}\n"));
    let (aws, home) = newcomer();
    let run = enroll(&home, "--to show").run();
    run.failure(1)
        .complains("there is no terminal")
        .complains("--to yubikey, file or process");
    assert_eq!(aws.count("CreateVirtualMFADevice"), 0);
}

#[test]
fn a_secret_that_was_not_stored_is_of_a_device_that_is_not_enabled() {
    for (may_delete, orphans) in [(false, 1), (true, 0)] {
        let (aws, home) = newcomer();
        if may_delete {
            aws.change(|options| {
                let policy = &mut options.users[0].policy;
                policy.always.push("DeleteVirtualMFADevice");
            });
        }
        let run = enroll(&home, "--to process")
            .arguments(["--store-command", "cat >/dev/null; exit 3"])
            .run();
        run.failure(1)
            .complains("the command of --store-command failed: exit status: 3");
        let clean_up = format!("aws iam delete-virtual-mfa-device --serial-number {SERIAL}");
        run.complains_times(orphans, &clean_up);
        assert_eq!(aws.count("EnableMFADevice"), 0);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let (aws, home) = newcomer();
    let path = home.write(".aws-mfa", "GEZDGNBVGY3TQOJQ\n");
    let run = enroll(&home, "--to file").run();
    run.failure(1)
        .complains(&format!("there is a file {} already", path.display()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "GEZDGNBVGY3TQOJQ\n");
    assert_eq!(aws.count("CreateVirtualMFADevice"), 0);
    let run = enroll(&home, "--secret-file other").run();
    run.success().says(&format!(
        "mfa_secret_file = {}",
        home.path().join("other").display()
    ));
    std::os::unix::fs::symlink("nowhere", home.path().join("link")).unwrap();
    enroll(&home, "--secret-file link")
        .run()
        .failure(1)
        .complains("already");
    enroll(&home, "--secret-file no/such/file")
        .run()
        .failure(1)
        .complains("no file can be created in");
    enroll(&home, "--to file").run().failure(1);
}

/// What the profile has already must not win over the new device's secret.
#[test]
fn another_source_of_the_profile_does_not_win() {
    let (aws, home) = newcomer();
    let own = "[default]\nmfa_process = echo 000000\n";
    home.write(".aws/config", own);
    let run = enroll(&home, "--to file").run();
    run.success().says("mfa_source = file\n");
    let lines = format!("{}{}", own.trim_start_matches("[default]\n"), run.stdout);
    log_in_with(&aws, &home, &lines);
}

/// Only the user knows the command that reads what `--store-command` keeps.
#[test]
fn the_secret_of_another_device_does_not_win_over_a_store() {
    for (file, own, prompt) in [
        (".aws-mfa", "", "mfa_source = prompt\n"),
        (
            "other",
            "mfa_secret_file = ~/other\n",
            "mfa_source = prompt\n",
        ),
        (".aws-mfa", "mfa_secret_process = cat ~/stored\n", ""),
    ] {
        let (aws, home) = newcomer();
        home.write(".aws/config", format!("[default]\n{own}"));
        home.write(file, "GEZDGNBVGY3TQOJQ\n");
        let run = enroll(&home, "--to process")
            .arguments(["--store-command", "cat >~/stored"])
            .run();
        let lines = format!("{prompt}mfa_serial = {SERIAL}\n");
        run.success().prints(&lines);
        if prompt.is_empty() {
            log_in_with(&aws, &home, &format!("{own}{lines}"));
        }
    }
}

#[test]
fn oathtool_computes_the_same_codes() {
    let (aws, home) = newcomer();
    enroll(&home, "--to file").run().success();
    let run = home
        .program(
            "oathtool",
            [
                "-b",
                "--totp",
                "--now",
                &format!("@{}", aws.now()),
                "@.aws-mfa",
            ],
        )
        .run();
    run.success().prints(&format!("{}\n", aws.code()));
}

#[test]
fn json_has_the_lines_as_an_object() {
    let (_aws, home) = newcomer();
    let run = enroll(&home, "--to file --json --name phone").run();
    let value: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
    assert_eq!(value["mfa_serial"], "arn:aws:iam::123456789012:mfa/phone");
    let path = home.path().join(".aws-mfa");
    assert_eq!(value["mfa_secret_file"], path.to_str().unwrap());
}
