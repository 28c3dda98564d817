//! Each tool's files of its own, dead and valid.

use super::*;

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

pub fn awsume(id: &str, expiration: &str) -> String {
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

/// `granted cache clear` also knows the store of long-term keys, and `--all` includes it.
#[test]
fn advice_for_granted_leaves_its_long_term_keys() {
    let home = Home::new();
    for name in [
        "aws-session-credentials",
        "aws-sso-tokens",
        "aws-iam-credentials",
    ] {
        home.write(&format!("config/granted/secure-storage-{name}/dev"), SEALED);
    }
    let config = home.path().join("config");
    let scrub = home.awsmfa(["scrub", "--dry-run"]);
    let run = scrub.env("XDG_CONFIG_HOME", config).run();
    run.success();
    let advice = |store| format!("better: granted cache clear --storage {store}\n");
    for store in ["session-credentials", "sso-token"] {
        assert!(run.stdout.contains(&advice(store)), "{}", run.story());
    }
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.story());
}
