//! Files that are odd, large, or none.

use super::*;

#[test]
fn odd_files_do_not_hide_the_rest() {
    let k = KEYS;
    let crlf = k.replace('\n', "\r\n");
    for (credentials, problem) in [
        (format!("\u{feff}[dev]\n{k}").into_bytes(), ""),
        (format!("[dev]\r\n{crlf}").into_bytes(), ""),
        (format!("[dev]\r{}", k.replace('\n', "\r")).into_bytes(), ""),
        (format!("[dev]\n{}", k.trim_end()).into_bytes(), ""),
        (format!("[dev] # mine\n; a\n# b\n{k}").into_bytes(), ""),
        (
            format!("  [dev]\n  {}", k.replace('\n', "\n  ")).into_bytes(),
            "",
        ),
        (
            format!("[dev]\nhunter2\n{k}").into_bytes(),
            "credentials:2: the line is neither",
        ),
        (
            format!("x = hunter2\n[dev]\n{k}").into_bytes(),
            "credentials:1: the line stands before",
        ),
        (
            format!("[x]\n[dev]\n{k}[x]\n").into_bytes(),
            "credentials:5: [x] stands there a second time (first in line 1)",
        ),
        (
            format!("[dev]\nregion = a\n{k}region = eu-west-1").into_bytes(),
            "credentials:5: region appears twice",
        ),
        (
            [b"[x]\na = \xff\n# \xff\n[dev]\n".to_vec(), k.into()].concat(),
            "credentials:2: the line is not UTF-8",
        ),
        (
            [b"[x]\na = hunter2\0\n[dev]\n".to_vec(), k.into()].concat(),
            "credentials:2: the line is not UTF-8",
        ),
        (
            format!("[x]\na = b\n [dev]\n{k}").into_bytes(),
            "credentials:3: the section is indented",
        ),
        (
            format!("[dev]\n{k}  region = x").into_bytes(),
            "credentials:4: the line is indented",
        ),
    ] {
        let home = Home::new("", &credentials);
        let text = String::from_utf8_lossy(&credentials).into_owned();
        assert!(
            home.resolve("dev", &[]).is_ok(),
            "{text}: {:#}",
            home.resolve("dev", &[]).unwrap_err()
        );
        let problems = home.problems();
        assert!(
            problems.contains(problem) && problems.is_empty() == problem.is_empty(),
            "{text}: {problems}"
        );
        assert!(!problems.contains("hunter2"), "{problems}");
    }
}

#[test]
fn ten_megabytes_are_read() {
    let junk = "hunter2\n".repeat(1_300_000);
    let home = Home::new("", format!("{junk}[dev]\n{KEYS}"));
    assert!(home.resolve("dev", &[]).is_ok());
    assert!(home.problems().contains("more such lines"));
}

#[test]
fn what_is_not_a_file() {
    let home = Home::new("", format!("[dev]\n{KEYS}"));
    let directory = home.0.path().to_str().unwrap();
    for (path, problem) in [
        ("/dev/null", ""),
        ("/nowhere", ""),
        // Too large, or too slow on a busy machine.
        ("/dev/zero", "; name "),
        (directory, "is a directory"),
        ("~/.aws", "~/.aws: it is a directory"),
    ] {
        let environment = home.environment(&[("AWS_CONFIG_FILE", path)]);
        let files = Files::read(&environment);
        let problems: Vec<_> = files.problems().collect();
        assert!(
            problems.concat().contains(problem) && problems.is_empty() == problem.is_empty(),
            "{problems:?}"
        );
        assert_eq!(files.profile_names(), ["dev"], "{path}");
    }
    assert!(!Path::new("/nowhere").exists());
}
