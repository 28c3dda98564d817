//! Killed at any moment, it leaves each file as it was or as it should be, and a second run does the
//! rest.

use super::*;

/// What changes something on disk, or makes it last. A call that creates a file is followed by one of
/// these.
const WRITES: [&str; 6] = ["write", "fchmod", "fsync", "renameat", "unlinkat", "fchown"];

fn home() -> (Home, String) {
    let home = Home::new();
    let keys = "[a]\naws_access_key_id = AKIAIOSFODNN7AAAAAAA\naws_secret_access_key = x\n\n";
    let dead = |name| {
        section(
            name,
            "ASIAIOSFODNN7MFAPAST",
            "expiration = 2020-01-01 00:00:00\n",
        )
    };
    home.write(
        ".aws/credentials",
        format!("{keys}{}{}", dead("b"), dead("c")),
    );
    home.write(
        ".aws/cli/cache/1.json",
        answer("ASIAIOSFODNN7CLIPAST", "2020-01-01T00:00:00Z"),
    );
    home.write(
        ".aws/cli/cache/2.json",
        answer("ASIAIOSFODNN7CLIPAST", "2020-01-01T00:00:00Z"),
    );
    (home, keys.to_owned())
}

#[test]
fn kill_9_at_any_system_call_loses_nothing() {
    let mut kills = 0;
    for call in WRITES {
        for nth in 1.. {
            let (home, keys) = home();
            let before = read(&home, ".aws/credentials");
            let inject = format!("{call}:signal=KILL:when={nth}");
            let trace = format!("trace={call}");
            let awsmfa = crate::support::home::AWSMFA;
            let words = [
                "-f",
                "-o",
                "trace",
                "-e",
                &trace,
                "-e",
                &format!("inject={inject}"),
                awsmfa,
                "scrub",
                "--yes",
            ];
            let run = home.program("strace", words).run();
            let now = read(&home, ".aws/credentials");
            assert!(
                now == before || now == keys,
                "{call} {nth}: {now}{}",
                run.story()
            );
            if run.status.success() {
                break;
            }
            kills += 1;
            home.awsmfa(["scrub", "--yes"]).run().success();
            assert_eq!(read(&home, ".aws/credentials"), keys, "{call} {nth}");
            assert_eq!(
                fs::read_dir(home.path().join(".aws/cli/cache"))
                    .unwrap()
                    .count(),
                0
            );
            let left = fs::read_dir(home.path().join(".aws")).unwrap();
            for name in left.map(|entry| entry.unwrap().file_name()) {
                let name = name.to_str().unwrap();
                let lock = name == "credentials.awsmfa-lock"
                    && read(&home, &format!(".aws/{name}")).is_empty();
                assert!(
                    lock || ["credentials", "cli"].contains(&name),
                    "{call} {nth}: {name}"
                );
            }
        }
    }
    assert!(kills > 10, "{kills}");
}
