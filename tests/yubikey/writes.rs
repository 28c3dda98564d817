//! Only `awsmfa enroll` writes to a key.

use crate::support::card::{Account, Pcscd, SOURCE, shows_the_code};
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::stand_in::{Options, StandIn};

const BASE32: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Every command that `--help` lists, so that a new one is among them; with what makes it work.
fn commands() -> Vec<Vec<String>> {
    let help = Home::new().awsmfa(["--help"]).run().stdout;
    let list = help.split("Commands:").nth(1).unwrap();
    let list = list.split("\n\n").next().unwrap();
    let names = list.lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?.split(' ').next()?;
        (!name.is_empty() && !["help", "enroll"].contains(&name)).then_some(name)
    });
    let words = |name: &str| match name {
        "env" => "env --shell sh".to_owned(),
        "exec" => "exec -- true".to_owned(),
        "credentials" => "credentials default".to_owned(),
        "agent" => "agent status".to_owned(),
        "init" | "completions" => format!("{name} zsh"),
        "ssh" => "ssh nowhere.invalid".to_owned(),
        "console" => "console --print".to_owned(),
        "scrub" => "scrub --yes".to_owned(),
        other => other.to_owned(),
    };
    names
        .map(|name| words(name).split(' ').map(str::to_owned).collect())
        .collect()
}

/// The command, with a key that has the account of the user's device. Bounded, whatever it does.
fn run(words: &[String]) -> (Pcscd, Run) {
    let aws = StandIn::start(Options::default());
    let pcscd = Pcscd::with_accounts([Account::totp(aws.serial())]);
    let home = Home::of(&aws);
    home.configure(&format!("{SOURCE}\n"));
    let words: Vec<_> = [&["60".to_owned(), AWSMFA.to_owned()], words].concat();
    let run = home
        .program("timeout", words)
        .env("PCSCLITE_CSOCK_NAME", pcscd.socket())
        .run();
    (pcscd, run)
}

#[test]
fn no_command_but_enroll_writes_to_a_key() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    let mut asked = 0;
    for words in commands {
        let (pcscd, run) = run(&words);
        let key = pcscd.key(0);
        let story = run.story();
        assert_ne!(run.status.code(), Some(124), "{story}");
        assert_eq!(key.config().accounts.len(), 1, "{story}");
        asked += usize::from(!key.commands().is_empty());
        // Dropped, the service fails the test if anything was written.
    }
    assert!(
        asked >= 5,
        "env, exec, credentials, code, accounts: {asked}"
    );
}

/// What the virtual key makes of PUT is what Yubico's own tool means by it.
#[test]
fn yubicos_own_tool_writes_to_the_virtual_key() {
    let pcscd = Pcscd::with_accounts([]);
    let words = [
        "oath", "accounts", "add", "--touch", "--issuer", "AWS", "alice", BASE32,
    ];
    pcscd.ykman(&words).success();
    let expected = Account {
        secret: b"1234567890".repeat(4),
        ..Account::touch("AWS:alice")
    };
    assert_eq!(
        pcscd.key(0).config().accounts,
        std::slice::from_ref(&expected)
    );
    pcscd
        .key(0)
        .reconfigure(|config| config.accounts[0].touch = false);
    let code = pcscd.ykman(&["oath", "accounts", "code", "--single", "AWS:alice"]);
    shows_the_code(&code, &expected, 30);
    pcscd
        .ykman(&["oath", "accounts", "delete", "--force", "AWS:alice"])
        .success();
    assert!(pcscd.key(0).config().accounts.is_empty());
}
