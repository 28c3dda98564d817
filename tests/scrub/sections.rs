//! Sections of the profile files, dead and valid.

use super::caches::awsume;
use super::*;

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
                "manager = awsume\nregion = eu-west-1\nautoawsume = true\nexpiration = {0}\n\
                 source_expiration = {0}\nawsumepy_command = -a a\n",
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
    // Japan is nine hours ahead of UTC, Newfoundland 3:30 behind.
    for (zone, ahead) in [("JST-9", 9 * HOUR), ("NST3:30", -7 * HOUR / 2)] {
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
