//! Each tool's format, dead and valid; and long-term keys, which stay.

use super::*;

const LONG_TERM: &str = "\
[dev-long-term]
# mine
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_mfa_device = arn:aws:iam::123456789012:mfa/alice

";

/// The header of a JWE of keyring's, and four more parts.
const SEALED: &str = "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJjcmVhdGVkIjoiMjAyNiIsImVuYyI6IkEyNTZHQ00iLCJwMmMiOjgxOTIsInAycyI6IngifQ.a.b.c.d";

/// One file, whether it is dead, and whether scrub may remove it.
struct Case {
    path: String,
    contents: String,
    state: &'static str,
    removable: bool,
}

fn case(path: &str, contents: impl Into<String>, state: &'static str) -> Case {
    Case {
        path: path.to_owned(),
        contents: contents.into(),
        state,
        removable: true,
    }
}

fn awsume(id: &str, expiration: &str) -> String {
    let json = serde_json::json!({"AccessKeyId": id, "SecretAccessKey": SECRET,
        "SessionToken": "the-token", "Expiration": expiration, "Region": "eu-west-1"});
    serde_json::to_string_pretty(&json).unwrap()
}

fn sign_in(expiration: &str) -> String {
    serde_json::json!({"accessToken": {"accessKeyId": "ASIAIOSFODNN7SIGNIN0",
        "secretAccessKey": SECRET, "sessionToken": "the-token", "accountId": "123456789012",
        "expiresAt": expiration}, "tokenType": "aws_sigv4", "refreshToken": "the-refresh",
        "idToken": "x", "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": "-----BEGIN EC PRIVATE KEY-----\n"})
    .to_string()
}

fn token(expiration: &str, more: Value) -> String {
    let mut json = serde_json::json!({"startUrl": "https://x.awsapps.com/start",
        "region": "eu-west-1", "accessToken": "the-token", "expiresAt": expiration});
    let (all, more) = (json.as_object_mut().unwrap(), more);
    all.extend(more.as_object().unwrap().clone());
    json.to_string()
}

fn cases() -> Vec<Case> {
    let (past, soon) = (iso(-HOUR), iso(HOUR));
    let refresh = serde_json::json!({"refreshToken": "the-refresh", "clientId": "x",
        "clientSecret": "the-refresh", "registrationExpiresAt": soon});
    let gone = serde_json::json!({"refreshToken": "the-refresh", "registrationExpiresAt": past});
    let registration = |end: &str| {
        serde_json::json!({"clientId": "x", "clientSecret": "the-refresh", "expiresAt": end})
            .to_string()
    };
    let utc = |text: &str| text.replace('Z', "UTC");
    let name = |end: u64| format!(".awsvault/keys/sts.GetSessionToken,ZGV2,YXJu,{end}");
    let mut cases = vec![
        case(
            ".aws/cli/cache/1f.json",
            answer("ASIAIOSFODNN7CLIPAST", &past),
            "dead",
        ),
        case(
            ".aws/cli/cache/2f.json",
            answer("ASIAIOSFODNN7CLISOON", &soon),
            "valid",
        ),
        case(
            ".aws/cli/cache/3f.json",
            answer("ASIAIOSFODNN7CLIUTC0", &utc(&past)),
            "dead",
        ),
        case(
            ".aws/boto/cache/1f.json",
            answer("ASIAIOSFODNN7BOTOPAS", &past),
            "dead",
        ),
        case(
            ".aws/sso/cache/1f.json",
            token(&utc(&past), serde_json::json!({})),
            "dead",
        ),
        case(
            ".aws/sso/cache/2f.json",
            token(&soon, serde_json::json!({})),
            "valid",
        ),
        // It can be refreshed.
        case(".aws/sso/cache/3f.json", token(&past, refresh), "valid"),
        case(".aws/sso/cache/4f.json", token(&past, gone), "dead"),
        case(
            ".aws/sso/cache/botocore-client-id-a.json",
            registration(&past),
            "dead",
        ),
        case(
            ".aws/sso/cache/botocore-client-id-b.json",
            registration(&soon),
            "valid",
        ),
        // So can this, for twelve hours since the file was written.
        case(".aws/login/cache/1f.json", sign_in(&past), "valid"),
        case(
            ".awsume/cache/aws-credentials-AKIA1",
            awsume("ASIAIOSFODNN7UMEPAST", &plain(-HOUR, 0)),
            "dead",
        ),
        case(
            ".awsume/cache/aws-credentials-AKIA2",
            awsume("ASIAIOSFODNN7UMESOON", &plain(HOUR, 0)),
            "valid",
        ),
        case(&name(epoch(-HOUR)), SEALED, "dead"),
        case(&name(epoch(HOUR)), SEALED, "valid"),
        case(
            ".aws/mfa_credentials",
            answer("ASIAIOSFODNN7LONELY0", &past),
            "dead",
        ),
        case(
            ".aws/token.dev.sh",
            format!(
                "# SOURCE this\nexport AWS_ACCESS_KEY_ID=ASIAIOSFODNN7SCRIPT0\nexport AWS_SECRET_ACCESS_KEY={SECRET}\nexport AWS_SESSION_TOKEN=\"the-token\"\n"
            ),
            "unclear",
        ),
    ];
    let of_tools = [
        case(
            ".granted/secure-storage-aws-session-credentials/dev",
            SEALED,
            "unclear",
        ),
        case(
            ".aws-sso/store.json",
            r#"{"RegisterClient":{},"CreateTokenResponse":{},"RoleCredentials":{},"StaticCredentials":{}}"#,
            "unclear",
        ),
        case(
            ".aws/cli/cache/tmpabc.tmp",
            answer("ASIAIOSFODNN7TMPFILE", &past),
            "dead",
        ),
    ];
    cases.extend(of_tools.into_iter().map(|case| Case {
        removable: false,
        ..case
    }));
    cases
}

#[test]
fn every_cache_is_recognised_by_its_format() {
    let home = Home::new();
    let cases = cases();
    for case in &cases {
        home.write(&case.path, &case.contents);
    }
    let found = json(&home, &[]);
    for case in &cases {
        let one = of(&found, &case.path);
        assert_eq!(one["state"], case.state, "{}", case.path);
        assert_eq!(one["removable"], case.removable, "{}", case.path);
        assert_eq!(one["dead"], case.state == "dead", "{}", case.path);
    }
    assert_eq!(found.len(), cases.len(), "{found:#?}");
    let run = home.awsmfa(["scrub", "--yes"]).run();
    no_secret_in(run.success());
    for case in &cases {
        let goes = case.state == "dead" && case.removable;
        let there = home.path().join(&case.path).exists();
        assert_eq!(there, !goes, "{}{}", case.path, run.story());
    }
    run.says("removed  ~/.aws/cli/cache/1f.json: cached session of the AWS CLI ASIAIOSFODNN7CLIPAST, expired 1h ago");
    // A second run has nothing to do.
    home.awsmfa(["scrub", "--yes"])
        .run()
        .success()
        .keeps_quiet_about("removing");
}

#[test]
fn a_sign_in_is_dead_twelve_hours_after_its_last_use() {
    let home = Home::new();
    let path = home.write(".aws/login/cache/1f.json", sign_in(&iso(-12 * HOUR)));
    written(&path, DAY / 2 - 300);
    assert_eq!(of(&json(&home, &[]), "1f.json")["state"], "valid");
    written(&path, DAY / 2 + 300);
    assert_eq!(of(&json(&home, &[]), "1f.json")["state"], "dead");
}

/// Sections as the tools write them, those that are dead first.
fn sections() -> (Vec<String>, Vec<String>) {
    let of_mfa = |end: &str| {
        format!("assumed_role = False\naws_security_token = the-token\nexpiration = {end}\n")
    };
    let of_saml = |end: &str| {
        format!(
            "aws_security_token = the-token\nx_principal_arn = arn:aws:sts::1:assumed-role/a/b\nx_security_token_expires = {end}\n"
        )
    };
    let dead = vec![
        section("dev", "ASIAIOSFODNN7MFAPAST", &of_mfa(&plain(-HOUR, 0))),
        section(
            "saml",
            "ASIAIOSFODNN7SAMLPAS",
            &of_saml(&iso(-HOUR).replace('Z', "+00:00")),
        ),
        section(
            "gsts",
            "ASIAIOSFODNN7GSTSPAS",
            &format!(
                "aws_session_expiration = {}\n",
                iso(-HOUR).replace('Z', ".000Z")
            ),
        ),
        section(
            "myaws",
            "ASIAIOSFODNN7TOOLPAS",
            &format!("mfa:expiration={}\n", iso(-HOUR)),
        ),
        section(
            "autoawsume-a",
            "ASIAIOSFODNN7AUTOPAS",
            &format!(
                "manager = awsume\nregion = eu-west-1\nautoawsume = true\nexpiration = {}\n",
                plain(-HOUR, 0)
            ),
        ),
    ];
    let valid = vec![
        section("mfa2", "ASIAIOSFODNN7MFASOON", &of_mfa(&plain(HOUR, 0))),
        section("saml2", "ASIAIOSFODNN7SAMLSOO", &of_saml(&iso(HOUR))),
        section("session-temp", "ASIAIOSFODNN7NOEXPIR", ""),
    ];
    (dead, valid)
}

#[test]
fn sections_go_and_no_other_byte_changes() {
    let home = Home::new();
    let (dead, valid) = sections();
    let other = "; a comment\n[prod] # prod\naws_access_key_id=AKIAIOSFODNN7PROD000\r\naws_secret_access_key=x\ns3 =\n  max_concurrent_requests = 3\n\n\n\n[weird\nnot a setting";
    let whole = |dead: &[String]| {
        let mut text = format!("\u{feff}{LONG_TERM}");
        for (index, valid) in valid.iter().enumerate() {
            text += valid;
            text += "\n";
            if let Some(dead) = dead.get(index) {
                text += dead;
                text += "\n";
            }
        }
        for dead in dead.iter().skip(valid.len()) {
            text += dead;
            text += "
";
        }
        text + other
    };
    home.write(".aws/credentials", whole(&dead));
    home.awsmfa(["scrub", "--yes"]).run().success();
    assert_eq!(read(&home, ".aws/credentials"), whole(&[]));
    assert_eq!(json(&home, &[]).len(), valid.len());
}

#[test]
fn what_the_user_wrote_beside_a_session_stays() {
    let home = Home::new();
    let text = format!(
        "{LONG_TERM}[dev]\n# keep me\naws_access_key_id = ASIAIOSFODNN7MFAPAST\n\
         region = eu-west-1\naws_secret_access_key = {SECRET}\naws_session_token = the-token\n\
         expiration = {}\n\n[config]\nregion = x\n",
        plain(-HOUR, 0)
    );
    home.write(".aws/credentials", &text);
    home.write(
        ".aws/config",
        format!(
            "[profile old]\nregion = eu-west-1\n{}",
            section(
                "profile new",
                "ASIAIOSFODNN7CONFIG0",
                &format!("expiration = {}\n", plain(-HOUR, 0))
            )
        ),
    );
    home.awsmfa(["scrub", "--yes"]).run().success();
    let left = format!("{LONG_TERM}[dev]\n# keep me\nregion = eu-west-1\n\n[config]\nregion = x\n");
    assert_eq!(read(&home, ".aws/credentials"), left);
    assert_eq!(
        read(&home, ".aws/config"),
        "[profile old]\nregion = eu-west-1\n"
    );
}

/// awsume writes the clock on the wall, aws-mfa UTC, into a setting of the same name.
#[test]
fn local_times_are_local_and_utc_is_utc() {
    // Nine hours ahead of UTC, and 3:30 behind.
    for (zone, ahead) in [("XXX-9", 9 * HOUR), ("XXX3:30", -7 * HOUR / 2)] {
        let home = Home::new().with("TZ", zone);
        let managed = |end: i64| format!("manager = awsume\nexpiration = {}\n", plain(end, ahead));
        let of_mfa = |end: i64| format!("expiration = {}\n", plain(end, 0));
        let sections = [
            section("awsume-past", "ASIAIOSFODNN7UMEPAST", &managed(-HOUR)),
            section("awsume-soon", "ASIAIOSFODNN7UMESOON", &managed(HOUR)),
            section("mfa-past", "ASIAIOSFODNN7MFAPAST", &of_mfa(-HOUR)),
            section("mfa-soon", "ASIAIOSFODNN7MFASOON", &of_mfa(HOUR)),
        ];
        home.write(".aws/credentials", sections.concat());
        home.write(
            ".awsume/cache/past",
            awsume("ASIAIOSFODNN7UMEPAST", &plain(-HOUR, ahead)),
        );
        home.write(
            ".awsume/cache/soon",
            awsume("ASIAIOSFODNN7UMESOON", &plain(HOUR, ahead)),
        );
        let found = json(&home, &[]);
        for (place, state) in [
            ("awsume-past", "dead"),
            ("awsume-soon", "valid"),
            ("mfa-past", "dead"),
            ("mfa-soon", "valid"),
            ("cache/past", "dead"),
            ("cache/soon", "valid"),
        ] {
            assert_eq!(of(&found, place)["state"], state, "{zone} {place}");
        }
        let expiration = of(&found, "awsume-soon")["expiration"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            (iso(HOUR - 60)..=iso(HOUR)).contains(&expiration),
            "{expiration}"
        );
    }
}

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

#[test]
fn doctor_names_what_is_left_and_not_what_is_in_use() {
    let home = Home::new();
    let (dead, valid) = sections();
    home.write(
        ".aws/credentials",
        format!("{LONG_TERM}{}{}", dead[0], valid[0]),
    );
    for (name, end) in [("1", -HOUR), ("2", -HOUR), ("3", HOUR)] {
        let path = format!(".aws/cli/cache/{name}.json");
        home.write(&path, answer("ASIAIOSFODNN7CLI0000", &iso(end)));
    }
    home.write(".aws/credentials.bak", LONG_TERM);
    home.write(".zshrc", format!("\nexport AWS_SESSION_TOKEN={SECRET}\n"));
    let run = home.awsmfa(["doctor", "dev"]).run();
    no_secret_in(&run);
    let lines: Vec<_> = run
        .stdout
        .lines()
        .filter(|line| line.contains("awsmfa scrub"))
        .collect();
    assert_eq!(lines.len(), 2, "{}", run.story());
    run.says("warning ~/.aws/credentials:7 [dev]: session of aws-mfa ASIAIOSFODNN7MFAPAST, expired 1h ago, 0s old; to remove it: awsmfa scrub\n");
    run.says("warning ~/.aws/cli/cache/1.json: cached session of the AWS CLI ASIAIOSFODNN7CLI0000, expired 1h ago, 0s old; and 1 more there; ");
    run.says("warning ~/.aws/credentials.bak holds the long-term key AKIAIOSFODNN7EXAMPLE, which [dev-long-term] has too (mode 0600)");
    run.says("warning ~/.zshrc:2 holds an access key or a session token");
}
