//! Services that speak STS and are not AWS: their keys and tokens have more characters.

use crate::support::home::{account, account_with, exported};
use crate::support::shells::SHELLS;
use crate::support::stand_in::{AccessKey, Fault, Options, User};

#[test]
fn every_shell_holds_a_token_of_any_printable_characters() {
    let token: String = ('!'..='~').collect();
    for shell in SHELLS {
        let (aws, home) = account();
        aws.settle();
        aws.fail(
            "GetSessionToken",
            Fault::Replace("SessionToken", token.clone()),
            1,
        );
        let [on, off] = shell.functions();
        let lines = [
            shell.load(),
            format!("{on} {}", aws.code()),
            "printenv AWS_SESSION_TOKEN".to_owned(),
            off.to_owned(),
        ];
        home.write("script", lines.join("\n"));
        let words: Vec<&str> = shell.words.iter().copied().chain(["script"]).collect();
        let run = home.program(words[0], &words[1..]).run();
        run.success();
        assert_eq!(run.stdout, format!("{token}\n"), "{shell:?}{}", run.story());
    }
}

#[test]
fn a_users_key_may_have_any_printable_characters() {
    let key = AccessKey::active("minio-admin.eu~1+x=", "secret,of-a~\"service!");
    let user = User {
        keys: vec![key],
        ..User::default()
    };
    let (aws, home) = account_with(Options::of(user));
    let run = home.login(&format!("-c {}", aws.code())).run();
    assert!(exported(&run.success().stdout).len() > 3, "{}", run.story());
}
