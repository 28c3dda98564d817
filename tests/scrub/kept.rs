//! Long-term keys, and what is not recognised: both stay.

use super::*;

#[test]
fn long_term_keys_are_reported_and_never_removed() {
    let home = Home::new();
    let token = "aws_session_token = left-over\nexpiration = 2020-01-01 00:00:00\n";
    let replaced = format!(
        "[a]\naws_access_key_id = AKIAIOSFODNN7AAAAAAA\naws_secret_access_key = {SECRET}\n{token}"
    );
    home.write(".aws/credentials", format!("{LONG_TERM}{replaced}"));
    let dead = section(
        "old",
        "ASIAIOSFODNN7MFAPAST",
        "expiration = 2020-01-01 00:00:00\n",
    );
    let key = serde_json::json!({"AccessKey": {"UserName": "a", "AccessKeyId": "AKIAIOSFODNN7JSON000", "SecretAccessKey": SECRET}});
    let files = [
        (".aws/credentials.no-mfa", LONG_TERM.to_owned()),
        (".aws/credentials-20240102", replaced.clone()),
        (".aws/credentials~", format!("{dead}{LONG_TERM}")),
        (".aws/credentials.bak", format!("{LONG_TERM}{dead}")),
        (".aws/mfa_credentials", replaced),
        (".aws/key.json", key.to_string()),
        (
            ".awsvault/keys/dev",
            "eyJhbGciOiJQIiwiZW5jIjoiQSJ9.a.b.c.d".to_owned(),
        ),
        (".config/fish/config.fish", format!("set -gx AWS_SESSION_TOKEN '{SECRET}'\n")),
        (".zshrc", "export AWS_SESSION_TOKEN=$(get-a-token-from-somewhere)\nexport AWS_SESSION_TOKEN_FILE=/0123456789012345678901234567890123456789\n".to_owned()),
        (".aws/notes.txt", "AWS_SESSION_TOKEN and more\n".to_owned()),
        (
            ".bashrc",
            format!(
                "alias a=b\nexport AWS_ACCESS_KEY_ID=AKIAIOSFODNN7BASHRC0\nexport AWS_SECRET_ACCESS_KEY='{SECRET}'\nexport AWS_SESSION_TOKEN=$TOKEN\n"
            ),
        ),
    ];
    for (name, contents) in &files {
        home.write(name, contents);
    }
    assert_eq!(json(&home, &[]), Vec::<Value>::new());
    let run = home.awsmfa(["scrub", "--yes"]).run();
    no_secret_in(run.success().prints(""));
    run.complains("~/.aws/credentials.no-mfa holds the long-term key AKIAIOSFODNN7EXAMPLE, which [dev-long-term] has too (mode 0600, 0s old)");
    run.complains(
        "~/.aws/key.json holds the long-term key AKIAIOSFODNN7JSON000, which no profile has",
    );
    run.complains(
        "~/.bashrc:2 holds access keys or session tokens, there and in further lines (1)",
    );
    run.complains("~/.config/fish/config.fish:1 holds an access key or a session token");
    run.keeps_quiet_about("notes.txt")
        .keeps_quiet_about("zshrc");
    run.keeps_quiet_about("awsmfa-rotation");
    for (name, contents) in &files {
        assert_eq!(&read(&home, name), contents, "{name}");
    }
}

#[test]
fn what_is_not_recognised_stays() {
    let home = Home::new();
    let past = iso(-HOUR);
    let files = [
        (".aws/cli/cache/a.json", "{\"Credentials\":{}}".to_owned()),
        (".aws/cli/cache/b.json", answer("ASIAIOSFODNN7CLIPAST", &past).replace("SessionToken", "Session")),
        (".aws/cli/cache/c.json", answer("ASIAIOSFODNN7CLIPAST", &past) + "x"),
        (".aws/cli/cache/d.json", answer("ASIA", &past)),
        (".aws/cli/cache/e.json", String::new()),
        (".aws/cli/cache/session.db", "SQLite format 3\0".to_owned()),
        (".aws/sso/cache/a.json", format!("{{\"expiresAt\":\"{past}\"}}")),
        (".awsvault/keys/t,ZGV2,,1000000000", "not sealed".to_owned()),
        (".aws/token.sh", format!("export AWS_ACCESS_KEY_ID=ASIAIOSFODNN7SCRIPT0\nexport AWS_SECRET_ACCESS_KEY={SECRET}\nexport AWS_SESSION_TOKEN=x\nrm -rf ~\n")),
        (".aws/config", section("profile x", "ASIAIOSFODNN7INDENT0", "  region = eu-west-1\nexpiration = 2020-01-01 00:00:00\n")),
        (".aws/credentials", format!("[half]\naws_access_key_id = ASIAIOSFODNN7MFAPAST\nexpiration = 2020-01-01 00:00:00\n[empty]\naws_access_key_id =\naws_session_token =\n[twice]\n{}", section("x", "ASIAIOSFODNN7TWICE00", "aws_session_token = other\nexpiration = 2020-01-01 00:00:00\naws_security_token =\n").replace("[x]\n", ""))),
    ];
    for (name, contents) in &files {
        home.write(name, contents);
    }
    assert_eq!(json(&home, &["--yes"]), Vec::<Value>::new());
    for (name, contents) in &files {
        assert_eq!(&read(&home, name), contents, "{name}");
    }
}
