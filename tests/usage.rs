//! What is said of wrong usage, and what `--help` offers.

use crate::support::home::{AWSMFA, Home};

const COMMANDS: [&str; 14] = [
    "env",
    "off",
    "exec",
    "list",
    "plan",
    "enroll",
    "resync",
    "rotate",
    "code",
    "accounts",
    "status",
    "init",
    "completions",
    "console",
];

#[test]
fn words_of_other_tools_and_typos_get_a_hint() {
    for (word, hint) in [
        ("login", "aws-mfa-on"),
        ("Login", "aws-mfa-on"),
        ("logout", "aws-mfa-off"),
        ("list-profiles", "awsmfa list shows the profiles"),
        ("stauts", "did you mean awsmfa status?"),
        ("comp", "did you mean awsmfa completions?"),
        ("whatever", "awsmfa --help lists the commands"),
        ("agent sta", "did you mean awsmfa agent start?"),
        ("agent forgte", "did you mean awsmfa agent forget?"),
        ("agent login", "awsmfa agent --help lists the commands\n"),
    ] {
        let run = Home::new().awsmfa(word.split(' ')).run();
        run.failure(2)
            .complains(&format!("awsmfa: there is no command {word}\n"))
            .complains(&format!("awsmfa: hint: {hint}"));
        assert_eq!(run.stderr.lines().count(), 2, "{}", run.story());
    }
}

#[test]
fn a_word_too_many_is_named_and_a_command_without_dashes_too() {
    let dashes = "hint: put -- before the command: awsmfa exec [PROFILE] [CODE] -- COMMAND";
    for (words, said) in [
        (
            "env work other 123456",
            "more than one profile was given: work, other",
        ),
        (
            "plan work other",
            "more than one profile was given: work, other",
        ),
        ("code a b c d", "more than one profile was given: a, b"),
        (
            "env work 1234567",
            "an MFA code has six digits, this one has 7",
        ),
        (
            "env -p work other",
            "more than one profile was given: other, work",
        ),
        ("exec default aws s3 ls", dashes),
        ("exec default aws s3 ls --recursive", dashes),
        ("exec aws", dashes),
        ("exec", dashes),
        ("exec default aws -- s3 ls", dashes),
        ("exec dev 123456 ls", dashes),
    ] {
        let run = Home::new().awsmfa(words.split(' ')).run();
        run.failure(2).complains(said);
        run.keeps_quiet_about("123456\n");
    }
}

/// `code` has no session, and `plan` no network.
#[test]
fn a_command_offers_the_flags_that_it_uses() {
    let session = [
        "--duration",
        "--role-arn",
        "--role-session-name",
        "--external-id",
        "--region",
        "--force",
    ];
    let code = ["--token-code", "--mfa-serial", "--source", "--secret-file"];
    let yubikey = ["--yubikey-account", "--yubikey-serial"];
    let network = ["--connect-timeout", "--timeout"];
    let all = [&session[..], &code, &yubikey, &network].concat();
    for (command, used) in [
        ("env", all.clone()),
        ("exec", all.clone()),
        ("plan", [&session[..], &code, &yubikey].concat()),
        ("code", [&code[..], &yubikey].concat()),
        (
            "enroll",
            [
                &["--token-code", "--mfa-serial", "--secret-file"][..],
                &["--yubikey-serial"],
                &network,
            ]
            .concat(),
        ),
        (
            "resync",
            [&["--mfa-serial", "--source"][..], &network].concat(),
        ),
        ("accounts", vec!["--yubikey-serial"]),
        ("off", vec![]),
        ("status", vec![]),
    ] {
        let run = Home::new().awsmfa([command, "--help"]).run();
        let help = &run.success().stdout;
        for flag in &all {
            let offered =
                help.contains(&format!(" {flag} <")) || help.contains(&format!(" {flag}\n"));
            assert_eq!(offered, used.contains(flag), "{command} {flag}\n{help}");
            if !used.contains(flag) {
                let refused = Home::new().awsmfa([command, flag, "1"]).run();
                refused.failure(2).complains("unexpected argument");
            }
        }
    }
}

#[test]
fn help_fits_into_80_columns_and_ends_with_examples() {
    let texts = COMMANDS.map(|command| vec![command, "--help"]);
    for words in texts.iter().cloned().chain([vec!["--help"]]) {
        let run = Home::new().awsmfa(&words).env("COLUMNS", "200").run();
        let help = &run.success().stdout;
        let widest = help.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80), "{widest:?} {words:?}\n{help}");
        let (_, examples) = help.split_once("\nExamples:\n").expect("examples");
        assert!(!examples.contains("\n\n"), "{words:?}");
    }
    let help = Home::new()
        .awsmfa(["env", "-h"])
        .run()
        .success()
        .stdout
        .clone();
    for heading in ["\nSession:\n", "\nCode:\n", "\nYubiKey:\n", "\nNetwork:\n"] {
        assert!(help.contains(heading), "{heading}\n{help}");
    }
    assert!(
        Home::new()
            .awsmfa(["--help"])
            .run()
            .stdout
            .contains("aws-mfa-on [PROFILE] [CODE]")
    );
}

#[test]
fn help_names_every_shell_that_is_taken() {
    let home = Home::new();
    for words in [&["init"][..], &["completions"], &["env", "--shell"]] {
        let refused = home.awsmfa([words, &["x"]].concat()).run();
        let (_, values) = refused.stderr.split_once("[possible values: ").unwrap();
        let (values, _) = values.split_once(']').unwrap();
        let run = home.awsmfa([words[0], "--help"]).run();
        let help = &run.success().stdout;
        let named = help.split(|letter: char| !letter.is_alphanumeric());
        for shell in values.split(", ") {
            assert!(named.clone().any(|word| word == shell), "{shell}\n{help}");
        }
    }
}

/// `false` is for a shell that evaluates it.
#[test]
fn nothing_is_evaluated_on_a_terminal() {
    let home = Home::new();
    for words in [
        "",
        "env --nosuch",
        "env nosuch --print",
        "evn",
        "off --nosuch",
    ] {
        let run = home.awsmfa(words.split_whitespace()).run();
        run.prints("false\n");
        let line = format!("'{AWSMFA}' {words}; echo status $?");
        let mut pty = home.line_on_terminal(&line);
        pty.expect("status ");
        assert!(!pty.seen().contains("false"), "{words}: {}", pty.seen());
    }
}
