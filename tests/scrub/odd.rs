//! Links, files of others, changes meanwhile, and what is no file.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use super::*;

fn dead_section() -> String {
    section(
        "dev",
        "ASIAIOSFODNN7MFAPAST",
        "expiration = 2020-01-01 00:00:00\n",
    )
}

#[test]
fn links_to_the_credentials_file_stay_links() {
    let home = Home::new();
    let keys = "[a]\naws_access_key_id = AKIAIOSFODNN7AAAAAAA\naws_secret_access_key = x\n";
    let target = home.write("dotfiles/credentials", format!("{keys}{}", dead_section()));
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    let link = home.path().join(".aws/credentials");
    symlink("../dotfiles/credentials", &link).unwrap();
    home.awsmfa(["scrub", "--yes"]).run().success();
    assert!(link.is_symlink());
    assert_eq!(read(&home, "dotfiles/credentials"), keys);
    let mode = fs::metadata(&target).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o640);
    assert_eq!(
        fs::read_dir(home.path().join("dotfiles")).unwrap().count(),
        1
    );
}

#[test]
fn a_removal_that_would_leave_the_secret_is_not_made() {
    let home = Home::new();
    let text = answer("ASIAIOSFODNN7CLIPAST", &iso(-HOUR));
    let other = home.write("elsewhere.json", &text);
    let cache = home.path().join(".aws/cli/cache");
    fs::create_dir_all(&cache).unwrap();
    symlink(&other, cache.join("link.json")).unwrap();
    let hard = home.write("hard.json", &text);
    fs::hard_link(&hard, cache.join("hard.json")).unwrap();
    let run = home.awsmfa(["scrub", "--yes"]).run();
    run.success()
        .says("link.json")
        .says("not removed: it is a link");
    run.says("not removed: it has another name (a hard link)");
    assert!(cache.join("link.json").exists() && cache.join("hard.json").exists());
}

#[test]
fn what_is_no_regular_file_is_passed_over_at_once() {
    let home = Home::new();
    home.write(
        ".aws/cli/cache/1.json",
        answer("ASIAIOSFODNN7CLIPAST", &iso(-HOUR)),
    );
    let cache = home.path().join(".aws/cli/cache");
    let fifo = cache.join("fifo.json");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    fs::create_dir(cache.join("directory.json")).unwrap();
    symlink("/dev/zero", cache.join("zero.json")).unwrap();
    symlink("loop.json", cache.join("loop.json")).unwrap();
    // Sparse, and far larger than any session.
    File::create(cache.join("huge.json"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    File::create(home.path().join(".bash_history"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    fs::write(cache.join("bytes.json"), b"{\xff\xfe\0").unwrap();
    let unreadable = home.write(".aws/sso/cache/1.json", "{}");
    fs::set_permissions(&unreadable, fs::Permissions::from_mode(0o0)).unwrap();
    let found = json(&home, &["--yes"]);
    assert_eq!(found.len(), 1);
    assert_eq!(of(&found, "1.json")["removed"], true);
    assert!(fifo.exists());
}

#[test]
fn what_has_changed_since_the_question_stays() {
    let home = Home::new();
    let cache = home.write(
        ".aws/cli/cache/1.json",
        answer("ASIAIOSFODNN7CLIPAST", &iso(-HOUR)),
    );
    home.write(".aws/credentials", dead_section());
    let mut person = home.terminal("scrub");
    for _ in 0..2 {
        person.expect("(y/n) ");
        if person.seen().matches("(y/n)").count() == 2 {
            fs::write(&cache, answer("ASIAIOSFODNN7CLINEW0", &iso(HOUR))).unwrap();
            let newer = dead_section().replace("MFAPAST", "MFANEW0");
            home.write(".aws/credentials", newer);
        }
        person.send("y\r");
    }
    person.expect("another program has changed it meanwhile");
    person.expect("another program has changed it meanwhile");
    person.expect("status 1");
    assert!(cache.exists());
    assert!(read(&home, ".aws/credentials").contains("MFANEW0"));
}

#[test]
fn other_variables_name_the_places() {
    let home = Home::new();
    let past = answer("ASIAIOSFODNN7CLIPAST", &iso(-HOUR));
    home.write("keys", dead_section());
    home.write("login/1.json", &past);
    home.write("cache/awsume/aws-credentials-A", &past);
    let run = home
        .awsmfa(["scrub", "--yes"])
        .env("AWS_SHARED_CREDENTIALS_FILE", home.path().join("keys"))
        .env("AWS_LOGIN_CACHE_DIRECTORY", home.path().join("login"))
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .run();
    run.success();
    assert_eq!(run.stdout.matches("removed ").count(), 3, "{}", run.story());
    assert_eq!(read(&home, "keys"), "");
}

#[test]
fn a_directory_that_nobody_may_write_to_is_an_error_and_the_rest_goes() {
    let home = Home::new();
    if is_root() {
        return;
    }
    let stays = home.write(
        ".aws/boto/cache/1.json",
        answer("ASIAIOSFODNN7BOTOPAS", &iso(-HOUR)),
    );
    home.write(
        ".aws/cli/cache/1.json",
        answer("ASIAIOSFODNN7CLIPAST", &iso(-HOUR)),
    );
    let directory = stays.parent().unwrap();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o500)).unwrap();
    let run = home.awsmfa(["scrub", "--yes"]).run();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).unwrap();
    run.failure(1)
        .complains("could not remove")
        .says("removed  ~/.aws/cli/cache/1.json");
    assert!(stays.exists());
}

/// Root may write everywhere.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn the_same_session_twice_goes_twice() {
    let home = Home::new();
    home.write(
        ".aws/credentials",
        format!("{}\n[a]\nx = y\n\n{}", dead_section(), dead_section()),
    );
    home.awsmfa(["scrub", "--yes"]).run().success();
    assert_eq!(read(&home, ".aws/credentials"), "[a]\nx = y\n\n");
}

#[test]
fn a_file_of_dead_sessions_alone_goes_as_a_whole() {
    let home = Home::new();
    let soon = section(
        "b",
        "ASIAIOSFODNN7MFASOON",
        &format!("expiration = {}\n", plain(HOUR, 0)),
    );
    home.write(
        ".aws/mfa_credentials",
        format!("{}\n{}", dead_section(), dead_section()),
    );
    home.write(".aws/token.b", format!("{}\n{soon}", dead_section()));
    let found = json(&home, &["--yes"]);
    assert_eq!(of(&found, "mfa_credentials")["removed"], true);
    assert_eq!(of(&found, "token.b")["state"], "valid");
    assert!(!home.path().join(".aws/mfa_credentials").exists());
}

/// As many as nobody has. Were each compared with each, this would not end.
#[test]
fn many_sections_and_settings_are_no_trouble() {
    let home = Home::new();
    let mut text = String::new();
    for index in 0..5_000 {
        text += &section(
            &format!("s{index}"),
            &format!("ASIAIOSFODNN7{index:07}"),
            "expiration = 2020-01-01 00:00:00\n",
        );
    }
    let settings: Vec<_> = (0..100_000)
        .map(|index| format!("k{index} = v\n"))
        .collect();
    let settings = settings.concat();
    text += &section(
        "many",
        "ASIAIOSFODNN7MANY000",
        &format!("expiration = 2020-01-01 00:00:00\n{settings}"),
    );
    home.write(".aws/credentials", text);
    let run = home.awsmfa(["scrub", "--yes"]).run();
    assert_eq!(run.success().stdout.matches("removed ").count(), 5_001);
    assert_eq!(
        read(&home, ".aws/credentials"),
        format!("[many]\n{settings}")
    );
}

#[test]
fn a_profile_file_that_cannot_be_read_is_said() {
    let home = Home::new();
    let path = home.write(".aws/credentials", "");
    File::options()
        .append(true)
        .open(&path)
        .unwrap()
        .set_len(17 << 20)
        .unwrap();
    let run = home.awsmfa(["scrub", "--yes"]).run();
    run.success()
        .complains("could not read ~/.aws/credentials, which may have sessions too");
    fs::remove_file(&path).unwrap();
    let run = home
        .awsmfa(["scrub"])
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .run();
    run.success().keeps_quiet_about("could not read");
}

#[test]
fn names_are_shown_harmless() {
    let home = Home::new();
    home.write(
        ".aws/credentials",
        dead_section().replace("[dev]", "[d\u{1b}[31mev]"),
    );
    let run = home.awsmfa(["scrub", "--yes"]).run();
    run.success()
        .says("removed  ~/.aws/credentials:1 [d\\u{1b}[31mev]");
    assert!(!run.stderr.contains('\u{1b}'));
}

/// However they are reached, and whatever the variables name.
#[test]
fn the_profile_files_are_no_copies_of_themselves() {
    let home = Home::new();
    let keys = "[a]\naws_access_key_id = AKIAIOSFODNN7AAAAAAA\naws_secret_access_key = x\n";
    let text = format!("{keys}{}", dead_section());
    let real = home.write(".aws/work", &text);
    symlink("work", home.path().join(".aws/credentials")).unwrap();
    home.write("other", &text);
    home.write(".aws/config", "");
    let dotted = home
        .path()
        .join("../")
        .join(home.path().file_name().unwrap())
        .join(".aws/work");
    for variable in ["", "other", dotted.to_str().unwrap()] {
        fs::write(&real, &text).unwrap();
        let run = home
            .awsmfa(["scrub", "--yes"])
            .env("AWS_SHARED_CREDENTIALS_FILE", variable)
            .run();
        run.success()
            .keeps_quiet_about("long-term")
            .says("removed  ");
        assert_eq!(read(&home, ".aws/work"), keys, "{variable}");
    }
    assert_eq!(read(&home, "other"), keys);
}
