//! The release workflow, and what tells others where a release's files are.

use std::path::Path;

use super::archive::packaging;
use super::{PROJECT, listing};
use crate::support::home::{AWSMFA, Home};

/// The address of the repository: `Cargo.toml` alone names it.
const ADDRESS: &str = env!("CARGO_PKG_REPOSITORY");

const WORKFLOW: &str = include_str!("../../.github/workflows/release.yml");

#[test]
fn only_cargo_toml_names_the_address_of_the_repository() {
    let repository = ADDRESS
        .strip_prefix("https://github.com/")
        .expect("a repository on GitHub");
    let project = Path::new(PROJECT);
    let mut seen = 0;
    let directories = [
        "man",
        ".github",
        "packaging",
        "shell",
        "completions",
        "conf.d",
        "script",
        "src",
        "tests",
    ];
    let below = directories.iter().flat_map(|directory| {
        let files = listing(&project.join(directory)).into_iter();
        files.map(move |file| format!("{directory}/{file}"))
    });
    for file in ["README.md", "CHANGELOG.md", "Makefile"]
        .map(str::to_owned)
        .into_iter()
        .chain(below)
    {
        let text = std::fs::read(project.join(&file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains(repository), "{file} names {repository}");
        seen += usize::from(!text.is_empty());
    }
    assert!(seen > 300, "only {seen} files were read");
}

/// The value of a setting of `[package.metadata.binstall]`, filled in as binstall does.
fn binstall(setting: &str, target: &str) -> String {
    let manifest = include_str!("../../Cargo.toml");
    let (_, table) = manifest
        .split_once("[package.metadata.binstall]")
        .expect("binstall's table");
    let value = table
        .lines()
        .find_map(|line| line.strip_prefix(setting)?.strip_prefix(" = \""))
        .and_then(|rest| rest.split('"').next());
    let filled = [
        ("{ repo }", ADDRESS),
        ("{ version }", env!("CARGO_PKG_VERSION")),
        ("{ target }", target),
        ("{ bin }", "awsmfa"),
        ("{ binary-ext }", ""),
    ];
    let value = value.expect(setting).to_owned();
    filled
        .into_iter()
        .fold(value, |value, (name, text)| value.replace(name, text))
}

/// `packaging/dist.sh` names the archive, and the workflow the release.
#[test]
fn binstall_finds_the_program_in_the_archive() {
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("awsmfa-{version}-TARGET");
    let dist = include_str!("../../packaging/dist.sh");
    assert!(dist.contains("name=awsmfa-$version-$target\n"));
    let home = Home::new();
    packaging(&home, "archive.sh", &[AWSMFA, &name, "."]).success();

    let address = format!("{ADDRESS}/releases/download/v{version}/{name}.tar.gz");
    assert_eq!(binstall("pkg-url", "TARGET"), address);
    assert_eq!(binstall("pkg-fmt", "TARGET"), "tgz");
    let archive = format!("{name}.tar.gz");
    let run = home.program("tar", ["-tzf", &archive]).run();
    let program = binstall("bin-dir", "TARGET");
    let stdout = &run.success().stdout;
    assert!(stdout.lines().any(|line| line == program), "{stdout}");
}

/// The workflow's jobs: name and text.
fn jobs() -> Vec<(&'static str, &'static str)> {
    let (_, jobs) = WORKFLOW.split_once("\njobs:\n").expect("jobs");
    let is_name =
        |line: &&str| line.starts_with("  ") && line[2..].starts_with(char::is_alphabetic);
    let names: Vec<_> = jobs.lines().filter(is_name).collect();
    let starts: Vec<_> = names
        .iter()
        .map(|name| jobs.find(&format!("{name}\n")).expect("a job"))
        .chain([jobs.len()])
        .collect();
    names
        .iter()
        .zip(starts.windows(2))
        .map(|(name, ends)| (name.trim().trim_end_matches(':'), &jobs[ends[0]..ends[1]]))
        .collect()
}

#[test]
fn the_job_that_signs_runs_no_code_of_the_project() {
    let jobs = jobs();
    let names: Vec<_> = jobs.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["test", "advisories", "build", "attest", "publish"]);
    for (name, job) in &jobs {
        let signs = job.contains("id-token: write") || job.contains("attestations: write");
        assert_eq!(signs, *name == "attest", "{job}");
        assert_eq!(job.contains("contents: write"), *name == "publish", "{job}");
    }
    let attest = jobs[3].1;
    assert!(
        !attest.contains("run:") && !attest.contains("actions/checkout"),
        "{attest}"
    );
    let (head, _) = WORKFLOW.split_once("\njobs:\n").expect("jobs");
    assert!(
        head.contains("permissions:\n  contents: read\n\n"),
        "{head}"
    );
}

/// Each job waits for the one before it, and so for the tests and the advisories.
#[test]
fn nothing_is_built_before_the_tests_and_the_advisories_have_passed() {
    let jobs = jobs();
    let needs = |job: &'static str| {
        job.lines()
            .find_map(|line| line.strip_prefix("    needs: "))
    };
    let needs: Vec<_> = jobs.iter().map(|(_, job)| needs(job)).collect();
    let expected = [
        None,
        None,
        Some("[test, advisories]"),
        Some("build"),
        Some("attest"),
    ];
    assert_eq!(needs, expected);
    assert!(jobs[1].1.contains("- run: make advisories\n"));
}

#[test]
fn every_action_is_pinned_to_a_commit() {
    let mut seen = 0;
    for workflow in [WORKFLOW, include_str!("../../.github/workflows/test.yml")] {
        for line in workflow.lines().filter(|line| line.contains("uses:")) {
            let (_, commit) = line.split_once('@').expect(line);
            let commit = commit.split(' ').next().expect("a commit");
            let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(pinned, "{line}");
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen} actions");
}

#[test]
fn the_notes_say_how_to_verify_a_file() {
    let run = packaging(&Home::new(), "verify.sh", &[]);
    let repository = ADDRESS.trim_start_matches("https://github.com/");
    let command = format!(
        "gh attestation verify FILE --repo {repository} \\\n    \
         --signer-workflow {repository}/.github/workflows/release.yml\n"
    );
    assert!(run.success().stdout.contains(&command), "{}", run.story());
}

/// A release is not made of a tag that says something else than the files.
#[test]
fn a_tag_must_match_the_version() {
    let home = Home::new();
    let run = packaging(&home, "version.sh", &["v0.0.1", ADDRESS]);
    run.failure(1)
        .complains("the tag is v0.0.1, Cargo.toml says");
    assert!(run.stdout.is_empty(), "{}", run.story());

    // The version of Cargo.toml, in a project whose CHANGELOG.md has it.
    home.write(
        "Cargo.toml",
        "[package]\nversion = \"1.2.0\"\nrepository = \"https://x/y\"\n",
    );
    let script =
        std::fs::read(Path::new(PROJECT).join("packaging/version.sh")).expect("the script");
    home.write("packaging/version.sh", script);
    let check = |changelog: &str| {
        home.write("CHANGELOG.md", changelog);
        home.program("bash", ["packaging/version.sh", "v1.2.0", "https://x/y"])
            .run()
    };
    check("## [Unreleased]\n\n- one\n")
        .failure(1)
        .complains("CHANGELOG.md has nothing under '## [1.2.0] - DATE'");
    home.program("bash", ["packaging/version.sh", "v1.2.0", "https://x/z"])
        .run()
        .failure(1)
        .complains("the repository is https://x/z, Cargo.toml names another");
    let run = check(
        "## [Unreleased]\n\n- one\n## [1.2.0] - 2026-01-02\n\n- two\n## [1.1.0] - 2025-01-02\n\n- three\n",
    );
    assert_eq!(run.success().stdout.trim(), "- two");
}
