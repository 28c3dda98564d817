//! `AWS_CA_BUNDLE`, `ca_bundle`, and what other tools use.

use std::path::PathBuf;

use super::Net;

#[test]
fn a_ca_bundle_must_hold_certificates() {
    let net = Net::start("aws", &[]);
    let with = |bundle: &PathBuf| {
        net.login()
            .env("AWS_ENDPOINT_URL", net.aws.endpoint())
            .env("AWS_CA_BUNDLE", bundle)
            .run()
    };
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let noise: Vec<u8> = (0..=255).cycle().take(9000).collect();
    let fifo = net.home.path().join("fifo");
    net.home.program("mkfifo", [&fifo]).run().success();
    for (bundle, cause) in [
        (
            net.home.path().join("missing.pem"),
            "missing.pem (from AWS_CA_BUNDLE) cannot be used: ",
        ),
        (net.home.path().to_owned(), "it is a directory"),
        (
            fifo,
            "nothing could be read from this pipe or device within 5 s",
        ),
        (
            net.home.write("empty.pem", ""),
            "there is no certificate in it",
        ),
        (
            net.home.write("noise.pem", noise),
            "there is no certificate in it",
        ),
        (
            net.home.write("broken.pem", broken),
            "certificate 1 is not valid",
        ),
        (
            net.home.write("half.pem", net.aws.ca_pem() + broken),
            "certificate 2 is not valid",
        ),
        (PathBuf::new(), "the certificate of 127.0.0.1"),
    ] {
        let run = with(&bundle);
        run.failure(1)
            .complains("awsmfa: could not log in: ")
            .complains(cause)
            .complains("hint: ");
        run.keeps_quiet_about("panick");
    }
    assert!(net.aws.requests().is_empty());
    with(&net.bundle).success();
}

#[test]
fn the_ca_bundles_of_the_profile_and_of_other_tools_are_used() {
    let net = Net::start("aws", &[]);
    let path = net.bundle.display().to_string();
    let run = |name: &str| {
        let run = net
            .login()
            .env("AWS_CA_BUNDLE", "")
            .env("AWS_ENDPOINT_URL", net.aws.endpoint());
        run.env(name, &path).run()
    };
    run("NOTHING").failure(1);
    run("REQUESTS_CA_BUNDLE").success();
    run("SSL_CERT_FILE").success();
    let directory = net.home.path().join("certificates");
    std::fs::create_dir(&directory).expect("a directory");
    std::fs::copy(&net.bundle, directory.join("ca.pem")).expect("a copy");
    for file in ["", "/dev/null"] {
        let by_directory = net
            .login()
            .env("AWS_CA_BUNDLE", "")
            .env("AWS_ENDPOINT_URL", net.aws.endpoint())
            .env("SSL_CERT_FILE", file);
        let by_directory = by_directory.env("SSL_CERT_DIR", &directory);
        by_directory.run().success();
    }
    net.home
        .write(".aws/config", format!("[default]\nca_bundle = {path}\n"));
    run("NOTHING").success();
    net.home
        .write(".aws/config", "[default]\nca_bundle = ~/ca.pem\n");
    run("NOTHING").success();
    net.home
        .write(".aws/config", "[default]\nca_bundle = /nowhere\n");
    run("NOTHING")
        .failure(1)
        .complains("(from ~/.aws/config:2 [default] ca_bundle)")
        .complains("cannot be used: No such file or directory\n");
}
