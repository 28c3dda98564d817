//! Terraform with its state in S3, applied for longer than a role's session lasts. No package registry
//! has the program, so these tests use the one on the PATH, if there is one.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::outages::{AWAY, run_with, short_roles};
use super::tools::{SURROUNDINGS, long_term_keys_signed_only_the_login, refreshed};
use crate::support::home::Run;
use crate::support::landing::Landing;
use crate::support::shells::BASH;
use crate::support::stand_in::{Door, Signer};
use crate::support::tools::left_out;

const APPLY: &str = "export CHECKPOINT_DISABLE=1; \
    terraform init -no-color -input=false && \
    terraform apply -no-color -input=false -auto-approve";

/// The program, unless there is none on this machine.
#[expect(clippy::disallowed_methods, reason = "PATH is how the tools are found")]
fn is_there() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join("terraform").exists());
    if !found {
        left_out("a test of Terraform (not on the PATH)");
    }
    found
}

/// A project whose only resource takes so many seconds to create.
fn project(landing: &Landing, seconds: u32, backend: &str) -> PathBuf {
    let endpoint = landing.aws.endpoint();
    landing.home.write(
        "main.tf",
        format!(
            r#"terraform {{
  backend "s3" {{
    bucket         = "states"
    key            = "a.tfstate"
    region         = "eu-west-1"
    use_path_style = true
    use_lockfile   = true
    endpoints      = {{ s3 = "{endpoint}", sts = "{endpoint}", iam = "{endpoint}" }}
    {backend}
  }}
}}
resource "terraform_data" "slow" {{
  provisioner "local-exec" {{
    command = "touch started; sleep {seconds}"
  }}
}}
"#
        ),
    )
}

/// Init and apply; `outage` happens while the resource is being created.
fn apply(landing: &Landing, door: &Door, outage: impl FnOnce() + Send) -> Run {
    let invocation =
        refreshed(landing, &["dev"], APPLY).env("AWS_ENDPOINT_URL_STS", door.endpoint());
    let started = landing.home.path().join("started");
    run_with(invocation, || started.exists(), outage)
}

#[track_caller]
fn is_complete(landing: &Landing, run: &Run, role: &str) {
    run.success().says("Apply complete! Resources: 1 added");
    long_term_keys_signed_only_the_login(&landing.aws);
    assert_eq!(landing.aws.spent().len(), 1, "one code{}", run.story());
    let requests = landing.aws.requests();
    let states: Vec<_> = requests.iter().filter(|one| one.service == "s3").collect();
    assert!(states.len() > 5, "{}", run.story());
    for request in states {
        assert_eq!(
            request.signer,
            Signer::Role(role.to_owned()),
            "{}",
            run.story()
        );
    }
}

#[test]
fn an_apply_goes_on_past_two_lifetimes_of_its_role() {
    if !is_there() {
        return;
    }
    thread::scope(|scope| {
        for (backend, role) in [("", "dev"), (r#"profile = "stage""#, "stage")] {
            scope.spawn(move || {
                let (landing, door) = short_roles(3);
                project(&landing, 7, backend);
                let run = apply(&landing, &door, || ());
                is_complete(&landing, &run, role);
                assert!(landing.aws.assumed(role) > 1, "{}", run.story());
            });
        }
    });
}

/// In the terminal's own environment, without `exec`.
#[test]
fn an_apply_finds_its_profile_in_a_terminal_with_profiles() {
    if !is_there() {
        return;
    }
    for (backend, role) in [("", "dev"), (r#"profile = "stage""#, "stage")] {
        let landing = Landing::new();
        project(&landing, 0, backend);
        let code = landing.aws.code();
        let lines = format!("aws-mfa-on -q --profiles dev {code}\n{APPLY}");
        let run = landing.script(BASH, &lines).envs(SURROUNDINGS).run();
        is_complete(&landing, &run, role);
    }
}

/// STS is away from before the role's session ends until long after the state is due.
#[test]
fn an_apply_waits_for_sts() {
    if !is_there() {
        return;
    }
    thread::scope(|scope| {
        for away in AWAY {
            for (backend, role) in [("", "dev"), (r#"profile = "stage""#, "stage")] {
                scope.spawn(move || {
                    let (landing, door) = short_roles(3);
                    project(&landing, 4, backend);
                    let run = apply(&landing, &door, || {
                        away.happens(&landing, &door, Duration::from_secs(30));
                    });
                    is_complete(&landing, &run, role);
                });
            }
        }
    });
}

/// The same in a terminal with `--profiles`: a `credential_process` that ends without credentials would
/// end the apply.
#[test]
fn an_apply_in_a_terminal_with_profiles_waits_for_sts() {
    if !is_there() {
        return;
    }
    thread::scope(|scope| {
        for away in AWAY {
            scope.spawn(move || {
                let (landing, door) = short_roles(3);
                project(&landing, 4, r#"profile = "stage""#);
                let code = landing.aws.code();
                let lines = format!("aws-mfa-on -q --profiles dev {code}\n{APPLY}");
                let terminal = landing.script(BASH, &lines).envs(SURROUNDINGS);
                let terminal = terminal.env("AWS_ENDPOINT_URL_STS", door.endpoint());
                let started = landing.home.path().join("started");
                let run = run_with(
                    terminal,
                    || started.exists(),
                    || away.happens(&landing, &door, Duration::from_secs(20)),
                );
                is_complete(&landing, &run, "stage");
            });
        }
    });
}

/// No login can help: Terraform must say so at once, and keep its state in a file.
#[test]
fn an_apply_does_not_wait_for_a_role_that_aws_refuses() {
    if !is_there() {
        return;
    }
    let (landing, door) = short_roles(3);
    project(&landing, 4, "");
    let run = apply(&landing, &door, || {
        landing
            .aws
            .change(|options| options.roles.retain(|role| role.name() != "dev"));
    });
    run.failure(1).complains("awsmfa: ");
    assert!(landing.home.path().join("errored.tfstate").exists());
    let asked = landing.aws.assumed("dev");
    assert!(asked < 20, "{asked} calls{}", run.story());
}
